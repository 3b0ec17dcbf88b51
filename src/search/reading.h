#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "search/query_pattern.h"
#include "search/query_words.h"
#include "search/understand.h"

namespace anireco {

/// One item being read: the words it takes and what it does to the filter.
struct Finding {
  Understood item;
  std::size_t begin = 0;  ///< Words [begin, end).
  std::size_t end = 0;
  Filter effect;
};

/// A request while it is read. Readers run one after another; words that one has taken are closed
/// to the next. Used by the files of understand.h only.
class Reading {
 public:
  explicit Reading(std::string_view request);

  const QueryWords& query() const { return query_; }
  std::size_t size() const { return query_.size(); }
  const QueryWord& operator[](std::size_t word) const { return query_[word]; }

  bool is_free(std::size_t begin, std::size_t end) const;
  /// Closes words without reading anything from them: they stay text.
  void block(std::size_t begin, std::size_t end);
  /// Takes the finding's words and sets its item's span.
  void take(Finding finding);

  std::vector<Finding>& findings() { return findings_; }

 private:
  QueryWords query_;
  std::vector<bool> taken_;
  std::vector<Finding> findings_;
};

/// Patterns with what they mean. Matches are taken from left to right, at each word the longest,
/// among equals the first of the table.
template <typename Meaning>
class PatternTable {
 public:
  struct Row {
    std::string_view pattern;
    Meaning meaning;
  };
  struct Match {
    PatternMatch place;
    Meaning meaning;
  };

  PatternTable(std::initializer_list<Row> rows) {
    entries_.reserve(rows.size());
    for (const Row& row : rows) entries_.push_back({QueryPattern(row.pattern), row.meaning});
  }

  std::optional<Match> longest_at(const QueryWords& query, std::size_t word) const {
    std::optional<Match> best;
    for (const Entry& entry : entries_) {
      auto match = entry.pattern.match(query, word);
      if (match && (!best || match->last > best->place.last)) {
        best = Match{std::move(*match), entry.meaning};
      }
    }
    return best;
  }

 private:
  struct Entry {
    QueryPattern pattern;
    Meaning meaning;
  };
  std::vector<Entry> entries_;
};

/// The readers, in the order in which they run.
void read_examples(Reading& reading, const TitleResolver& titles);
void read_exclusions(Reading& reading);
void read_seasons(Reading& reading);
void read_ranges(Reading& reading, int current_year);
void read_kinds(Reading& reading);

/// "1990..1999", "..2009", "7.5.."; whole numbers without a point.
std::string range_value(const Range& range);

}  // namespace anireco
