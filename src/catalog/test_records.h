#pragma once

// Small records for the tests of this module.

#include <string>
#include <utility>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

inline Anime titled(std::string romaji, std::uint32_t mal = 0) {
  Anime anime;
  anime.ids.mal = mal;
  anime.titles.romaji = std::move(romaji);
  anime.type = AnimeType::tv;
  return anime;
}

inline void relate(Anime& from, RelationKind kind, std::uint32_t mal) {
  Relation relation;
  relation.target.mal = mal;
  relation.kind = kind;
  from.relations.push_back(relation);
}

/// A record with every field set.
inline Anime full_record() {
  Anime a;
  a.id = "abcdefghij";
  a.former_ids = {"aaaaaaaaaa", "bbbbbbbbbb"};
  a.ids = {
      .mal = 457, .anilist = 458, .kitsu = 3, .anidb = 4, .shikimori = 457, .imdb = "tt0807832"};
  a.titles = {.romaji = "Mushishi",
              .english = "Mushi-Shi",
              .native = "蟲師",
              .russian = "Мастер муси",
              .synonyms = {"Mushi \"shi\" \\ 1", "Мушиши"}};
  a.type = AnimeType::tv;
  a.status = AiringStatus::finished;
  a.season = Season::fall;
  a.age_rating = AgeRating::pg13;
  a.adult_flag = true;
  a.year = 2005;
  a.episodes = 26;
  a.duration_minutes = 25;
  a.aired_from = "2005-10-23";
  a.aired_to = "2006-06";
  a.score = 8.65F;
  a.scored_by = 300000;
  a.members = 900000;
  a.figures_date = "2026-01-01";
  a.genres = {"Adventure", "Mystery"};
  a.themes = {"Historical"};
  a.demographics = {"Seinen"};
  a.tags = {{"spirits", false}, {"lost brother", true}};
  a.studios = {"Artland"};
  a.source_material = "Manga";
  a.synopses = {{"en", "A doctor walks.\nHe listens.", "anireco"}, {"ru", "Он идёт.", "anireco"}};
  a.remembered = {{"en", "one green eye", false},
                  {"en", "he forgot his name", true},
                  {"ru", "зелёный глаз", false}};
  a.image_url = "https://example.org/457.jpg";
  a.trailer_url = "https://example.org/t";
  a.site_url = "https://example.org/457";
  a.streaming = {{"Example", "https://example.org/w"}};
  relate(a, RelationKind::side_story, 21329);
  a.provenance = {{"*", "anireco"}, {"score", "mal"}};
  return a;
}

}  // namespace anireco
