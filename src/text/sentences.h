#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace anireco {

/// Half-open range of bytes.
struct TextSpan {
  std::size_t begin;
  std::size_t end;

  bool operator==(const TextSpan&) const = default;
};

/// Splits text into sentences by the rules of UAX #29, mended for what those rules cut too early:
/// abbreviations of English and Russian ("Dr. Tenma", "vs. Godzilla", "т. е."), initials
/// ("J. R. R. Tolkien"), and dots inside names. A line feed always ends a sentence. Japanese and
/// mixed text are split at 。！？. Making one costs a millisecond: keep it. Not thread-safe: one
/// object a thread.
class SentenceSplitter {
 public:
  /// Throws Error{internal} if ICU's data is missing.
  SentenceSplitter();
  ~SentenceSplitter();
  SentenceSplitter(SentenceSplitter&&) noexcept;
  SentenceSplitter& operator=(SentenceSplitter&&) noexcept;

  /// Byte ranges in order, without overlap, white space trimmed from both ends, none empty.
  /// Wrong UTF-8 is tolerated.
  std::vector<TextSpan> split(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One-off form of SentenceSplitter::split. Thread-safe.
std::vector<TextSpan> split_sentences(std::string_view text);

}  // namespace anireco
