#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/field_rules.h"
#include "api/http_message.h"

namespace anireco {

/// Reads the parameters of a query string strictly: each by name and kind, and what was not asked
/// for is an error. Not thread-safe; borrows the query.
class QueryReader {
 public:
  explicit QueryReader(const NameValues& query) : query_(query) {}

  std::optional<std::string> text(const std::string& name, const TextRules& rules);
  std::vector<std::string> texts(const std::string& name, const TextRules& rules,
                                 std::size_t max_count = kMaxValues);
  std::optional<bool> boolean(const std::string& name);
  std::optional<std::int64_t> integer(const std::string& name, const Bounds& bounds);
  std::optional<double> number(const std::string& name, const Bounds& bounds);
  /// "2000..2010", "2000..", "..2010", "2005".
  Range range(const std::string& name, bool whole);

  /// A word of an enumeration; `parse(word)` is empty for words it does not know.
  template <typename Parse>
  auto choice(const std::string& name, Parse parse) -> decltype(parse(std::string_view())) {
    const auto* word = single(name);
    if (word == nullptr) return {};
    auto value = parse(std::string_view(*word));
    if (!value) errors_.add(name, "unknown value \"" + shortened(*word) + "\"");
    return value;
  }
  template <typename T, typename Parse>
  std::vector<T> choices(const std::string& name, Parse parse) {
    std::vector<T> values;
    for (const std::string& word : texts(name, kNameRules)) {
      if (const auto value = parse(std::string_view(word))) {
        values.push_back(*value);
      } else {
        errors_.add(name, "unknown value \"" + shortened(word) + "\"");
      }
    }
    return values;
  }

  FieldErrors& errors() { return errors_; }
  /// Throws Problem 422 naming every wrong and every unknown parameter.
  void finish();

 private:
  const std::string* single(const std::string& name);
  static std::string shortened(std::string_view word);

  const NameValues& query_;
  std::set<std::string, std::less<>> known_;
  FieldErrors errors_;
};

/// "2000..2010", "2000..", "..2010", "2005"; nullopt for anything else. Digits and, unless `whole`,
/// one decimal point; no signs.
std::optional<Range> parse_range(std::string_view text, bool whole);

}  // namespace anireco
