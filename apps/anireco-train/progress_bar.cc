#include "progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

namespace anireco::trainer {
namespace {

constexpr std::int64_t kCells = 30;
constexpr std::int64_t kTenths = 10;

}  // namespace

void ProgressBar::show(std::int64_t done, std::int64_t all, const std::string& note) {
  if (all <= 0) return;
  const double now = seconds_();
  if (first_ < 0) {
    first_ = done;
    begun_ = now;
  }
  std::string left;
  if (done > first_) {
    const double each = (now - begun_) / static_cast<double>(done - first_);
    const auto rest = static_cast<std::int64_t>(each * static_cast<double>(all - done));
    left = fmt::format(", {}:{:02} left", rest / 60, rest % 60);
  }
  if (!terminal_) {
    const std::int64_t tenth = done * kTenths / all;
    if (tenth == told_) return;
    told_ = tenth;
    write_(fmt::format("step {} of {}: {}{}\n", done, all, note, left));
    return;
  }
  const auto cells = static_cast<std::size_t>(std::min(kCells, done * kCells / all));
  std::string line = fmt::format("[{}{}] {} of {}: {}{}", std::string(cells, '#'),
                                 std::string(static_cast<std::size_t>(kCells) - cells, '.'), done,
                                 all, note, left);
  const std::size_t width = line.size();
  // What a longer line before this one left is covered.
  if (line.size() < width_) line.append(width_ - line.size(), ' ');
  width_ = width;
  write_("\r" + line);
}

void ProgressBar::clear() {
  if (terminal_ && width_ > 0) write_("\n");
  width_ = 0;
}

}  // namespace anireco::trainer
