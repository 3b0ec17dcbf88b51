#include "search/list_view.h"

#include "catalog/anime_id.h"

namespace anireco {

DocId find_listed(const Catalog& catalog, const ExternalIds& ids, Level level) {
  for (const SiteId& id : site_ids(ids)) {
    if (const auto doc = catalog.find(to_string(id))) {
      return catalog.level(*doc) <= level ? *doc : ListView::kUnknown;
    }
  }
  return ListView::kUnknown;
}

ListView view_list(const Profile& profile, const Catalog& catalog, Level level) {
  ListView view{.profile = profile.name, .revision = profile.revision, .level = level};
  view.docs.reserve(profile.entries.size());
  view.seen = DocSet(catalog.size());
  view.planned = DocSet(catalog.size());
  view.known_franchises = DocSet(catalog.size());
  for (const ListEntry& entry : profile.entries) {
    const DocId doc = find_listed(catalog, entry.ids, level);
    view.docs.push_back(doc);
    if (doc == ListView::kUnknown) {
      ++view.unknown;
      continue;
    }
    const bool seen = is_seen(entry.status) || entry.mark == ListMark::disliked;
    if (seen) view.seen.insert(doc);
    if (!seen && entry.status == ListStatus::planned) view.planned.insert(doc);
    // One dislike says nothing against the rest of its franchise's readers, but it is known.
    if (seen || entry.mark == ListMark::liked) {
      for (const DocId member : catalog.members(catalog.franchise(doc))) {
        view.known_franchises.insert(member);
      }
    }
  }
  view.planned -= view.seen;
  view.known_franchises -= view.planned;
  return view;
}

}  // namespace anireco
