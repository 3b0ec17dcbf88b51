#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "api/anime_wire.h"
#include "api/api.h"
#include "api/query_reader.h"
#include "catalog/profile.h"
#include "search/search_request.h"

namespace anireco {

inline constexpr std::size_t kMaxProfileName = 40;

/// How a request wants its list to be used.
struct ProfileUse {
  std::string name = {};  ///< As given; empty: none.
  bool drop_planned = false;
  bool learn = false;  ///< Recommends: learns a taste, hides whole franchises.
};

/// 403: profiles are switched off.
Problem profiles_off();
/// The store. Throws Problem 403 when profiles are switched off.
ProfileStore& profile_store(const ApiCall& call);
/// The folded name. Throws Problem 422 naming `field` for what is no name.
std::string profile_key(std::string_view name, const std::string& field);
/// The profile of the route's {name}. Throws Problem 404 when there is none.
std::shared_ptr<const Profile> route_profile(const ApiCall& call);
/// The list for a search, nothing when none is named. The answer then belongs to one revision of a
/// profile, so the call loses its ETag. Throws Problem 403, 404, 422.
ListUse use_profile(ApiCall& call, const ProfileUse& use, Level level);

/// Where a list goes to.
struct ListTarget {
  std::string name;  ///< Folded.
  ListMode mode = ListMode::merge;
  Level level = Level::standard;  ///< Of the answer.
};
/// Brings a list into a profile and answers what changed: a ProfileChange.
HttpResponse store_list(const ApiCall& call, ProfileStore& store, const ListTarget& target,
                        const IncomingList& list);

/// "merge" or "replace".
std::optional<ListMode> parse_list_mode(std::string_view word);

/// "keep" or "drop".
std::optional<bool> parse_planned(std::string_view word);

/// level and lang of an operation on lists.
Audience read_list_audience(const ApiCall& call, QueryReader& reader);

/// name, updated, entries, unknown, counts, scored, marks: the fields of a ProfileSummary.
void write_profile_fields(JsonWriter& json, const Profile& profile, const ListView& view);
/// An array of entries. What the audience may not see is left out, also what the catalogue does
/// not know: nobody can tell its level. Only at level adult such entries are shown, without an id.
void write_list_entries(JsonWriter& json, const Audience& audience,
                        std::span<const ListEntry> entries, std::span<const DocId> docs);
/// ids, title, status, score, mark of an entry; with id when `doc` is known.
void write_list_entry(JsonWriter& json, const Audience& audience, const ListEntry& entry,
                      DocId doc);

}  // namespace anireco
