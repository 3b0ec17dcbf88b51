#include "lists.h"

#include <fmt/format.h>

#include "base/error.h"
#include "catalog/sqlite/sqlite_profile_store.h"
#include "gather/list_fetch.h"
#include "gather/list_reader.h"
#include "gather/list_writer.h"
#include "net/curl_fetcher.h"
#include "text/short_name.h"

namespace anireco::app {
namespace {

constexpr std::size_t kMaxName = 40;

IncomingList incoming(ListFile file) {
  return {.form = std::string(to_string(file.form)),
          .entries = std::move(file.entries),
          .skipped = file.skipped};
}

std::unique_ptr<ProfileStore> open_store_of_profiles(const Settings& settings) {
  return std::make_unique<SqliteProfileStore>(settings.data_dir / "profiles.sqlite");
}

}  // namespace

std::unique_ptr<ProfileStore> open_profiles(const Settings& settings) {
  if (!settings.profiles) {
    throw Error(ErrorKind::unavailable, "profiles are switched off (setting profiles)");
  }
  return open_store_of_profiles(settings);
}

std::string profile_key(const std::string& name) {
  auto key = fold_short_name(name, kMaxName);
  if (!key) {
    throw Error(ErrorKind::invalid_argument,
                "a profile's name is 1 to 40 letters, digits, hyphens or underscores");
  }
  return *std::move(key);
}

std::shared_ptr<const Profile> load_profile(const ProfileStore& store, const std::string& name) {
  auto profile = store.load(profile_key(name));
  if (!profile) throw Error(ErrorKind::not_found, fmt::format("no profile is called {}", name));
  return profile;
}

ListServices list_services(const Settings& settings) {
  ListServices services;
  if (settings.profiles) services.profiles = open_store_of_profiles(settings);
  services.read = [](std::string_view bytes) { return incoming(read_list(bytes)); };
  services.write = [](std::string_view format, std::string_view name,
                      const std::vector<ListEntry>& entries) {
    return format == "mal" ? write_mal_xml(entries) : write_list_json(name, entries);
  };
  if (!settings.list_fetch) return services;
  services.fetch = [options = settings.lists](std::string_view site, std::string_view user) {
    CurlFetcher fetcher;
    return incoming(fetch_list(fetcher, *parse_list_site(site), user, options));
  };
  services.sites = {"anilist", "kitsu", "shikimori"};
  if (!settings.lists.mal_client_id.empty()) services.sites.insert(services.sites.begin(), "mal");
  return services;
}

}  // namespace anireco::app
