#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco::app {

/// True when standard output is a terminal: tables with colour; else plain tab-separated lines.
bool output_is_terminal();

/// Rows of a table under a heading; cells may hold any UTF-8. A terminal gets aligned columns, cut
/// to its width; a pipe gets one line a row, cells between tabs, without the heading.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : heading_(std::move(heading)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string render(bool terminal, std::size_t width) const;
  void print() const;

 private:
  std::vector<std::string> heading_;
  std::vector<std::vector<std::string>> rows_;
};

/// One line that is drawn over itself on a terminal (standard error), nothing elsewhere.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  void show(std::string_view text);
  void clear();

 private:
  bool terminal_ = false;
  bool shown_ = false;
};

}  // namespace anireco::app
