#include "catalog/identity.h"

#include <algorithm>

#include "catalog/anime_id.h"
#include "catalog/merge.h"

namespace anireco {

ExternalIds unite(const ExternalIds& a, const ExternalIds& b) {
  ExternalIds out = a;
  for (auto site : {&ExternalIds::mal, &ExternalIds::anilist, &ExternalIds::kitsu,
                    &ExternalIds::anidb, &ExternalIds::shikimori}) {
    if (out.*site == 0) out.*site = b.*site;
  }
  if (out.imdb.empty()) out.imdb = b.imdb;
  return out;
}

std::vector<std::string> identity_keys(const Anime& record) {
  std::vector<std::string> keys;
  for (const SiteId& id : site_ids(record.ids)) keys.push_back(to_string(id));
  if (keys.empty() && record.id.empty()) keys.push_back(id_seed(record));
  return keys;
}

Placement place_record(const Anime& record, const IdentityTable& table) {
  std::vector<std::string> candidates;
  const auto consider = [&](const std::string& id) {
    if (id.empty() || std::ranges::find(candidates, id) != candidates.end()) return;
    if (match_ids(record.ids, table.ids_of(id)) == IdMatch::different) return;
    candidates.push_back(id);
  };
  if (!record.id.empty()) consider(table.current_id(record.id));
  for (const std::string& key : identity_keys(record)) {
    for (const std::string& id : table.titles_with_key(key)) consider(id);
  }

  Placement place;
  if (!candidates.empty()) {
    place.id = candidates.front();
    ExternalIds ids = unite(table.ids_of(place.id), record.ids);
    for (std::size_t i = 1; i < candidates.size(); ++i) {
      const ExternalIds others = table.ids_of(candidates[i]);
      if (match_ids(ids, others) != IdMatch::same) continue;
      ids = unite(ids, others);
      place.absorbed.push_back(candidates[i]);
    }
    return place;
  }
  place.is_new = true;
  place.id = record.id;
  const std::string seed = id_seed(record);
  for (int attempt = 0; place.id.empty() || !table.current_id(place.id).empty(); ++attempt) {
    place.id = make_anime_id(seed, attempt);
  }
  return place;
}

}  // namespace anireco
