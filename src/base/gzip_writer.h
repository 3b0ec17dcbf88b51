#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace anireco {

/// Compresses a stream of bytes into one gzip member, whose bytes depend on the input alone (no
/// name, no time). Not thread-safe.
class GzipWriter {
 public:
  /// `sink` gets the compressed bytes piece by piece.
  explicit GzipWriter(std::function<void(std::string_view)> sink);
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void append(std::string_view text);
  /// Writes what is left and the trailer. Once, last.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
