#include "gather/coverage.h"

#include <algorithm>
#include <array>

namespace anireco {
namespace {

using Test = bool (*)(const Anime&);

bool has_synopsis(const Anime& a, std::string_view language) {
  return std::ranges::any_of(a.synopses,
                             [&](const SourcedText& s) { return s.language == language; });
}

struct Field {
  std::string_view name;
  Test present;
};

constexpr std::array kFields = {
    Field{"titles.romaji", [](const Anime& a) { return !a.titles.romaji.empty(); }},
    Field{"titles.english", [](const Anime& a) { return !a.titles.english.empty(); }},
    Field{"titles.native", [](const Anime& a) { return !a.titles.native.empty(); }},
    Field{"titles.russian", [](const Anime& a) { return !a.titles.russian.empty(); }},
    Field{"titles.synonyms", [](const Anime& a) { return !a.titles.synonyms.empty(); }},
    Field{"synopsis.en", [](const Anime& a) { return has_synopsis(a, "en"); }},
    Field{"synopsis.ru", [](const Anime& a) { return has_synopsis(a, "ru"); }},
    Field{"type", [](const Anime& a) { return a.type != AnimeType::unknown; }},
    Field{"status", [](const Anime& a) { return a.status != AiringStatus::unknown; }},
    Field{"aired_from", [](const Anime& a) { return !a.aired_from.empty(); }},
    Field{"season", [](const Anime& a) { return a.season != Season::unknown; }},
    Field{"year", [](const Anime& a) { return a.year != 0; }},
    Field{"episodes", [](const Anime& a) { return a.episodes != 0; }},
    Field{"duration_minutes", [](const Anime& a) { return a.duration_minutes != 0; }},
    Field{"age_rating", [](const Anime& a) { return a.age_rating != AgeRating::unknown; }},
    Field{"score", [](const Anime& a) { return a.score > 0; }},
    Field{"members", [](const Anime& a) { return a.members != 0; }},
    Field{"genres", [](const Anime& a) { return !a.genres.empty(); }},
    Field{"themes", [](const Anime& a) { return !a.themes.empty(); }},
    Field{"demographics", [](const Anime& a) { return !a.demographics.empty(); }},
    Field{"tags", [](const Anime& a) { return !a.tags.empty(); }},
    Field{"studios", [](const Anime& a) { return !a.studios.empty(); }},
    Field{"source_material", [](const Anime& a) { return !a.source_material.empty(); }},
    Field{"relations", [](const Anime& a) { return !a.relations.empty(); }},
    Field{"image_url", [](const Anime& a) { return !a.image_url.empty(); }},
    Field{"trailer_url", [](const Anime& a) { return !a.trailer_url.empty(); }},
    Field{"streaming", [](const Anime& a) { return !a.streaming.empty(); }},
    Field{"ids.mal", [](const Anime& a) { return a.ids.mal != 0; }},
    Field{"ids.anilist", [](const Anime& a) { return a.ids.anilist != 0; }},
    Field{"ids.kitsu", [](const Anime& a) { return a.ids.kitsu != 0; }},
    Field{"ids.anidb", [](const Anime& a) { return a.ids.anidb != 0; }},
    Field{"ids.shikimori", [](const Anime& a) { return a.ids.shikimori != 0; }},
};

}  // namespace

Coverage::Coverage() : counts_(kFields.size(), 0) {}

void Coverage::add(const Anime& anime) {
  ++titles_;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i].present(anime)) ++counts_[i];
  }
}

const std::vector<std::string_view>& coverage_fields() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const Field& field : kFields) names.push_back(field.name);
    return names;
  }();
  return kNames;
}

}  // namespace anireco
