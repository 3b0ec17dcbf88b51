#include "fulltext/postgres/bm25f_settings.h"

#include <fmt/core.h>

#include <charconv>
#include <system_error>

#include "base/error.h"

namespace anireco {
namespace {

[[noreturn]] void throw_damaged() {
  throw Error(ErrorKind::corrupt, "the settings of the published catalogue's index are damaged");
}

class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}

  template <typename T>
  T next() {
    T value{};
    if (!first_) {
      if (!text_.starts_with(' ')) throw_damaged();
      text_.remove_prefix(1);
    }
    first_ = false;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) throw_damaged();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  void end() const {
    if (!text_.empty()) throw_damaged();
  }

 private:
  std::string_view text_;
  bool first_ = true;
};

}  // namespace

std::string to_settings(const Bm25fOptions& options) {
  std::string out;
  // fmt writes the shortest number that reads back as the same.
  for (const Bm25fField& field : options.fields)
    out += fmt::format("{} {} ", field.weight, field.b);
  return out + fmt::format("{} {} {} {} {}", options.k1, options.k3, options.typo_discount,
                           options.max_corrections, options.cyrillic_titles ? 1 : 0);
}

Bm25fOptions parse_settings(std::string_view text) {
  Numbers numbers(text);
  Bm25fOptions options;
  for (Bm25fField& field : options.fields) {
    field.weight = numbers.next<float>();
    field.b = numbers.next<float>();
  }
  options.k1 = numbers.next<float>();
  options.k3 = numbers.next<float>();
  options.typo_discount = numbers.next<float>();
  options.max_corrections = numbers.next<std::uint32_t>();
  options.cyrillic_titles = numbers.next<int>() != 0;
  numbers.end();
  check_options(options, ErrorKind::corrupt);
  return options;
}

}  // namespace anireco
