#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// What a store knows of its titles' identities. Keys are external ids ("mal:1") or, for titles
/// without any, id_seed() ("title:…").
class IdentityTable {
 public:
  virtual ~IdentityTable() = default;
  /// Ids (ours) of the titles that have a key, in the order in which they were first seen.
  virtual std::vector<std::string> titles_with_key(const std::string& key) const = 0;
  /// Current id of the title that has or had this id of ours; empty when there is none.
  virtual std::string current_id(const std::string& id) const = 0;
  /// All external ids of a title, from all its sources.
  virtual ExternalIds ids_of(const std::string& id) const = 0;
};

/// Where a record belongs.
struct Placement {
  std::string id;                     ///< The title it joins, or the id of a new one.
  bool is_new = false;                ///< No title has it yet.
  std::vector<std::string> absorbed;  ///< Titles that the record proves to be the same one.
};

/// Decides which title a record is of: the one with its own id, else the one that shares its
/// strongest external id, unless a stronger one says that they differ (match_ids in merge.h).
/// Others that share an id with it and agree with the chosen one are absorbed. A record without any
/// external id joins the title of the same main name, type and year. A new title's id is the
/// record's own if it has one that is free, else made from id_seed(). Deterministic.
Placement place_record(const Anime& record, const IdentityTable& table);

/// The keys under which a record is found again.
std::vector<std::string> identity_keys(const Anime& record);

/// The union of two sets of ids; the first one's where both have one.
ExternalIds unite(const ExternalIds& a, const ExternalIds& b);

}  // namespace anireco
