#include "ingest/clean_record.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime_json.h"
#include "catalog/fold.h"
#include "text/clean.h"

namespace anireco {
namespace {

/// How sources say that they have nothing to say; the whole text, folded, begins so and is short.
constexpr std::array<std::string_view, 6> kEmptyPhrases = {
    "there is currently no synopsis", "no synopsis",          "no description",
    "synopsis not available",         "no summary available", "описание отсутствует"};
constexpr std::size_t kLongestEmptyText = 200;

bool says_nothing(const std::string& text) {
  if (text.size() > kLongestEmptyText) return false;
  const std::string folded = fold_name(text);
  return std::ranges::any_of(kEmptyPhrases,
                             [&](std::string_view phrase) { return folded.starts_with(phrase); });
}

void clean_line_in_place(std::string& text) {
  if (!text.empty()) text = clean_line(text);
}

void clean_names(std::vector<std::string>& names) {
  for (std::string& name : names) clean_line_in_place(name);
}

}  // namespace

void clean_record(Anime& anime) {
  for (std::string* title : {&anime.titles.romaji, &anime.titles.english, &anime.titles.native,
                             &anime.titles.russian, &anime.source_material}) {
    clean_line_in_place(*title);
  }
  for (auto* names : {&anime.titles.synonyms, &anime.genres, &anime.themes, &anime.demographics,
                      &anime.studios}) {
    clean_names(*names);
  }
  for (Tag& tag : anime.tags) clean_line_in_place(tag.name);
  std::erase_if(anime.tags, [](const Tag& tag) { return tag.name.empty(); });
  for (RememberedPhrase& phrase : anime.remembered) clean_line_in_place(phrase.text);
  std::erase_if(anime.remembered, [](const RememberedPhrase& p) { return p.text.empty(); });
  for (StreamingLink& link : anime.streaming) clean_line_in_place(link.name);
  for (SourcedText& synopsis : anime.synopses) synopsis.text = clean_synopsis(synopsis.text);
  std::erase_if(anime.synopses, [](const SourcedText& synopsis) {
    return synopsis.text.empty() || says_nothing(synopsis.text);
  });
  normalise(anime);
}

}  // namespace anireco
