#include "gather_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "gather/jikan_source.h"
#include "gather/kitsu_source.h"
#include "gather/mal_source.h"
#include "gather/offline_source.h"
#include "gather/shikimori_source.h"
#include "net/url.h"

namespace anireco::app {
namespace {

bool known(const std::string& name) {
  return std::ranges::find(source_names(), name) != source_names().end();
}

[[noreturn]] void refuse_name(const std::string& name) {
  throw Error(ErrorKind::invalid_argument,
              fmt::format("no source \"{}\"; there are {}", name, fmt::join(source_names(), ", ")));
}

/// The address of the offline database: a URL as it stands, a path as a file's.
std::string offline_url(const std::string& value) {
  if (value.empty() || is_http_url(value)) return value;
  return "file://" + std::filesystem::absolute(value).string();
}

ChosenSource make_source(const std::string& name, const Settings& settings, std::string url) {
  ChosenSource chosen;
  if (name == "mal") {
    if (settings.mal_client_id.empty()) {
      throw Error(ErrorKind::invalid_argument,
                  "mal needs a client id: set ANIRECO_MAL_CLIENT_ID (see docs/gather.md)");
    }
    MalOptions options{.client_id = settings.mal_client_id};
    if (!url.empty()) options.base_url = url;
    chosen.source = std::make_unique<MalSource>(options);
  } else if (name == "jikan") {
    if (url.empty()) {
      throw Error(ErrorKind::invalid_argument,
                  "jikan needs the address of a server of your own: --base-url URL");
    }
    chosen.source = std::make_unique<JikanSource>(JikanOptions{.base_url = url});
  } else if (name == "kitsu") {
    KitsuOptions options;
    if (!url.empty()) options.base_url = url;
    chosen.source = std::make_unique<KitsuSource>(options);
  } else if (name == "offline") {
    if (url.empty()) url = offline_url(settings.offline_database);
    OfflineOptions options;
    if (!url.empty()) options.url = url;
    chosen.source = std::make_unique<OfflineSource>(options);
  } else {
    ShikimoriOptions options;
    if (!url.empty()) options.base_url = url;
    chosen.source = std::make_unique<ShikimoriSource>(options);
  }
  const std::string first = chosen.source->page_request(GatherScope::all, "").url;
  chosen.file = first.starts_with("file://");
  chosen.loopback = chosen.file || is_loopback(first);
  if (!chosen.loopback) {
    chosen.limit = chosen.source->terms().limit;
    chosen.limit.per_second *= settings.gather_rate;
    chosen.limit.per_minute *= settings.gather_rate;
  }
  return chosen;
}

}  // namespace

const std::vector<std::string>& source_names() {
  static const std::vector<std::string> kNames = {"mal", "jikan", "kitsu", "offline", "shikimori"};
  return kNames;
}

std::map<std::string, std::string> read_base_urls(const std::vector<std::string>& items,
                                                  const std::string& only) {
  std::map<std::string, std::string> urls;
  for (const std::string& item : items) {
    const std::size_t sign = item.find('=');
    std::string name = sign == std::string::npos ? "" : item.substr(0, sign);
    std::string url = item;
    if (!only.empty() && is_http_url(item)) {
      name = only;
    } else if (sign != std::string::npos) {
      url = item.substr(sign + 1);
    }
    if (name.empty()) {
      throw Error(
          ErrorKind::invalid_argument,
          fmt::format("\"{}\" is no address of a source, as kitsu=http://localhost:8000", item));
    }
    if (!known(name)) refuse_name(name);
    if (name == "offline") url = offline_url(url);
    if (!is_http_url(url) && !url.starts_with("file://")) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("the address of {}, \"{}\", is no http or https URL", name, url));
    }
    while (url.ends_with('/')) url.pop_back();
    urls[name] = url;
  }
  return urls;
}

std::vector<ChosenSource> choose_sources(const Settings& settings,
                                         const std::vector<std::string>& names,
                                         const std::map<std::string, std::string>& base_urls) {
  for (const std::string& name : names) {
    if (!known(name)) refuse_name(name);
  }
  std::vector<ChosenSource> chosen;
  for (const std::string& name : source_names()) {
    const auto found = base_urls.find(name);
    const std::string url = found == base_urls.end() ? "" : found->second;
    if (names.empty()) {
      if (name == "mal" && settings.mal_client_id.empty()) continue;
      if (name == "jikan" && url.empty()) continue;
    } else if (std::ranges::find(names, name) == names.end()) {
      continue;
    }
    chosen.push_back(make_source(name, settings, url));
  }
  return chosen;
}

}  // namespace anireco::app
