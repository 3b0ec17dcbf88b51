#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/doc_set.h"
#include "catalog/level.h"
#include "catalog/profile.h"

namespace anireco {

/// Somebody's list as one catalogue sees it at one level: titles above it count as unknown, here
/// and in everything that is made from it. Immutable; belongs to the snapshot it was made for.
struct ListView {
  static constexpr DocId kUnknown = 0xFFFFFFFF;

  std::string profile = {};
  std::uint64_t revision = 0;  ///< Of the profile.
  Level level = Level::standard;
  std::vector<DocId> docs = {};  ///< Of each entry, in the profile's order; or kUnknown.
  std::size_t unknown = 0;       ///< Entries without a title here.
  DocSet seen = {};              ///< Begun, in whatever way it ended, or marked as disliked.
  DocSet planned = {};           ///< Planned and not begun.
  /// All titles of the franchises of `seen` and of what is liked, but for what is planned: nothing
  /// that had to be recommended.
  DocSet known_franchises = {};
};

/// Document of an entry's ids, the strongest first; kUnknown where the level shows none.
DocId find_listed(const Catalog& catalog, const ExternalIds& ids, Level level);

/// About a microsecond an entry.
ListView view_list(const Profile& profile, const Catalog& catalog, Level level);

}  // namespace anireco
