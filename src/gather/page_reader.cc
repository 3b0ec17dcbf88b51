#include "gather/page_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "catalog/anime_json.h"
#include "catalog/fold.h"
#include "text/clean.h"

namespace anireco::gather_detail {
namespace {

constexpr std::size_t kMaxDepth = 32;

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

json::value parse_document(std::string_view body, std::string_view source) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::error_code error;
  json::value document =
      json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) {
    throw Error(ErrorKind::corrupt, fmt::format("The answer of {} is not JSON.", source),
                error.message());
  }
  if (!document.is_object()) {
    throw Error(ErrorKind::corrupt, fmt::format("The answer of {} is no JSON object.", source));
  }
  return document;
}

const json::array& title_list(const json::object& document, std::string_view key,
                              std::string_view source) {
  const json::value* list = document.if_contains(key);
  if (list == nullptr || !list->is_array()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("The answer of {} has no list \"{}\".", source, key));
  }
  if (list->get_array().size() > kMostTitlesOfPage) {
    throw Error(ErrorKind::corrupt, fmt::format("The answer of {} has more than {} titles.", source,
                                                kMostTitlesOfPage));
  }
  return list->get_array();
}

void add_problem(std::vector<std::string>& problems, std::string problem) {
  if (problems.size() < kMostProblems) {
    problems.push_back(std::move(problem));
  } else if (problems.size() == kMostProblems) {
    problems.push_back("and more");
  }
}

FieldReader::FieldReader(const json::object& object, std::string where,
                         std::vector<std::string>& problems)
    : fields_(object, where), where_(std::move(where)), problems_(&problems) {}

void FieldReader::problem(std::string_view key, std::string_view reason) const {
  add_problem(*problems_, fmt::format("{}: {}", fields_.path_of(key), reason));
}

std::string FieldReader::line(std::string_view key) const {
  try {
    std::string line = clean_line(fields_.text(key));
    // Composing characters may lengthen a text.
    if (line.size() <= json_detail::kMaxString) return line;
    problem(key, "is too long");
    return {};
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
    return {};
  }
}

std::string FieldReader::text(std::string_view key) const {
  try {
    return fields_.text(key, json_detail::kMaxText);
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
    return {};
  }
}

double FieldReader::real(std::string_view key, double max) const {
  const json::value* value = fields_.find(key);
  if (value == nullptr) return 0;
  double number = -1;
  if (const json::string* text = value->if_string()) {
    if (text->empty()) return 0;
    number = parse_number<double>(std::string_view(text->data(), text->size())).value_or(-1);
  } else if (value->is_number()) {
    number = value->to_number<double>();
  }
  if (std::isfinite(number) && number >= 0 && number <= max) return number;
  problem(key, fmt::format("must be a number between 0 and {}", max));
  return 0;
}

std::uint32_t FieldReader::number(std::string_view key, std::uint32_t max) const {
  const double value = real(key, max);
  if (value == std::floor(value)) return static_cast<std::uint32_t>(value);
  problem(key, "must be a whole number");
  return 0;
}

std::uint16_t FieldReader::small(std::string_view key, std::uint16_t max) const {
  return static_cast<std::uint16_t>(number(key, max));
}

bool FieldReader::flag(std::string_view key) const {
  try {
    return fields_.flag(key);
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
    return false;
  }
}

std::string FieldReader::date(std::string_view key) const {
  try {
    return fields_.date(key);
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
    return {};
  }
}

std::string FieldReader::url(std::string_view key) const {
  try {
    return fields_.url(key);
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
    return {};
  }
}

std::vector<std::string> FieldReader::lines(std::string_view key) const {
  std::vector<std::string> out;
  try {
    const json::array* items = fields_.array(key);
    if (items == nullptr) return out;
    out.reserve(items->size());
    for (const json::value& item : *items) {
      if (item.is_null()) continue;
      try {
        std::string line = clean_line(
            json_detail::checked_string(item, fields_.path_of(key), json_detail::kMaxString));
        if (line.size() > json_detail::kMaxString) {
          problem(key, "is too long");
        } else if (!line.empty()) {
          out.push_back(std::move(line));
        }
      } catch (const Error& error) {
        add_problem(*problems_, error.what());
      }
    }
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
  }
  return out;
}

