#include "gather/dates.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

namespace anireco {
namespace {

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<std::chrono::sys_days> parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date);
}

}  // namespace

std::string date_text(std::chrono::system_clock::time_point moment) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(moment)));
}

bool is_date(std::string_view text) { return parse(text).has_value(); }

long days_between(std::string_view from, std::string_view to) {
  const auto first = parse(from);
  const auto last = parse(to);
  if (!first || !last || *last < *first) return std::numeric_limits<int>::max();
  return (*last - *first).count();
}

}  // namespace anireco
