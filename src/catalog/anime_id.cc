#include "catalog/anime_id.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/error.h"
#include "base/hash.h"
#include "catalog/anime_enums.h"
#include "catalog/fold.h"

namespace anireco {
namespace {

constexpr std::size_t kIdLength = 10;
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::array<std::string_view, 6> kSites = {"mal",   "anilist",   "kitsu",
                                                    "anidb", "shikimori", "imdb"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint8_t hex_digit(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

}  // namespace

std::string_view to_string(IdSite site) { return kSites[static_cast<std::size_t>(site)]; }

std::vector<SiteId> site_ids(const ExternalIds& ids) {
  std::vector<SiteId> out;
  const auto add = [&](IdSite site, std::uint32_t value) {
    if (value != 0) out.push_back({site, std::to_string(value)});
  };
  add(IdSite::mal, ids.mal);
  add(IdSite::anilist, ids.anilist);
  add(IdSite::kitsu, ids.kitsu);
  add(IdSite::anidb, ids.anidb);
  add(IdSite::shikimori, ids.shikimori);
  if (!ids.imdb.empty()) out.push_back({IdSite::imdb, ids.imdb});
  return out;
}

std::optional<SiteId> parse_site_id(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() > 40) return std::nullopt;
  const std::string name = fold_name(text.substr(0, colon));
  const auto site = std::ranges::find(kSites, name);
  if (site == kSites.end()) return std::nullopt;
  SiteId id;
  id.site = static_cast<IdSite>(site - kSites.begin());
  std::string_view value = text.substr(colon + 1);
  if (id.site == IdSite::imdb) {
    if (!value.starts_with("tt") || value.size() > 14 || !all_digits(value.substr(2))) {
      return std::nullopt;
    }
    id.value = value;
    return id;
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number == 0) {
    return std::nullopt;
  }
  id.value = std::to_string(number);
  return id;
}

std::string to_string(const SiteId& id) { return std::string(to_string(id.site)) + ":" + id.value; }

std::string make_anime_id(std::string_view seed, int attempt) {
  std::string text(seed);
  if (attempt > 0) text.append("#").append(std::to_string(attempt));
  const std::string hex = sha256_hex(text);
  std::string id;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; id.size() < kIdLength; ++i) {
    bits = (bits << 4) | hex_digit(hex[i]);
    held += 4;
    if (held >= 5) {
      held -= 5;
      id += kBase32[(bits >> held) & 31];
    }
  }
  return id;
}

std::string id_seed(const Anime& anime) {
  const auto ids = site_ids(anime.ids);
  if (!ids.empty()) return to_string(ids.front());
  return "title:" + fold_name(display_title(anime, "")) + "|" + std::string(to_string(anime.type)) +
         "|" + std::to_string(anime.year);
}

bool is_anime_id(std::string_view text) {
  return text.size() == kIdLength &&
         std::ranges::all_of(text, [](char c) { return kBase32.find(c) != kBase32.npos; });
}

const std::string& display_title(const Anime& anime, std::string_view language) {
  const Titles& t = anime.titles;
  std::array<const std::string*, 4> order = {&t.romaji, &t.english, &t.native, &t.russian};
  if (language == "en") order = {&t.english, &t.romaji, &t.native, &t.russian};
  if (language == "ru") order = {&t.russian, &t.english, &t.romaji, &t.native};
  for (const std::string* title : order) {
    if (!title->empty()) return *title;
  }
  return t.synonyms.empty() ? t.romaji : t.synonyms.front();
}

}  // namespace anireco
