#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace anireco::trainer {

/// How far a run is: on a terminal one line that is drawn over and over, elsewhere a line of its
/// own every tenth of the way.
class ProgressBar {
 public:
  /// write: gets what to print; seconds: a clock that never goes back.
  ProgressBar(bool terminal, std::function<void(std::string_view)> write,
              std::function<double()> seconds)
      : terminal_(terminal), write_(std::move(write)), seconds_(std::move(seconds)) {}

  /// done: 0 to all. note: a few words, such as the loss.
  void show(std::int64_t done, std::int64_t all, const std::string& note);
  /// Ends the line that is being drawn, before something else is printed.
  void clear();

 private:
  bool terminal_;
  std::function<void(std::string_view)> write_;
  std::function<double()> seconds_;
  std::int64_t first_ = -1;  ///< Where it was when it was first shown, and when.
  double begun_ = 0;
  std::int64_t told_ = -1;  ///< Tenth that was told last.
  std::size_t width_ = 0;   ///< Of the line as it stands.
};

}  // namespace anireco::trainer
