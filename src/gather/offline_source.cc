#include "gather/offline_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/fold.h"
#include "gather/form_check.h"
#include "gather/offline_file.h"
#include "gather/page_reader.h"

namespace anireco {
namespace {

using namespace gather_detail;

constexpr std::size_t kMostRelations = 100;

constexpr std::string_view kForm = R"(
data: list
data[].sources: list
data[].sources[]: string
data[].title: string
data[].type: string
data[].episodes: number
data[].status: string
data[].animeSeason: object
data[].animeSeason.season: string
data[].animeSeason.year?: number null
data[].picture: string
data[].thumbnail: string
data[].duration?: object null
data[].duration.value: number
data[].duration.unit: string
data[].score?: object null
data[].score.arithmeticGeometricMean: number
data[].score.arithmeticMean: number
data[].score.median: number
data[].synonyms: list
data[].synonyms[]: string
data[].studios?: list
data[].studios[]: string
data[].producers?: list
data[].producers[]: string
data[].relatedAnime: list
data[].relatedAnime[]: string
data[].tags: list
data[].tags[]: string
)";

struct Site {
  std::string_view address;
  std::uint32_t ExternalIds::* id;
};

/// Strongest first; kitsu.io is Kitsu's former name.
constexpr std::array kSites = {Site{"https://myanimelist.net/anime/", &ExternalIds::mal},
                               Site{"https://anilist.co/anime/", &ExternalIds::anilist},
                               Site{"https://kitsu.app/anime/", &ExternalIds::kitsu},
                               Site{"https://kitsu.io/anime/", &ExternalIds::kitsu},
                               Site{"https://anidb.net/anime/", &ExternalIds::anidb}};

/// The id that an address of a title names at a site; 0 for addresses of other sites.
std::uint32_t id_at(std::string_view url, const Site& site) {
  if (!url.starts_with(site.address)) return 0;
  url.remove_prefix(site.address.size());
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(url.data(), url.data() + url.size(), id);
  if (error != std::errc() || end != url.data() + url.size() || id > 4'000'000'000U) return 0;
  return id;
}

void read_sources(const std::vector<std::string>& urls, Anime& a) {
  for (const Site& site : kSites) {
    for (const std::string& url : urls) {
      const std::uint32_t id = id_at(url, site);
      if (id == 0 || a.ids.*site.id != 0) continue;
      a.ids.*site.id = id;
      if (a.site_url.empty()) a.site_url = url;
    }
  }
}

/// The related titles, each once: by their addresses at the strongest site that is among them.
void read_relations(const std::vector<std::string>& urls, Anime& a) {
  for (const Site& site : kSites) {
    for (const std::string& url : urls) {
      const std::uint32_t id = id_at(url, site);
      if (id == 0 || a.relations.size() >= kMostRelations) continue;
      Relation relation;
      relation.target.*site.id = id;
      a.relations.push_back(relation);
    }
    if (!a.relations.empty()) return;
  }
}

bool has_kana(std::string_view text) {
  // U+3040 to U+30FF in UTF-8: E3 81 .. E3 83.
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto second = static_cast<unsigned char>(text[i + 1]);
    if (text[i] == '\xE3' && second >= 0x81 && second <= 0x83) return true;
  }
  return false;
}

/// The file does not say of which language a title is. A sole Cyrillic one is taken for Russian,
/// a sole one with kana for the Japanese; two or more could be of several languages.
void read_titles(const FieldReader& title, Anime& a) {
  a.titles.romaji = title.line("title");
  std::vector<std::string> synonyms = title.lines("synonyms");
  const auto sole = [&](auto&& is) -> std::string {
    if (std::ranges::count_if(synonyms, is) != 1) return {};
    return *std::ranges::find_if(synonyms, is);
  };
  a.titles.russian = sole([](const std::string& s) { return is_cyrillic_name(s); });
  a.titles.native = sole([](const std::string& s) { return has_kana(s); });
  for (std::string& synonym : synonyms) add_synonym(a, std::move(synonym));
}

/// Studios stand in lower case.
std::string capitalised(std::string name) {
  bool begins = true;
  for (char& c : name) {
    if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    begins = c == ' ' || c == '-';
  }
  return name;
}

Anime read_title(const FieldReader& title, const TermMapping& mapping) {
  Anime a;
  read_sources(title.lines("sources"), a);
  read_titles(title, a);
  a.type = title.name("type", parse_anime_type);
  a.status = title.name("status", parse_airing_status);
  a.episodes = title.small("episodes", 60'000);
  if (const auto season = title.object("animeSeason")) {
    a.season = season->name("season", parse_season);
    if (const auto year = season->small("year", 2200); year >= 1850) a.year = year;
  }
  if (const auto duration = title.object("duration")) {
    const std::uint32_t seconds = duration->number("value", 600'000);
    if (seconds > 0) {
      a.duration_minutes = static_cast<std::uint16_t>(std::max(1U, (seconds + 30) / 60));
    }
  }
  if (const auto score = title.object("score")) {
    a.score = static_cast<float>(std::round(score->real("median", 10) * 100) / 100);
  }
  mapping.apply(title.lines("tags"), a);
  for (std::string& studio : title.lines("studios")) {
    a.studios.push_back(capitalised(std::move(studio)));
  }
  read_relations(title.lines("relatedAnime"), a);
  a.image_url = title.url("picture");
  return a;
}

}  // namespace

OfflineSource::OfflineSource(OfflineOptions options)
    : options_(std::move(options)), mapping_(TermMapping::builtin("offline")) {}

SourceTerms OfflineSource::terms() const {
  return {.limit = {},
          .page_size = 40'000,
          .expected_titles = 40'000,
          .fields = {
              "ids.mal",         "ids.anilist", "ids.kitsu", "ids.anidb",       "titles.romaji",
              "titles.synonyms", "type",        "status",    "episodes",        "duration_minutes",
              "season",          "year",        "score",     "genres",          "themes",
              "demographics",    "tags",        "studios",   "source_material", "image_url",
              "site_url",        "relations"}};
}

FetchRequest OfflineSource::page_request(GatherScope, std::string_view cursor) const {
  if (!cursor.empty()) parse_offset("none");
  return {.url = options_.url,
          .timeout = std::chrono::minutes(10),
          .max_body_bytes = std::size_t{512} << 20};
}

SourcePage OfflineSource::read_page(GatherScope scope, std::string_view,
                                    std::string_view body) const {
  SourcePage page;
  OfflineFile file(body);
  std::size_t titles = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; auto value = file.next(); ++i) {
    const json::object* object = value->if_object();
    if (object == nullptr) {
      add_problem(page.problems, fmt::format("title {}: is no object", i));
      continue;
    }
    // The first line of the JSON lines form says what the file is.
    if (i == 0 && object->contains("license") && !object->contains("sources")) continue;
    if (++titles > kMostOffset) {
      throw Error(ErrorKind::corrupt, "The file of offline has too many titles.");
    }
    if (object->contains("sources") && object->contains("title")) ++known;
    const FieldReader reader(*object, fmt::format("offline {}", i), page.problems);
    Anime anime = read_title(reader, mapping_);
    if (scope == GatherScope::airing && anime.status != AiringStatus::airing &&
        anime.status != AiringStatus::upcoming) {
      continue;
    }
    if (finish_record(anime, name())) {
      page.records.push_back(std::move(anime));
    } else {
      reader.problem("title", "is missing");
    }
  }
  if (titles > 0 && known == 0) {
    throw Error(ErrorKind::corrupt, "The file of offline is no anime-offline-database.");
  }
  page.total = titles;
  return page;
}

std::vector<std::string> OfflineSource::check_page(std::string_view body) const {
  json::array first;
  try {
    OfflineFile file(body);
    while (first.size() < 100) {
      auto value = file.next();
      if (!value) break;
      const json::object* object = value->if_object();
      if (object != nullptr && object->contains("license") && first.empty()) continue;
      first.push_back(std::move(*value));
    }
  } catch (const Error& error) {
    return {error.what()};
  }
  return check_form(json::serialize(json::object{{"data", std::move(first)}}), kForm);
}

}  // namespace anireco
