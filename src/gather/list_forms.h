#pragma once

// Internal to the list readers: needs Boost.JSON, so no public header includes it.

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/json_fields.h"
#include "gather/list_reader.h"

namespace anireco::list_detail {

namespace json = boost::json;
using json_detail::Fields;

inline constexpr std::uint32_t kMaxId = 0x7FFFFFFF;

/// Each reads one form. `root` is the parsed text.
ListFile read_mal_xml(std::string_view text, const ListLimits& limits);
ListFile read_ids(std::string_view text, const ListLimits& limits);
ListFile read_id_array(const json::array& root, const ListLimits& limits);
ListFile read_mal_json(const json::object& root, const ListLimits& limits);
ListFile read_shikimori(const json::array& root, const ListLimits& limits);
ListFile read_anilist(const json::object& collection, const std::string& path,
                      const ListLimits& limits);
ListFile read_anilist_export(const json::object& root, const ListLimits& limits);
ListFile read_kitsu(const json::object& root, const ListLimits& limits);
ListFile read_own(const json::object& root, const ListLimits& limits);

/// Throws Error{invalid_argument} "PLACE: REASON".
[[noreturn]] void refuse(std::string_view place, std::string_view reason);
/// The text cut to ListEntry::kMaxTitle bytes, valid UTF-8 without control characters.
std::string list_title(std::string_view text);
/// Text of a field that may be absent, null or of another kind: then empty.
std::string_view loose_text(const json::object& object, std::string_view key);
/// A status that must be there and known.
ListStatus required_status(const Fields& fields, std::string_view key);
/// A whole score from 0 to 10.
std::uint8_t whole_score(const Fields& fields, std::string_view key);
/// An array that may be long; nullptr where there is none.
const json::array* long_array(const Fields& fields, std::string_view key);
/// An array's element as an object with its place: "entries[3]".
Fields element(const json::value& value, std::string_view array, std::size_t number);
/// Adds an entry, or counts it as skipped when it has no id; refuses one too many.
void add_entry(ListFile& list, ListEntry entry, std::string_view place, const ListLimits& limits);

}  // namespace anireco::list_detail
