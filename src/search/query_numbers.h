#pragma once

#include <cstddef>
#include <optional>

#include "search/query_words.h"

namespace anireco {

/// A number read at a word, and how many words it takes.
struct QueryNumber {
  double value = 0;
  std::size_t words = 1;
};

/// "12", "8.5", "twelve", "twenty six", "двенадцать", "пяти", "двадцать шесть".
std::optional<QueryNumber> read_number(const QueryWords& query, std::size_t word);

/// A year of release, four digits from 1907 (the oldest known anime) to 2035.
std::optional<QueryNumber> read_year(const QueryWords& query, std::size_t word);

/// The first year of a decade: "90s", "1990s", "nineties", "80-х", "девяностых", "нулевых". Two
/// digits mean 1960 to 1999, and "00s" 2000: "in her 20s" is an age.
std::optional<QueryNumber> read_decade(const QueryWords& query, std::size_t word);

}  // namespace anireco
