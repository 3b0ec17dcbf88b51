#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <charconv>
#include <cmath>
#include <map>

#include "gather/list_forms.h"

namespace anireco::list_detail {
namespace {

/// JSON:API writes ids as strings; 0 for what is none.
std::uint32_t id_number(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() && id <= kMaxId ? id : 0;
}

/// The resource at the other end of a relationship; nullptr where there is none.
const json::object* related(const json::object& resource, std::string_view name) {
  const json::value* relations = resource.if_contains("relationships");
  if (relations == nullptr || !relations->is_object()) return nullptr;
  const json::value* relation = relations->get_object().if_contains(name);
  if (relation == nullptr || !relation->is_object()) return nullptr;
  const json::value* data = relation->get_object().if_contains("data");
  return data == nullptr ? nullptr : data->if_object();
}

struct KnownAnime {
  std::string title;
  ExternalIds ids;
};

/// Anime by Kitsu's id, and what mappings say of them.
std::map<std::uint32_t, KnownAnime> read_included(const json::object& root) {
  std::map<std::uint32_t, KnownAnime> known;
  const json::array* included = long_array(Fields(root, ""), "included");
  for (std::size_t n = 0; included != nullptr && n < included->size(); ++n) {
    const Fields fields = element((*included)[n], "included", n);
    const auto attributes = fields.object("attributes");
    if (!attributes) continue;
    const std::string_view type = loose_text(fields.raw(), "type");
    if (type == "anime") {
      const std::uint32_t id = id_number(loose_text(fields.raw(), "id"));
      known[id].title = list_title(loose_text(attributes->raw(), "canonicalTitle"));
    } else if (type == "mappings") {
      const json::object* item = related(fields.raw(), "item");
      if (item == nullptr) continue;
      ExternalIds& ids = known[id_number(loose_text(*item, "id"))].ids;
      const std::string_view site = loose_text(attributes->raw(), "externalSite");
      const std::uint32_t id = id_number(loose_text(attributes->raw(), "externalId"));
      if (site == "myanimelist/anime") ids.mal = id;
      if (site == "anilist/anime") ids.anilist = id;
      if (site == "anidb") ids.anidb = id;
    }
  }
  return known;
}

/// The other way round: an anime that lists its mappings by number.
void follow_mapping_lists(const json::object& root, std::map<std::uint32_t, KnownAnime>& known) {
  const json::array* included = long_array(Fields(root, ""), "included");
  if (included == nullptr) return;
  std::map<std::string, const json::object*, std::less<>> mappings;
  for (const json::value& value : *included) {
    if (loose_text(value.get_object(), "type") != "mappings") continue;
    const json::value* attributes = value.get_object().if_contains("attributes");
    if (attributes == nullptr || !attributes->is_object()) continue;
    mappings.emplace(loose_text(value.get_object(), "id"), &attributes->get_object());
  }
  for (const json::value& value : *included) {
    const json::object& anime = value.get_object();
    if (loose_text(anime, "type") != "anime") continue;
    const json::value* relations = anime.if_contains("relationships");
    if (relations == nullptr || !relations->is_object()) continue;
    const json::value* list = relations->get_object().if_contains("mappings");
    if (list == nullptr || !list->is_object()) continue;
    const json::value* data = list->get_object().if_contains("data");
    if (data == nullptr || !data->is_array()) continue;
    ExternalIds& ids = known[id_number(loose_text(anime, "id"))].ids;
    for (const json::value& reference : data->get_array()) {
      if (!reference.is_object()) continue;
      const auto found = mappings.find(loose_text(reference.get_object(), "id"));
      if (found == mappings.end()) continue;
      const std::string_view site = loose_text(*found->second, "externalSite");
      const std::uint32_t id = id_number(loose_text(*found->second, "externalId"));
      if (site == "myanimelist/anime") ids.mal = id;
      if (site == "anilist/anime") ids.anilist = id;
      if (site == "anidb") ids.anidb = id;
    }
  }
}

}  // namespace

ListFile read_kitsu(const json::object& root, const ListLimits& limits) {
  ListFile list{.form = ListForm::kitsu_json};
  auto known = read_included(root);
  follow_mapping_lists(root, known);
  const json::array* data = long_array(Fields(root, ""), "data");
  for (std::size_t n = 0; data != nullptr && n < data->size(); ++n) {
    const Fields fields = element((*data)[n], "data", n);
    const json::object* anime = related(fields.raw(), "anime");
    if (anime == nullptr) {
      ++list.skipped;
      continue;
    }
    const auto attributes = fields.object("attributes");
    if (!attributes) fields.fail("attributes", "must be given");
    const std::uint32_t id = id_number(loose_text(*anime, "id"));
    const KnownAnime& facts = known[id];
    ListEntry entry{.ids = facts.ids, .title = facts.title};
    entry.ids.kitsu = id;
    entry.status = required_status(*attributes, "status");
    // Twentieths: 20 is the best.
    const double twentieths = attributes->real("ratingTwenty", 20);
    entry.score = static_cast<std::uint8_t>(std::floor(twentieths / 2 + 0.5));
    add_entry(list, std::move(entry), fields.path_of("attributes"), limits);
  }
  return list;
}

}  // namespace anireco::list_detail
