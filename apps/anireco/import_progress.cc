#include "import_progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace anireco::app {

std::string progress_bar(const char* stage, double share) {
  constexpr int kBar = 24;
  const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kBar);
  return fmt::format("{:<10} [{:█<{}}{:░<{}}] {:3.0f} %", stage, "", filled, "", kBar - filled,
                     share * 100);
}

std::string progress_text(const ImportProgress& p) {
  const double share =
      p.total == 0 ? 0 : static_cast<double>(p.done) / static_cast<double>(p.total);
  const char* stage = p.stage == ImportStage::reading    ? "reading"
                      : p.stage == ImportStage::encoding ? "encoding"
                                                         : "publishing";
  std::string text = progress_bar(stage, share);
  if (p.per_second > 0) {
    text += fmt::format("  {:.0f} {}/s", p.per_second,
                        p.stage == ImportStage::encoding ? "texts" : "titles");
  }
  if (p.seconds_left > 0) text += fmt::format("  {:.0f} s left", p.seconds_left);
  return text;
}

}  // namespace anireco::app
