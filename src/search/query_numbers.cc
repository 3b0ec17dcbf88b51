#include "search/query_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace anireco {
namespace {

struct NumberWord {
  std::string_view word;
  int value;
};

constexpr std::array kNumberWords = std::to_array<NumberWord>({
    {"one", 1},         {"two", 2},          {"three", 3},        {"four", 4},
    {"five", 5},        {"six", 6},          {"seven", 7},        {"eight", 8},
    {"nine", 9},        {"ten", 10},         {"eleven", 11},      {"twelve", 12},
    {"thirteen", 13},   {"fourteen", 14},    {"fifteen", 15},     {"sixteen", 16},
    {"seventeen", 17},  {"eighteen", 18},    {"nineteen", 19},    {"twenty", 20},
    {"thirty", 30},     {"forty", 40},       {"fifty", 50},       {"sixty", 60},
    {"seventy", 70},    {"eighty", 80},      {"ninety", 90},      {"hundred", 100},
    {"dozen", 12},      {"один", 1},         {"одна", 1},         {"одной", 1},
    {"одну", 1},        {"одного", 1},       {"два", 2},          {"две", 2},
    {"двух", 2},        {"три", 3},          {"трех", 3},         {"четыре", 4},
    {"четырех", 4},     {"пять", 5},         {"пяти", 5},         {"шесть", 6},
    {"шести", 6},       {"семь", 7},         {"семи", 7},         {"восемь", 8},
    {"восьми", 8},      {"девять", 9},       {"девяти", 9},       {"десять", 10},
    {"десяти", 10},     {"одиннадцать", 11}, {"одиннадцати", 11}, {"двенадцать", 12},
    {"двенадцати", 12}, {"тринадцать", 13},  {"тринадцати", 13},  {"четырнадцать", 14},
    {"пятнадцать", 15}, {"пятнадцати", 15},  {"двадцать", 20},    {"двадцати", 20},
    {"тридцать", 30},   {"тридцати", 30},    {"сорок", 40},       {"сорока", 40},
    {"пятьдесят", 50},  {"пятидесяти", 50},  {"шестьдесят", 60},  {"шестидесяти", 60},
    {"сто", 100},       {"ста", 100},
});

constexpr std::array kDecadeWords = std::to_array<NumberWord>({
    {"sixties", 1960},
    {"seventies", 1970},
    {"eighties", 1980},
    {"nineties", 1990},
    {"шестидесятых", 1960},
    {"шестидесятые", 1960},
    {"семидесятых", 1970},
    {"семидесятые", 1970},
    {"восьмидесятых", 1980},
    {"восьмидесятые", 1980},
    {"девяностых", 1990},
    {"девяностые", 1990},
    {"нулевых", 2000},
    {"нулевые", 2000},
    {"двухтысячных", 2000},
    {"двухтысячные", 2000},
});

std::optional<int> value_of(std::string_view word, auto table) {
  for (const NumberWord& entry : table) {
    if (entry.word == word) return entry.value;
  }
  return std::nullopt;
}

std::size_t leading_digits(std::string_view word) {
  const auto end =
      std::find_if_not(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  return static_cast<std::size_t>(end - word.begin());
}

bool is_decade_ending(std::string_view ending) {
  return ending == "s" || ending == "х" || ending == "е" || ending == "ых" || ending == "ые" ||
         ending == "ми" || ending == "ти";
}

std::optional<int> decade_of_digits(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (value % 10 != 0) return std::nullopt;
  if (digits.size() == 4 && value >= 1910 && value <= 2030) return value;
  if (digits.size() == 2 && value >= 60) return 1900 + value;
  if (digits == "00") return 2000;
  return std::nullopt;
}

}  // namespace

std::optional<QueryNumber> read_number(const QueryWords& query, std::size_t word) {
  if (word >= query.size()) return std::nullopt;
  const std::string& text = query[word].folded;
  if (text.size() <= 7 && text.front() >= '0' && text.front() <= '9') {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return QueryNumber{value, 1};
  }
  const std::optional<int> first = value_of(text, kNumberWords);
  if (!first) return std::nullopt;
  if (*first >= 20 && *first < 100 && !query.ends_clause(word)) {
    const std::optional<int> second = value_of(query[word + 1].folded, kNumberWords);
    if (second && *second < 10) return QueryNumber{static_cast<double>(*first + *second), 2};
  }
  return QueryNumber{static_cast<double>(*first), 1};
}

std::optional<QueryNumber> read_year(const QueryWords& query, std::size_t word) {
  if (word >= query.size()) return std::nullopt;
  const std::string& text = query[word].folded;
  if (text.size() != 4 || leading_digits(text) != 4) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + 4, value);
  if (value < 1907 || value > 2035) return std::nullopt;
  return QueryNumber{static_cast<double>(value), 1};
}

std::optional<QueryNumber> read_decade(const QueryWords& query, std::size_t word) {
  if (word >= query.size()) return std::nullopt;
  const std::string_view text = query[word].folded;
  if (const auto named = value_of(text, kDecadeWords)) {
    return QueryNumber{static_cast<double>(*named), 1};
  }
  const std::size_t digits = leading_digits(text);
  if (digits != 2 && digits != 4) return std::nullopt;
  const std::optional<int> decade = decade_of_digits(text.substr(0, digits));
  if (!decade) return std::nullopt;
  const double value = *decade;
  if (is_decade_ending(text.substr(digits))) return QueryNumber{value, 1};
  if (digits == text.size() && word + 1 < query.size() && query[word + 1].after_dash &&
      is_decade_ending(query[word + 1].folded)) {
    return QueryNumber{value, 2};
  }
  return std::nullopt;
}

}  // namespace anireco
