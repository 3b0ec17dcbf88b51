#include "training/svg_chart.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(SvgChart, DrawsALineThroughEveryPoint) {
  const std::vector<ChartLine> lines = {{"train", {{0, 1}, {1, 0.5}, {2, 0.25}}}, {"none", {}}};
  const std::string svg = line_chart_svg({.title = "Loss", .x_label = "epoch"}, lines);
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(count(svg, "<circle"), 3U);
  EXPECT_EQ(count(svg, ">train<"), 1U);
  EXPECT_EQ(count(svg, ">none<"), 0U);
}

TEST(SvgChart, HigherValuesStandHigher) {
  const std::vector<ChartLine> lines = {{"a", {{0, 0}, {1, 1}}}};
  const std::string svg = line_chart_svg({}, lines);
  const std::size_t first = svg.find("cy=\"");
  const std::size_t second = svg.find("cy=\"", first + 1);
  EXPECT_GT(std::stod(svg.substr(first + 4)), std::stod(svg.substr(second + 4)));
}

TEST(SvgChart, OfEqualValuesOrNothingIsStillAChart) {
  EXPECT_EQ(line_chart_svg({}, {}).find("nan"), std::string::npos);
  const std::vector<ChartLine> lines = {{"a", {{1, 0.5}, {1, 0.5}}}};
  const std::string svg = line_chart_svg({}, lines);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(SvgMap, EscapesLabelsAndKeepsPointsInside) {
  std::vector<MapPoint> points = {{1e9, -1e9, 0, "<A & \"B\">"}};
  for (int i = 0; i < 200; ++i) points.push_back({i * 1.0, i * 2.0, 1, "x"});
  const std::vector<std::string> groups = {"Action", "Drama"};
  const std::vector<MapPanel> panels = {{"raw", points}, {"trained", points}};
  const std::string svg = map_svg(panels, groups);
  EXPECT_EQ(count(svg, "&lt;A &amp; &quot;B&quot;&gt;"), 2U);
  EXPECT_EQ(count(svg, "<circle"), 2 * 201 + 2U);
  EXPECT_EQ(svg.find("e+"), std::string::npos);
}

}  // namespace
}  // namespace anireco
