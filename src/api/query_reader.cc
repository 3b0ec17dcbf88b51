#include "api/query_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "text/unicode.h"

namespace anireco {
namespace {

template <typename T>
std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A plain decimal number: digits, and unless `whole` up to three decimals.
std::optional<double> parse_bound(std::string_view text, bool whole) {
  const std::size_t point = text.find('.');
  const std::string_view digits = text.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto all_digits = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::size_t most = whole ? 9 : 2;
  if (digits.empty() || digits.size() > most || !all_digits(digits)) return std::nullopt;
  if (point != std::string_view::npos &&
      (whole || decimals.empty() || decimals.size() > 3 || !all_digits(decimals))) {
    return std::nullopt;
  }
  return parse_whole<double>(text);
}

}  // namespace

std::optional<Range> parse_range(std::string_view text, bool whole) {
  const std::size_t dots = text.find("..");
  Range range;
  if (dots == std::string_view::npos) {
    range.min = range.max = parse_bound(text, whole);
    if (!range.min) return std::nullopt;
    return range;
  }
  const std::string_view low = text.substr(0, dots);
  const std::string_view high = text.substr(dots + 2);
  if (low.empty() && high.empty()) return std::nullopt;
  if (!low.empty() && !(range.min = parse_bound(low, whole))) return std::nullopt;
  if (!high.empty() && !(range.max = parse_bound(high, whole))) return std::nullopt;
  return range;
}

std::string QueryReader::shortened(std::string_view word) {
  return std::string(truncate_utf8(word, 60));
}

const std::string* QueryReader::single(const std::string& name) {
  known_.insert(name);
  const std::string* found = nullptr;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    if (found != nullptr) {
      errors_.add(name, "may be given only once");
      return nullptr;
    }
    found = &value;
  }
  return found;
}

std::optional<std::string> QueryReader::text(const std::string& name, const TextRules& rules) {
  const std::string* value = single(name);
  if (value == nullptr || !check_text(*value, rules, name, errors_)) return std::nullopt;
  return *value;
}

std::vector<std::string> QueryReader::texts(const std::string& name, const TextRules& rules,
                                            std::size_t max_count) {
  known_.insert(name);
  std::vector<std::string> values;
  for (const auto& [key, value] : query_) {
    if (key == name && check_text(value, rules, name, errors_)) values.push_back(value);
  }
  if (values.size() > max_count) {
    errors_.add(name, fmt::format("may be given at most {} times", max_count));
    values.clear();
  }
  return values;
}

std::optional<bool> QueryReader::boolean(const std::string& name) {
  const std::string* value = single(name);
  if (value == nullptr) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  errors_.add(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> QueryReader::integer(const std::string& name, const Bounds& bounds) {
  const std::string* text = single(name);
  if (text == nullptr) return std::nullopt;
  const auto value = parse_whole<std::int64_t>(*text);
  if (!value) {
    errors_.add(name, "must be a whole number");
    return std::nullopt;
  }
  if (!check_bounds(static_cast<double>(*value), bounds, name, errors_)) return std::nullopt;
  return value;
}

std::optional<double> QueryReader::number(const std::string& name, const Bounds& bounds) {
  const std::string* text = single(name);
  if (text == nullptr) return std::nullopt;
  const auto value = parse_whole<double>(*text);
  if (!value) {
    errors_.add(name, "must be a number");
    return std::nullopt;
  }
  if (!check_bounds(*value, bounds, name, errors_)) return std::nullopt;
  return value;
}

Range QueryReader::range(const std::string& name, bool whole) {
  const std::string* text = single(name);
  if (text == nullptr) return {};
  const auto value = parse_range(*text, whole);
  if (!value) {
    errors_.add(name, "must be a range such as 2000..2010, 2000.., ..2010 or one number");
    return {};
  }
  if (!check_range(*value, name, errors_)) return {};
  return *value;
}

void QueryReader::finish() {
  for (const auto& [key, value] : query_) {
    if (!known_.contains(key)) errors_.add(shortened(key), "unknown parameter");
  }
  errors_.throw_if_any();
}

}  // namespace anireco
