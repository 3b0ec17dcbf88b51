#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// Position of a title in one snapshot's catalogue, dense from 0. Means nothing outside of it.
using DocId = std::uint32_t;

enum class AnimeType { unknown, tv, movie, ova, ona, special, tv_special, music, pv, cm };
enum class AiringStatus { unknown, finished, airing, upcoming };
enum class Season { unknown, winter, spring, summer, fall };
enum class AgeRating { unknown, g, pg, pg13, r17, r_plus, rx };
enum class RelationKind {
  sequel,
  prequel,
  parent,
  side_story,
  summary,
  full_story,
  alternative,
  spin_off,
  character,
  adaptation,
  other
};

/// A title's numbers at other sites; 0 or empty where unknown.
struct ExternalIds {
  std::uint32_t mal = 0;
  std::uint32_t anilist = 0;
  std::uint32_t kitsu = 0;
  std::uint32_t anidb = 0;
  std::uint32_t shikimori = 0;
  std::string imdb = {};  ///< "tt" and digits.
  bool operator==(const ExternalIds&) const = default;
};

struct Titles {
  std::string romaji = {};
  std::string english = {};
  std::string native = {};
  std::string russian = {};
  std::vector<std::string> synonyms = {};
  bool operator==(const Titles&) const = default;
};

struct Tag {
  std::string name;
  bool spoiler = false;
  bool operator==(const Tag&) const = default;
};

/// A text of one language and origin. `language`: "en", "ru", "ja".
struct SourcedText {
  std::string language;
  std::string text;
  std::string source;  ///< "anireco" for our own words, else the import's source name.
  bool operator==(const SourcedText&) const = default;
};

/// A short phrase of what someone half-remembers years later.
struct RememberedPhrase {
  std::string language;
  std::string text;
  bool spoiler = false;  ///< Beyond the first third of the story: searched, never shown.
  bool operator==(const RememberedPhrase&) const = default;
};

struct Relation {
  ExternalIds target;                       ///< The first non-empty id resolves it.
  RelationKind kind = RelationKind::other;  ///< What the target is to this title.
  bool operator==(const Relation&) const = default;
};

struct StreamingLink {
  std::string name;
  std::string url;
  bool operator==(const StreamingLink&) const = default;
};

/// Which source a field came from: field name of the JSON record ("score", "titles.russian") and
/// the source. The field "*" stands for all that are not listed. Texts name their source
/// themselves.
struct FieldSource {
  std::string field;
  std::string source;
  bool operator==(const FieldSource&) const = default;
};

/// The anime record: everything the product knows of one title. Empty or zero means unknown.
/// The JSON form is docs/record.schema.json; anime_json.h reads and writes it.
struct Anime {
  std::string id;  ///< Ours, stable over imports: see anime_id.h.
  /// Ids of ours that this title had before it was recognised as one with another; they still find
  /// it.
  std::vector<std::string> former_ids;
  ExternalIds ids;
  Titles titles;
  AnimeType type = AnimeType::unknown;
  AiringStatus status = AiringStatus::unknown;
  Season season = Season::unknown;
  AgeRating age_rating = AgeRating::unknown;
  bool adult_flag = false;  ///< A source flags it 18+; see level.h for the whole rule.
  std::uint16_t year = 0;
  std::uint16_t episodes = 0;
  std::uint16_t duration_minutes = 0;  ///< Of one episode.
  std::string aired_from;              ///< ISO 8601, "YYYY", "YYYY-MM" or "YYYY-MM-DD".
  std::string aired_to;
  float score = 0;  ///< 1 to 10.
  std::uint32_t scored_by = 0;
  std::uint32_t members = 0;  ///< People who listed it, at the source of the score.
  std::string figures_date;   ///< Date of score and members, ISO 8601.
  std::vector<std::string> genres;
  std::vector<std::string> themes;
  std::vector<std::string> demographics;
  std::vector<Tag> tags;
  std::vector<std::string> studios;
  std::string source_material;  ///< "Manga", "Original", "Light novel", ...
  std::vector<SourcedText> synopses;
  std::vector<RememberedPhrase> remembered;
  std::string image_url;
  std::string trailer_url;
  std::string site_url;
  std::vector<StreamingLink> streaming;
  std::vector<Relation> relations;
  std::vector<FieldSource> provenance;
  bool operator==(const Anime&) const = default;
};

}  // namespace anireco
