#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/list_entry.h"

namespace anireco {

/// A named list of titles, as it was at one moment.
struct Profile {
  std::string name = {};       ///< As the store knows it.
  std::string updated = {};    ///< UTC, "2026-01-31T12:00:00Z".
  std::uint64_t revision = 0;  ///< Another one after every change, also after deletion; never 0.
  std::vector<ListEntry> entries = {};  ///< In the order in which they came.
};

/// What a list's import does with the entries that are there already.
enum class ListMode {
  merge,   ///< Those that the new list does not name stay.
  replace  ///< They go, unless they carry a mark: marks are of our making and in no site's list.
};

struct ListChange {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t removed = 0;
};

/// True when two entries name one title: the strongest site where both have an id says so.
bool same_title(const ExternalIds& a, const ExternalIds& b);

/// The entries with repeated titles made one: the later one's status, the first's place; a score
/// that the later one lacks is kept.
std::vector<ListEntry> without_repetitions(std::vector<ListEntry> entries);

/// Brings a new list into a profile's entries: for a title that both have, status and score are the
/// new list's (a score that it lacks is kept when merging), ids are united, marks stay.
ListChange combine_lists(std::vector<ListEntry>& entries, std::span<const ListEntry> incoming,
                         ListMode mode);

/// Where entries are found by the ids of their titles. Borrows nothing; grows with its list.
class EntryIndex {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  EntryIndex();
  ~EntryIndex();
  EntryIndex(EntryIndex&&) noexcept;
  EntryIndex& operator=(EntryIndex&&) noexcept;
  void add(const ExternalIds& ids, std::size_t place);
  /// Place of the entry that is the same_title(); kNone when there is none.
  std::size_t find(const ExternalIds& ids) const;

 private:
  struct Maps;
  std::unique_ptr<Maps> maps_;
};

}  // namespace anireco
