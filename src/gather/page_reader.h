#pragma once

// Internal to the sources: needs Boost.JSON, so no public header includes it.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/json_fields.h"

namespace anireco::gather_detail {

namespace json = boost::json;

/// Most problems that a page reports; the rest is counted in one closing line.
inline constexpr std::size_t kMostProblems = 200;
/// Most titles that a page may hold, most synonyms and studios that a title keeps.
inline constexpr std::size_t kMostTitlesOfPage = 1000;
inline constexpr std::size_t kMostSynonyms = 100;
inline constexpr std::size_t kMostStudios = 50;
/// No source has as many titles: a cursor beyond it means a server that never ends.
inline constexpr std::uint32_t kMostOffset = 300'000;

/// Parses a whole answer. Throws Error{corrupt} with the source's name: no JSON, nested deeper than
/// 32, no object at the top.
json::value parse_document(std::string_view body, std::string_view source);

/// The list of titles under `key`. Throws Error{corrupt} when it is missing, no list or too long.
const json::array& title_list(const json::object& document, std::string_view key,
                              std::string_view source);

void add_problem(std::vector<std::string>& problems, std::string problem);

/// Reads the fields of one remote object. A field of a wrong type, size or range reads as absent
/// and is added to the problems; nothing is thrown.
class FieldReader {
 public:
  /// `where` stands in front of the problems ("mal 457"). `object` and `problems` must outlive it.
  FieldReader(const json::object& object, std::string where, std::vector<std::string>& problems);

  /// False when absent or null.
  bool has(std::string_view key) const { return fields_.find(key) != nullptr; }
  /// A name or title on one line, cleaned; at most 2,000 bytes.
  std::string line(std::string_view key) const;
  /// A text of several lines as it stands; at most 20,000 bytes.
  std::string text(std::string_view key) const;
  /// A whole number in [0, max], also written as a string of digits.
  std::uint32_t number(std::string_view key, std::uint32_t max) const;
  std::uint16_t small(std::string_view key, std::uint16_t max) const;
  /// An id of a site, from 1.
  std::uint32_t id(std::string_view key) const { return number(key, 4'000'000'000U); }
  /// A number in [0, max], also written as a string.
  double real(std::string_view key, double max) const;
  bool flag(std::string_view key) const;
  std::string date(std::string_view key) const;
  std::string url(std::string_view key) const;
  /// The strings of a list, each cleaned to one line; what is no string is a problem.
  std::vector<std::string> lines(std::string_view key) const;
  /// The inner object. Its `where` is this one's and the key.
  std::optional<FieldReader> object(std::string_view key) const;
  /// The objects of a list; what is none is a problem.
  std::vector<FieldReader> objects(std::string_view key) const;
  /// The value of `parse` for a name; an unknown name is a problem and reads as `unknown`.
  template <typename Parse>
  auto name(std::string_view key, Parse parse) const {
    using T = typename decltype(parse(std::string_view()))::value_type;
    const std::string text = line(key);
    if (text.empty()) return T::unknown;
    const auto value = parse(text);
    if (!value) problem(key, "is none of the known values");
    return value.value_or(T::unknown);
  }

  void problem(std::string_view key, std::string_view reason) const;
  const json::object& raw() const { return fields_.raw(); }

 private:
  json_detail::Fields fields_;
  std::string where_;
  std::vector<std::string>* problems_;
};

/// Adds another title unless it is empty or there are kMostSynonyms already.
void add_synonym(Anime& anime, std::string title);

/// Sets year and season by the date on which a title began.
void set_start(Anime& anime, std::string date);

/// "light_novel" and "Light Novel" as labels.tsv writes them: "Light novel". Empty for "unknown".
std::string source_material(std::string_view name);

/// The address of a video by its id at YouTube; empty when it is no such id.
std::string youtube_url(std::string_view id);

/// Reads "500" as a number below kMostOffset. Throws Error{invalid_argument} for any other cursor.
std::uint32_t parse_offset(std::string_view cursor);

/// Closes a record: synonyms that repeat a title go, provenance is the source, form is canonical.
/// False when the record has no title.
bool finish_record(Anime& anime, std::string_view source);

/// A base address without its closing slashes.
std::string trimmed_base(std::string url);

}  // namespace anireco::gather_detail
