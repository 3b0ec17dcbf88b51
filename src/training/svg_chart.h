#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anireco {

/// A curve of a chart.
struct ChartLine {
  std::string name = {};
  std::vector<std::pair<double, double>> points = {};  ///< (x, y), by x.
};

struct ChartOptions {
  std::string title = {};
  std::string x_label = {};
  bool from_zero = false;  ///< y begins at 0.
};

/// A line chart with axes, ticks and a legend as an SVG document; lines of fewer than one point are
/// left out. Colours differ also to colour-blind eyes (Okabe and Ito, 2008).
std::string line_chart_svg(const ChartOptions& options, std::span<const ChartLine> lines);

/// A point of a map: `group` indexes the names of groups.
struct MapPoint {
  double x = 0;
  double y = 0;
  std::size_t group = 0;
  std::string label = {};  ///< Shown when it is pointed at.
};

struct MapPanel {
  std::string title = {};
  std::vector<MapPoint> points = {};
};

/// Maps side by side, each scaled to its own points (the outermost hundredth cut to the edge), with
/// one legend, as an SVG document.
std::string map_svg(std::span<const MapPanel> panels, std::span<const std::string> groups);

/// `text` for use within XML.
std::string xml_escaped(std::string_view text);

}  // namespace anireco
