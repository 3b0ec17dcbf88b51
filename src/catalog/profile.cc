#include "catalog/profile.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "catalog/identity.h"

namespace anireco {
namespace {

constexpr std::array kNumbers = {&ExternalIds::mal, &ExternalIds::anilist, &ExternalIds::kitsu,
                                 &ExternalIds::anidb, &ExternalIds::shikimori};

}  // namespace

struct EntryIndex::Maps {
  std::unordered_map<std::size_t, ExternalIds> ids;  ///< Of each place.
  std::array<std::unordered_map<std::uint32_t, std::size_t>, kNumbers.size()> numbers;
  std::unordered_map<std::string, std::size_t> imdb;
};

EntryIndex::EntryIndex() : maps_(std::make_unique<Maps>()) {}
EntryIndex::~EntryIndex() = default;
EntryIndex::EntryIndex(EntryIndex&&) noexcept = default;
EntryIndex& EntryIndex::operator=(EntryIndex&&) noexcept = default;

void EntryIndex::add(const ExternalIds& ids, std::size_t place) {
  maps_->ids[place] = ids;
  for (std::size_t site = 0; site < kNumbers.size(); ++site) {
    if (const std::uint32_t id = ids.*kNumbers[site]; id != 0) {
      maps_->numbers[site].try_emplace(id, place);
    }
  }
  if (!ids.imdb.empty()) maps_->imdb.try_emplace(ids.imdb, place);
}

std::size_t EntryIndex::find(const ExternalIds& ids) const {
  // A weaker id may be shared by titles that a stronger one tells apart.
  const auto fits = [&](std::size_t place) { return same_title(maps_->ids.at(place), ids); };
  for (std::size_t site = 0; site < kNumbers.size(); ++site) {
    const std::uint32_t id = ids.*kNumbers[site];
    if (id == 0) continue;
    const auto found = maps_->numbers[site].find(id);
    if (found != maps_->numbers[site].end() && fits(found->second)) return found->second;
  }
  const auto found = ids.imdb.empty() ? maps_->imdb.end() : maps_->imdb.find(ids.imdb);
  return found == maps_->imdb.end() || !fits(found->second) ? kNone : found->second;
}

bool same_title(const ExternalIds& a, const ExternalIds& b) {
  for (const auto site : kNumbers) {
    if (a.*site != 0 && b.*site != 0) return a.*site == b.*site;
  }
  return !a.imdb.empty() && a.imdb == b.imdb;
}

std::vector<ListEntry> without_repetitions(std::vector<ListEntry> entries) {
  std::vector<ListEntry> kept;
  kept.reserve(entries.size());
  EntryIndex index;
  for (ListEntry& entry : entries) {
    const std::size_t place = index.find(entry.ids);
    if (place == EntryIndex::kNone) {
      index.add(entry.ids, kept.size());
      kept.push_back(std::move(entry));
      continue;
    }
    ListEntry& known = kept[place];
    known.ids = unite(known.ids, entry.ids);
    index.add(known.ids, place);
    if (entry.status != ListStatus::none) known.status = entry.status;
    if (entry.score != 0) known.score = entry.score;
    if (entry.mark != ListMark::none) known.mark = entry.mark;
    if (known.title.empty()) known.title = std::move(entry.title);
  }
  return kept;
}

ListChange combine_lists(std::vector<ListEntry>& entries, std::span<const ListEntry> incoming,
                         ListMode mode) {
  EntryIndex index;
  for (std::size_t n = 0; n < entries.size(); ++n) index.add(entries[n].ids, n);
  const std::size_t before = entries.size();
  std::vector<bool> named(before, false);
  ListChange change;
  for (const ListEntry& entry : incoming) {
    const std::size_t place = index.find(entry.ids);
    if (place == EntryIndex::kNone) {
      index.add(entry.ids, entries.size());
      entries.push_back(entry);
      ++change.added;
      continue;
    }
    if (place < before) named[place] = true;
    ListEntry& known = entries[place];
    const ListEntry old = known;
    known.ids = unite(known.ids, entry.ids);
    index.add(known.ids, place);
    if (!entry.title.empty()) known.title = entry.title;
    if (entry.status != ListStatus::none) known.status = entry.status;
    if (entry.score != 0 || mode == ListMode::replace) known.score = entry.score;
    if (entry.mark != ListMark::none) known.mark = entry.mark;
    // Better ids and names are the catalogue's doing, not the person's.
    const bool same =
        known.status == old.status && known.score == old.score && known.mark == old.mark;
    change.changed += place < before && !same ? 1 : 0;
  }
  if (mode == ListMode::merge) return change;
  std::size_t kept = 0;
  for (std::size_t n = 0; n < entries.size(); ++n) {
    ListEntry& entry = entries[n];
    if (n < before && !named[n]) {
      if (entry.mark == ListMark::none) {
        ++change.removed;
        continue;
      }
      if (entry.status != ListStatus::none || entry.score != 0) ++change.changed;
      entry.status = ListStatus::none;
      entry.score = 0;
    }
    if (kept != n) entries[kept] = std::move(entry);
    ++kept;
  }
  entries.resize(kept);
  return change;
}

}  // namespace anireco
