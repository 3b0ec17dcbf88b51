#include "catalog/anime_enums.h"

#include <array>
#include <string>

namespace anireco {
namespace {

template <typename T>
struct Name {
  T value;
  std::string_view name;
};

constexpr std::array kAllTypes = {
    AnimeType::unknown, AnimeType::tv,         AnimeType::movie, AnimeType::ova, AnimeType::ona,
    AnimeType::special, AnimeType::tv_special, AnimeType::music, AnimeType::pv,  AnimeType::cm};
constexpr std::array kAllStatuses = {AiringStatus::unknown, AiringStatus::finished,
                                     AiringStatus::airing, AiringStatus::upcoming};
constexpr std::array kAllSeasons = {Season::unknown, Season::winter, Season::spring, Season::summer,
                                    Season::fall};
constexpr std::array kAllRatings = {AgeRating::unknown, AgeRating::g,   AgeRating::pg,
                                    AgeRating::pg13,    AgeRating::r17, AgeRating::r_plus,
                                    AgeRating::rx};
constexpr std::array kRelations = {
    RelationKind::sequel,      RelationKind::prequel,  RelationKind::parent,
    RelationKind::side_story,  RelationKind::summary,  RelationKind::full_story,
    RelationKind::alternative, RelationKind::spin_off, RelationKind::character,
    RelationKind::adaptation,  RelationKind::other};

/// Names as sources spell them, folded by squeeze().
constexpr Name<AnimeType> kTypeNames[] = {
    {AnimeType::unknown, "unknown"}, {AnimeType::tv, "tv"},
    {AnimeType::tv, "tvseries"},     {AnimeType::tv, "tvshort"},
    {AnimeType::tv, "series"},       {AnimeType::movie, "movie"},
    {AnimeType::movie, "film"},      {AnimeType::ova, "ova"},
    {AnimeType::ova, "oav"},         {AnimeType::ova, "oad"},
    {AnimeType::ona, "ona"},         {AnimeType::ona, "web"},
    {AnimeType::special, "special"}, {AnimeType::tv_special, "tvspecial"},
    {AnimeType::music, "music"},     {AnimeType::music, "musicvideo"},
    {AnimeType::pv, "pv"},           {AnimeType::pv, "promotionalvideo"},
    {AnimeType::cm, "cm"},           {AnimeType::cm, "commercial"}};
constexpr Name<AiringStatus> kStatusNames[] = {
    {AiringStatus::unknown, "unknown"},         {AiringStatus::finished, "finished"},
    {AiringStatus::finished, "finishedairing"}, {AiringStatus::finished, "completed"},
    {AiringStatus::finished, "released"},       {AiringStatus::airing, "airing"},
    {AiringStatus::airing, "currentlyairing"},  {AiringStatus::airing, "current"},
    {AiringStatus::airing, "ongoing"},          {AiringStatus::airing, "releasing"},
    {AiringStatus::upcoming, "upcoming"},       {AiringStatus::upcoming, "notyetaired"},
    {AiringStatus::upcoming, "notyetreleased"}, {AiringStatus::upcoming, "unreleased"},
    {AiringStatus::upcoming, "anons"},          {AiringStatus::upcoming, "announced"}};
constexpr Name<Season> kSeasonNames[] = {
    {Season::unknown, "unknown"}, {Season::unknown, "undefined"}, {Season::winter, "winter"},
    {Season::spring, "spring"},   {Season::summer, "summer"},     {Season::fall, "fall"},
    {Season::fall, "autumn"}};
constexpr Name<AgeRating> kRatingNames[] = {{AgeRating::unknown, "unknown"},
                                            {AgeRating::unknown, "none"},
                                            {AgeRating::g, "g"},
                                            {AgeRating::g, "gallages"},
                                            {AgeRating::pg, "pg"},
                                            {AgeRating::pg, "pgchildren"},
                                            {AgeRating::pg13, "pg13"},
                                            {AgeRating::pg13, "pg13teens13orolder"},
                                            {AgeRating::r17, "r17"},
                                            {AgeRating::r17, "r"},
                                            {AgeRating::r17, "r17violence&profanity"},
                                            {AgeRating::r_plus, "r+"},
                                            {AgeRating::r_plus, "rplus"},
                                            {AgeRating::r_plus, "r+mildnudity"},
                                            {AgeRating::rx, "rx"},
                                            {AgeRating::rx, "rxhentai"},
                                            {AgeRating::rx, "r18"}};
constexpr Name<RelationKind> kRelationNames[] = {{RelationKind::sequel, "sequel"},
                                                 {RelationKind::prequel, "prequel"},
                                                 {RelationKind::parent, "parent"},
                                                 {RelationKind::parent, "parentstory"},
                                                 {RelationKind::side_story, "sidestory"},
                                                 {RelationKind::summary, "summary"},
                                                 {RelationKind::full_story, "fullstory"},
                                                 {RelationKind::alternative, "alternative"},
                                                 {RelationKind::alternative, "alternativeversion"},
                                                 {RelationKind::alternative, "alternativesetting"},
                                                 {RelationKind::spin_off, "spinoff"},
                                                 {RelationKind::character, "character"},
                                                 {RelationKind::adaptation, "adaptation"},
                                                 {RelationKind::other, "other"}};

/// Lower case without spaces and joining marks. "R - 17+" loses its plus only in that place, since
/// "R+" is another rating.
std::string squeeze(std::string_view name) {
  std::string out;
  for (char c : name.substr(0, 64)) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c != ' ' && c != '-' && c != '_' && c != '(' && c != ')' && c != '/') {
      out += c;
    }
  }
  if (const std::size_t at = out.find("17+"); at != std::string::npos) out.erase(at + 2, 1);
  return out;
}