std::optional<FieldReader> FieldReader::object(std::string_view key) const {
  const json::value* value = fields_.find(key);
  if (value == nullptr) return std::nullopt;
  if (const json::object* inner = value->if_object()) {
    return FieldReader(*inner, fields_.path_of(key), *problems_);
  }
  problem(key, "must be an object");
  return std::nullopt;
}

std::vector<FieldReader> FieldReader::objects(std::string_view key) const {
  std::vector<FieldReader> out;
  try {
    const json::array* items = fields_.array(key);
    if (items == nullptr) return out;
    for (const json::value& item : *items) {
      if (const json::object* inner = item.if_object()) {
        out.emplace_back(*inner, fields_.path_of(key), *problems_);
      } else {
        problem(key, "must hold objects only");
      }
    }
  } catch (const Error& error) {
    add_problem(*problems_, error.what());
  }
  return out;
}

void add_synonym(Anime& anime, std::string title) {
  if (!title.empty() && anime.titles.synonyms.size() < kMostSynonyms) {
    anime.titles.synonyms.push_back(std::move(title));
  }
}

void set_start(Anime& anime, std::string date) {
  if (date.size() >= 4) {
    anime.year = parse_number<std::uint16_t>(std::string_view(date).substr(0, 4)).value_or(0);
  }
  if (date.size() >= 7) {
    const int month = parse_number<int>(std::string_view(date).substr(5, 2)).value_or(0);
    constexpr std::array kSeasons = {Season::winter, Season::spring, Season::summer, Season::fall};
    if (month >= 1 && month <= 12) {
      anime.season = kSeasons[static_cast<std::size_t>(month - 1) / 3];
    }
  }
  anime.aired_from = std::move(date);
}

std::string source_material(std::string_view name) {
  std::string out = fold_name(name);
  std::ranges::replace(out, '_', ' ');
  const std::pair<std::string_view, std::string_view> others[] = {
      {"unknown", ""},
      {"4 koma manga", "4-koma manga"},
      {"four koma manga", "4-koma manga"},
      {"digital manga", "Web manga"},
      {"video game", "Game"}};
  for (const auto& [theirs, ours] : others) {
    if (out == theirs) return std::string(ours);
  }
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z')
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string youtube_url(std::string_view id) {
  const bool plain = std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (id.size() != 11 || !plain) return {};
  return fmt::format("https://www.youtube.com/watch?v={}", id);
}

std::uint32_t parse_offset(std::string_view cursor) {
  const auto offset = parse_number<std::uint32_t>(cursor);
  if (!offset || *offset > kMostOffset) {
    throw Error(ErrorKind::invalid_argument, "The place to go on from is none of this source's.",
                std::string(cursor.substr(0, 40)));
  }
  return *offset;
}

bool finish_record(Anime& anime, std::string_view source) {
  const Titles& t = anime.titles;
  std::unordered_set<std::string> known;
  for (const std::string* title : {&t.romaji, &t.english, &t.native, &t.russian}) {
    if (!title->empty()) known.insert(fold_name(*title));
  }
  std::erase_if(anime.titles.synonyms, [&](const std::string& synonym) {
    return !known.insert(fold_name(synonym)).second;
  });
  if (anime.studios.size() > kMostStudios) anime.studios.resize(kMostStudios);
  std::erase_if(anime.synopses, [](const SourcedText& synopsis) {
    return synopsis.text.size() > json_detail::kMaxText;
  });
  anime.provenance = {{"*", std::string(source)}};
  normalise(anime);
  return !known.empty();
}

std::string trimmed_base(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace anireco::gather_detail
