#include <fmt/core.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "base/error.h"
#include "catalog/anime_json.h"
#include "catalog/json_fields.h"

namespace anireco {
namespace {

constexpr std::size_t kMaxLine = std::size_t{4} << 20;

bool has_title(const Titles& t) {
  return !t.romaji.empty() || !t.english.empty() || !t.native.empty() || !t.russian.empty() ||
         !t.synonyms.empty();
}

}  // namespace

void json_detail::check_source(const std::string& source) {
  const bool printable = std::ranges::all_of(source, [](char c) { return c > 0x20 && c < 0x7F; });
  if (source.size() > 64 || !printable) {
    throw Error(ErrorKind::invalid_argument,
                "source: must be at most 64 printable characters without spaces");
  }
}

ParsedAnime parse_anime_json(std::string_view line, const AnimeJsonOptions& options) {
  namespace json = boost::json;
  json_detail::check_source(options.source);
  if (line.size() > kMaxLine) {
    throw Error(ErrorKind::invalid_argument, "record is longer than 4 MiB");
  }
  unsigned char buffer[16384];
  json::monotonic_resource memory(buffer, sizeof buffer);
  json::parse_options parsing;
  parsing.max_depth = 12;
  json::error_code error;
  const json::value value =
      json::parse(json::string_view(line.data(), line.size()), error, &memory, parsing);
  if (error) {
    throw Error(ErrorKind::invalid_argument, fmt::format("not JSON: {}", error.message()));
  }
  if (!value.is_object()) {
    throw Error(ErrorKind::invalid_argument, "record must be a JSON object");
  }
  const json_detail::Fields fields(value.get_object(), "");
  ParsedAnime out;
  const bool flat = fields.find("mal_id") != nullptr;
  out.source = !options.source.empty() ? options.source : flat ? "catalogue" : "anireco";
  if (flat) {
    read_flat_form(fields, out);
  } else {
    read_record_form(fields, out);
  }
  if (!options.canonical) {
    if (!has_title(out.anime.titles)) {
      throw Error(ErrorKind::invalid_argument, "titles: a record needs at least one title");
    }
    normalise(out.anime);
    if (!flat) json_detail::read_contributions(fields, out);
  }
  return out;
}

}  // namespace anireco