template <typename T, std::size_t N>
std::optional<T> find_name(const Name<T> (&names)[N], std::string_view name) {
  const std::string folded = squeeze(name);
  for (const auto& entry : names) {
    if (entry.name == folded) return entry.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(AnimeType type) {
  switch (type) {
    case AnimeType::unknown:
      return "unknown";
    case AnimeType::tv:
      return "tv";
    case AnimeType::movie:
      return "movie";
    case AnimeType::ova:
      return "ova";
    case AnimeType::ona:
      return "ona";
    case AnimeType::special:
      return "special";
    case AnimeType::tv_special:
      return "tv_special";
    case AnimeType::music:
      return "music";
    case AnimeType::pv:
      return "pv";
    case AnimeType::cm:
      return "cm";
  }
  return "unknown";
}

std::string_view to_string(AiringStatus status) {
  switch (status) {
    case AiringStatus::unknown:
      return "unknown";
    case AiringStatus::finished:
      return "finished";
    case AiringStatus::airing:
      return "airing";
    case AiringStatus::upcoming:
      return "upcoming";
  }
  return "unknown";
}

std::string_view to_string(Season season) {
  switch (season) {
    case Season::unknown:
      return "unknown";
    case Season::winter:
      return "winter";
    case Season::spring:
      return "spring";
    case Season::summer:
      return "summer";
    case Season::fall:
      return "fall";
  }
  return "unknown";
}

std::string_view to_string(AgeRating rating) {
  switch (rating) {
    case AgeRating::unknown:
      return "unknown";
    case AgeRating::g:
      return "g";
    case AgeRating::pg:
      return "pg";
    case AgeRating::pg13:
      return "pg13";
    case AgeRating::r17:
      return "r17";
    case AgeRating::r_plus:
      return "r_plus";
    case AgeRating::rx:
      return "rx";
  }
  return "unknown";
}

std::string_view to_string(RelationKind kind) {
  switch (kind) {
    case RelationKind::sequel:
      return "sequel";
    case RelationKind::prequel:
      return "prequel";
    case RelationKind::parent:
      return "parent";
    case RelationKind::side_story:
      return "side_story";
    case RelationKind::summary:
      return "summary";
    case RelationKind::full_story:
      return "full_story";
    case RelationKind::alternative:
      return "alternative";
    case RelationKind::spin_off:
      return "spin_off";
    case RelationKind::character:
      return "character";
    case RelationKind::adaptation:
      return "adaptation";
    case RelationKind::other:
      return "other";
  }
  return "other";
}

std::optional<AnimeType> parse_anime_type(std::string_view name) {
  return find_name(kTypeNames, name);
}
std::optional<AiringStatus> parse_airing_status(std::string_view name) {
  return find_name(kStatusNames, name);
}
std::optional<Season> parse_season(std::string_view name) { return find_name(kSeasonNames, name); }
std::optional<AgeRating> parse_age_rating(std::string_view name) {
  return find_name(kRatingNames, name);
}
std::optional<RelationKind> parse_relation_kind(std::string_view name) {
  return find_name(kRelationNames, name);
}

std::span<const AnimeType> all_anime_types() { return kAllTypes; }
std::span<const AiringStatus> all_airing_statuses() { return kAllStatuses; }
std::span<const Season> all_seasons() { return kAllSeasons; }
std::span<const AgeRating> all_age_ratings() { return kAllRatings; }
std::span<const RelationKind> all_relation_kinds() { return kRelations; }

}  // namespace anireco
