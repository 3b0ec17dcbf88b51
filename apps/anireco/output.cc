#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "text/display_width.h"

namespace anireco::app {
namespace {

constexpr std::size_t kGap = 2;

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
}

/// Cuts a cell to `width` columns and fills it up with spaces.
std::string fit(const std::string& cell, std::size_t width, bool fill) {
  std::string out = cell;
  if (display_width(out) > width) {
    while (!out.empty() && display_width(out) > width - 1) {
      do out.pop_back();
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80);
      if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    }
    out += "…";
  }
  const std::size_t used = display_width(out);
  if (fill && used < width) out.append(width - used, ' ');
  return out;
}

}  // namespace

bool output_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

std::string Table::render(bool terminal, std::size_t width) const {
  std::string out;
  if (!terminal) {
    for (const auto& row : rows_) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (c != 0) out += '\t';
        std::string cell = row[c];
        std::ranges::replace_if(cell, [](char ch) { return ch == '\t' || ch == '\n'; }, ' ');
        out += cell;
      }
      out += '\n';
    }
    return out;
  }
  std::vector<std::size_t> widths(heading_.size(), 0);
  const auto measure = [&](const std::vector<std::string>& row) {
    for (std::size_t c = 0; c < std::min(row.size(), widths.size()); ++c) {
      widths[c] = std::max(widths[c], display_width(row[c]));
    }
  };
  measure(heading_);
  for (const auto& row : rows_) measure(row);
  std::size_t total = kGap * (widths.size() - 1);
  for (std::size_t w : widths) total += w;
  while (total > width) {
    auto widest = std::ranges::max_element(widths);
    if (*widest <= 8) break;
    --*widest;
    --total;
  }
  const auto line = [&](const std::vector<std::string>& row) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c != 0) out.append(kGap, ' ');
      out += fit(row[c], widths[c], c + 1 < row.size());
    }
    out += '\n';
  };
  out += "\033[1m";
  line(heading_);
  out += "\033[0m";
  for (const auto& row : rows_) line(row);
  return out;
}

void Table::print() const {
  const std::string text = render(output_is_terminal(), terminal_width());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(std::string_view text) {
  if (!terminal_) return;
  std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace anireco::app
