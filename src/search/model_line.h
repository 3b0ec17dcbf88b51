#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace anireco {

/// Reads words off one line of a model's text form (data/ranking). Every failure throws
/// Error{corrupt} naming model and line.
class ModelLine {
 public:
  /// model: what the file is, for messages; must outlive the line.
  ModelLine(std::string_view model, std::string_view text, std::size_t number)
      : model_(model), rest_(text), number_(number) {}

  [[noreturn]] void fail(std::string_view reason) const {
    throw Error(ErrorKind::corrupt, fmt::format("{}, line {}: {}", model_, number_, reason));
  }
  std::string_view until(char end) {
    const std::size_t at = rest_.find(end);
    const std::string_view word = rest_.substr(0, at);
    rest_ = at == std::string_view::npos ? std::string_view() : rest_.substr(at + 1);
    if (word.empty()) fail("a word is missing");
    return word;
  }
  std::string_view word() { return until(' '); }
  std::string_view rest() const { return rest_; }

  float number() {
    const std::string_view text = word();
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
      fail(fmt::format("\"{}\" is no number", text));
    }
    return value;
  }
  std::size_t count(std::size_t most) {
    const std::string_view text = word();
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) {
      fail(fmt::format("\"{}\" is no number up to {}", text, most));
    }
    return value;
  }
  std::vector<float> row(std::size_t length) {
    std::vector<float> values(length);
    for (float& value : values) value = number();
    if (!rest_.empty()) fail("the row is too long");
    return values;
  }

 private:
  std::string_view model_;
  std::string_view rest_;
  std::size_t number_;
};

/// Calls take(ModelLine) for every line that is neither empty nor a comment ('#'); the first must
/// be "anireco MODEL 1".
template <typename Take>
void for_each_model_line(std::string_view model, std::string_view text, Take take) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ModelLine words(model, line, ++number);
    if (number == 1) {
      if (line != fmt::format("anireco {} 1", model)) {
        words.fail(fmt::format("this is no {} of version 1", model));
      }
    } else if (!line.empty() && line.front() != '#') {
      take(words);
    }
  }
}

}  // namespace anireco
