#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "catalog/anime_id.h"
#include "catalog/identity.h"
#include "commands.h"
#include "engine.h"
#include "gather/list_fetch.h"
#include "gather/list_reader.h"
#include "gather/list_writer.h"
#include "lists.h"
#include "net/curl_fetcher.h"
#include "output.h"
#include "search/list_view.h"

namespace anireco::app {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxFile = std::uint64_t{16} << 20;

/// The catalogue of the data folder; null while nothing has been imported.
std::shared_ptr<const Snapshot> catalogue(const Settings& settings) {
  const auto store = open_store(settings);
  if (store->generation().number == 0) return nullptr;
  return load_snapshot(settings, *store);
}

struct Numbers {
  std::size_t unknown = 0;
  std::size_t scored = 0;
  std::map<std::string, std::size_t> counts = {};
};

Numbers count(const Settings& settings, const Profile& profile) {
  Numbers numbers{.unknown = profile.entries.size()};
  if (const auto snapshot = catalogue(settings)) {
    numbers.unknown = view_list(profile, *snapshot->catalog, settings.max_level).unknown;
  }
  for (const ListEntry& entry : profile.entries) {
    ++numbers.counts[std::string(to_string(entry.status))];
    numbers.scored += entry.score != 0 ? 1 : 0;
  }
  return numbers;
}

int store_list(const Settings& settings, const ListOptions& options, const ListFile& list) {
  const auto store = open_profiles(settings);
  ListChange change;
  const auto profile = store->change(profile_key(options.profile), [&](auto& entries) {
    change =
        combine_lists(entries, list.entries, options.replace ? ListMode::replace : ListMode::merge);
  });
  const Numbers numbers = count(settings, *profile);
  if (options.json) {
    json::object value{{"name", profile->name},
                       {"form", to_string(list.form)},
                       {"entries", profile->entries.size()},
                       {"unknown", numbers.unknown},
                       {"scored", numbers.scored},
                       {"added", change.added},
                       {"changed", change.changed},
                       {"removed", change.removed},
                       {"skipped", list.skipped}};
    json::object counts;
    for (const auto& [status, n] : numbers.counts) counts[status] = n;
    value["counts"] = std::move(counts);
    fmt::print("{}\n", json::serialize(value));
    return 0;
  }
  fmt::print("{}: {} titles, {} of them scored ({} added, {} changed, {} removed)\n", profile->name,
             profile->entries.size(), numbers.scored, change.added, change.changed, change.removed);
  if (list.skipped > 0) fmt::print("{} items are no anime or have no id\n", list.skipped);
  if (numbers.unknown > 0) {
    fmt::print("{} titles are not in the catalogue; they are kept for later ones\n",
               numbers.unknown);
  }
  return 0;
}

}  // namespace

int run_list_import(const Settings& settings, const ListOptions& options) {
  return store_list(settings, options, read_list(read_file(options.file, kMaxFile)));
}

int run_list_fetch(const Settings& settings, const ListOptions& options) {
  ListFetchOptions fetch = settings.lists;
  fetch.total_timeout = std::chrono::minutes(5);
  CurlFetcher fetcher;
  return store_list(settings, options,
                    fetch_list(fetcher, *parse_list_site(options.site), options.user, fetch));
}

int run_list_show(const Settings& settings, const ListOptions& options) {
  const auto profile = load_profile(*open_profiles(settings), options.profile);
  if (options.json) {
    fmt::print("{}", write_list_json(profile->name, profile->entries));
    return 0;
  }
  const auto snapshot = catalogue(settings);
  Table table({"title", "status", "score", "mark", "id"});
  for (const ListEntry& entry : profile->entries) {
    const DocId doc = snapshot ? find_listed(*snapshot->catalog, entry.ids, settings.max_level)
                               : ListView::kUnknown;
    const auto ids = site_ids(entry.ids);
    table.add({doc != ListView::kUnknown ? display_title((*snapshot->catalog)[doc]) : entry.title,
               entry.status == ListStatus::none ? "" : std::string(to_string(entry.status)),
               entry.score == 0 ? "" : std::to_string(entry.score),
               entry.mark == ListMark::none ? "" : std::string(to_string(entry.mark)),
               ids.empty() ? "" : to_string(ids.front())});
  }
  table.print();
  return 0;
}

int run_list_export(const Settings& settings, const ListOptions& options) {
  const auto profile = load_profile(*open_profiles(settings), options.profile);
  std::vector<ListEntry> entries = profile->entries;
  if (const auto snapshot = catalogue(settings)) {
    for (ListEntry& entry : entries) {
      const DocId doc = find_listed(*snapshot->catalog, entry.ids, Level::adult);
      if (doc != ListView::kUnknown) entry.ids = unite(entry.ids, (*snapshot->catalog)[doc].ids);
    }
  }
  const std::string text =
      options.format == "mal" ? write_mal_xml(entries) : write_list_json(profile->name, entries);
  if (options.file.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomic(options.file, std::string_view(text));
  }
  return 0;
}

int run_list_delete(const Settings& settings, const ListOptions& options) {
  if (!open_profiles(settings)->erase(profile_key(options.profile))) {
    throw Error(ErrorKind::not_found, fmt::format("no profile is called {}", options.profile));
  }
  return 0;
}

int run_list_profiles(const Settings& settings, const ListOptions& options) {
  const auto outlines = open_profiles(settings)->outlines();
  if (options.json) {
    json::array all;
    for (const ProfileOutline& p : outlines) {
      all.push_back(json::object{{"name", p.name}, {"updated", p.updated}, {"entries", p.entries}});
    }
    fmt::print("{}\n", json::serialize(all));
    return 0;
  }
  Table table({"profile", "titles", "updated"});
  for (const ProfileOutline& p : outlines) {
    table.add({p.name, std::to_string(p.entries), p.updated});
  }
  table.print();
  return 0;
}

}  // namespace anireco::app
