#include "training/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace anireco {
namespace {

constexpr std::array kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
                                 "#000000", "#8c6d31", "#7f7f7f", "#b2df8a", "#6a3d9a", "#b15928"};
constexpr double kWidth = 640;
constexpr double kHeight = 360;
constexpr double kLeft = 60;
constexpr double kRight = 150;
constexpr double kTop = 40;
constexpr double kBottom = 50;
constexpr double kPanel = 460;
constexpr double kLegend = 150;

struct Extent {
  double low = 0;
  double high = 1;
  double share(double value) const { return (value - low) / (high - low); }
};

const char* colour(std::size_t number) { return kColours[number % kColours.size()]; }

std::string opening(double width, double height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{0}\" "
      "height=\"{1}\" fill=\"#ffffff\"/>\n",
      width, height);
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     xml_escaped(text));
}

/// A step of 1, 2 or 5 times a power of ten that makes about five ticks.
double tick_step(const Extent& range) {
  const double rough = (range.high - range.low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

Extent range_of(std::vector<double> values, double cut) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(values.size() - 1)))];
  };
  Extent range{at(cut), at(1 - cut)};
  if (!(range.high - range.low > 1e-12)) range = {range.low - 0.5, range.low + 0.5};
  return range;
}

std::string axes(const Extent& x, const Extent& y, std::string_view x_label) {
  const double right = kWidth - kRight;
  const double bottom = kHeight - kBottom;
  std::string svg;
  const double step = tick_step(y);
  for (double value = std::ceil(y.low / step) * step; value <= y.high + step * 1e-6;
       value += step) {
    const double at = bottom - y.share(value) * (bottom - kTop);
    svg +=
        fmt::format("<line x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\" stroke=\"#dddddd\"/>\n",
                    kLeft, at, right, at);
    svg += text_at(kLeft - 6, at + 4, "end",
                   fmt::format("{:.4g}", std::abs(value) < step * 1e-6 ? 0 : value));
  }
  const double across = std::max(1.0, tick_step(x));
  for (double value = std::ceil(x.low / across) * across; value <= x.high; value += across) {
    svg += text_at(kLeft + x.share(value) * (right - kLeft), bottom + 18, "middle",
                   fmt::format("{:g}", value));
  }
  svg += fmt::format("<path d=\"M{0} {1} V{2} H{3}\" fill=\"none\" stroke=\"#333333\"/>\n", kLeft,
                     kTop, bottom, right);
  return svg + text_at((kLeft + right) / 2, kHeight - 12, "middle", x_label);
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no other control characters.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
    }
  }
  return out;
}

std::string line_chart_svg(const ChartOptions& options, std::span<const ChartLine> lines) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (const ChartLine& line : lines) {
    for (const auto& [x, y] : line.points) {
      xs.push_back(x);
      ys.push_back(y);
    }
  }
  const Extent x = range_of(xs, 0);
  Extent y = range_of(ys, 0);
  const double air = (y.high - y.low) * 0.05;
  y = {options.from_zero ? 0 : y.low - air, y.high + air};
  const double right = kWidth - kRight;
  const double bottom = kHeight - kBottom;
  std::string svg = opening(kWidth, kHeight);
  svg += text_at(kLeft, 24, "start", options.title);
  svg += axes(x, y, options.x_label);
  std::size_t number = 0;
  for (const ChartLine& line : lines) {
    if (line.points.empty()) continue;
    std::string path;
    for (const auto& [px, py] : line.points) {
      const double at_x = kLeft + x.share(px) * (right - kLeft);
      const double at_y = bottom - y.share(py) * (bottom - kTop);
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", at_x, at_y);
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", at_x, at_y,
                         colour(number));
    }
    svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n", path,
                       colour(number));
    const double legend = kTop + 20 * static_cast<double>(number) + 10;
    svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{}\"/>\n",
                       right + 12, legend - 6, colour(number));
    svg += text_at(right + 32, legend, "start", line.name);
    ++number;
  }
  return svg + "</svg>\n";
}

std::string map_svg(std::span<const MapPanel> panels, std::span<const std::string> groups) {
  constexpr double kEdge = 12;
  constexpr double kCut = 0.01;
  const double width = kPanel * static_cast<double>(panels.size()) + kLegend;
  const double height = kPanel + kTop;
  std::string svg = opening(width, height);
  double left = 0;
  for (const MapPanel& panel : panels) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (const MapPoint& point : panel.points) {
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
    const Extent x = range_of(xs, kCut);
    const Extent y = range_of(ys, kCut);
    svg += text_at(left + kEdge, 24, "start", panel.title);
    svg += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#cccccc\"/>\n",
        left + kEdge / 2, kTop, kPanel - kEdge, kPanel - kEdge);
    for (const MapPoint& point : panel.points) {
      const double inner = kPanel - 3 * kEdge;
      const double at_x = left + 1.5 * kEdge + std::clamp(x.share(point.x), 0.0, 1.0) * inner;
      const double at_y = kTop + kEdge + (1 - std::clamp(y.share(point.y), 0.0, 1.0)) * inner;
      svg += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\" fill-opacity=\"0.7\">"
          "<title>{}</title></circle>\n",
          at_x, at_y, colour(point.group), xml_escaped(point.label));
    }
    left += kPanel;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double at = kTop + 16 + 20 * static_cast<double>(i);
    svg += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{}\"/>\n", left + 10, at - 4,
                       colour(i));
    svg += text_at(left + 22, at, "start", groups[i]);
  }
  return svg + "</svg>\n";
}

}  // namespace anireco
