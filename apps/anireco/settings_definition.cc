#include "settings_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>

#include "base/error.h"

namespace anireco::app {
namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& value,
                         std::string_view wanted) {
  throw Error(ErrorKind::invalid_argument,
              fmt::format("setting {}: \"{}\" is not {}", key, value, wanted));
}

template <typename T>
T number(const std::string& key, const std::string& text, T least, T greatest) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // So that what is no number at all ("nan") is out of range too.
  const bool in_range = value >= least && value <= greatest;
  if (error != std::errc() || end != text.data() + text.size() || !in_range) {
    refuse(key, text,
           fmt::format("a {}number from {} to {}", std::is_integral_v<T> ? "whole " : "", least,
                       greatest));
  }
  return value;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool on_off(const std::string& key, const std::string& text) {
  if (text != "on" && text != "off") refuse(key, text, "on or off");
  return text == "on";
}

/// Whether an address, or one of a list, has a user or a password before its host.
bool names_a_user(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    if (text.substr(begin, end - begin).find('@') != std::string::npos) return true;
    const std::size_t scheme = text.find("://", begin);
    if (scheme == std::string::npos) return false;
    begin = scheme + 3;
  }
  return false;
}

/// A site's address without its final slash.
std::string site_url(const std::string& key, const std::string& text) {
  // Addresses are shown; what is secret has settings of its own.
  if (names_a_user(text)) refuse(key, kHiddenValue, "an address without user and password");
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    refuse(key, text, "an http or https address");
  }
  return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

/// What goes into a header field as a secret.
std::string key_value(const std::string& key, const std::string& text) {
  const bool sane =
      text.size() <= 1000 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (!sane) refuse(key, kHiddenValue, "a key: printable ASCII without blanks");
  return text;
}

/// Requests a minute; 0: no limit.
double per_minute(const std::string& key, const std::string& text) {
  return text == "off" ? 0 : number<double>(key, text, 0.1, 1e6);
}

/// What browsers send as Origin: a scheme, a host, perhaps a port; no path.
bool is_origin(const std::string& text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string::npos && scheme > 0 && scheme + 3 < text.size() &&
         text.find('/', scheme + 3) == std::string::npos &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '*'; });
}

SettingDefinition list_url(std::string site, std::string ListFetchOptions::* url) {
  const std::string key = "list_url_" + site;
  return {key, "where public lists of " + site + " are asked for",
          [url] { return ListFetchOptions().*url; },
          [key, url](Settings& s, const std::string& v) { s.lists.*url = site_url(key, v); }};
}

std::string default_data_dir() {
  if (const std::string base = environment("XDG_DATA_HOME"); !base.empty())
    return base + "/anireco";
  if (const std::string home = environment("HOME"); !home.empty()) {
    return home + "/.local/share/anireco";
  }
  return "anireco-data";
}

/// The items of a list whose separator is the comma, empty ones left out.
std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) items.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

}  // namespace

const std::vector<SettingDefinition>& setting_definitions() {
  static const std::vector<SettingDefinition> kDefinitions = {
      {"data_dir", "folder of the catalogue and its indexes", default_data_dir,
       [](Settings& s, const std::string& v) {
         if (v.empty()) refuse("data_dir", v, "a folder");
         s.data_dir = v;
       }},
      {"database_url",
       "PostgreSQL that keeps the catalogue (postgres://user:password@host/name); empty: data_dir",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         if (!v.empty() && !v.starts_with("postgres://") && !v.starts_with("postgresql://")) {
           refuse("database_url", kHiddenValue, "postgres://…");
         }
         s.database_url = v;
       },
       true},
      {"database_connections", "connections to it at once", [] { return "8"; },
       [](Settings& s, const std::string& v) {
         s.database_connections = number<std::size_t>("database_connections", v, 2, 1000);
       }},
      {"qdrant_url", "Qdrant that keeps the vectors, beside database_url; empty: this process",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         s.qdrant_url = v.empty() ? v : site_url("qdrant_url", v);
       }},
      {"qdrant_key", "API key that it asks for", [] { return ""; },
       [](Settings& s, const std::string& v) { s.qdrant_key = key_value("qdrant_key", v); }, true},
      {"qdrant_ca_file", "certificates that it is known by, PEM; empty: the system's",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.qdrant_ca_file = v; }},
      {"qdrant_prefix", "name of the alias and beginning of the collections' names",
       [] { return "anireco"; },
       [](Settings& s, const std::string& v) {
         const bool sane =
             !v.empty() && v.size() <= 100 && std::ranges::all_of(v, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_';
             });
         if (!sane) refuse("qdrant_prefix", v, "letters, digits, hyphens and underscores");
         s.qdrant_prefix = v;
       }},
      {"qdrant_shards", "shards of a new collection", [] { return "1"; },
       [](Settings& s, const std::string& v) {
         s.qdrant_shards = number<unsigned>("qdrant_shards", v, 1, 1000);
       }},
      {"qdrant_replicas", "copies of each shard; more than 1 needs a cluster", [] { return "1"; },
       [](Settings& s, const std::string& v) {
         s.qdrant_replicas = number<unsigned>("qdrant_replicas", v, 1, 100);
       }},
      {"model", "folder of the encoder's weights",
       [] { return (program_dir().parent_path() / "models" / "all-MiniLM-L6-v2").string(); },
       [](Settings& s, const std::string& v) { s.model_dir = v; }},
      {"precision", "arithmetic of the encoder: auto, fp32, bf16 or int8", [] { return "auto"; },
       [](Settings& s, const std::string& v) {
         const auto precision = encoder_precision(v);
         if (!precision) refuse("precision", v, "auto, fp32, bf16 or int8");
         s.precision = *precision;
       }},
      {"query_adapter",
       "folder of the adapter that requests are encoded with; empty: query_adapter in the model's "
       "folder, when there is one; none: the model as it is",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.query_adapter = v; }},
      {"encoder_url",
       "server that encodes instead of this process (anireco serve --only encoder); empty: none",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         s.encoder_url = v.empty() ? v : site_url("encoder_url", v);
       }},
      {"encoder_key", "API key that this server asks for", [] { return ""; },
       [](Settings& s, const std::string& v) { s.encoder_key = key_value("encoder_key", v); },
       true},
      {"encoder_timeout", "seconds that a request waits for this server at most",
       [] { return "3"; },
       [](Settings& s, const std::string& v) {
         s.encoder_timeout = std::chrono::milliseconds(
             static_cast<int>(number<double>("encoder_timeout", v, 0.1, 25) * 1000));
       }},
      {"similarity_model", "file that judges likeness of titles; empty: the one that ships",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.similarity_model = v; }},
      {"threads", "threads of encoder and search; 0: one a core", [] { return "0"; },
       [](Settings& s, const std::string& v) {
         s.threads = number<std::size_t>("threads", v, 0, 256);
       }},
      {"host", "address that serve listens on", [] { return "127.0.0.1"; },
       [](Settings& s, const std::string& v) {
         if (v.empty()) refuse("host", v, "an address");
         s.host = v;
       }},
      {"port", "port that serve listens on; 0: any free one", [] { return "8080"; },
       [](Settings& s, const std::string& v) {
         s.port = number<std::uint16_t>("port", v, 0, 65535);
       }},
      {"hosts", "further host names that serve answers under, separated by commas",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.hosts = split_list(v); }},
      {"max_level", "what a request may ask for at most: family, standard or adult",
       [] { return "adult"; },
       [](Settings& s, const std::string& v) {
         const auto level = parse_level(v);
         if (!level) refuse("max_level", v, "family, standard or adult");
         s.max_level = *level;
       }},
      {"queue_capacity", "requests that may wait before serve answers 503", [] { return "256"; },
       [](Settings& s, const std::string& v) {
         s.queue_capacity = number<std::size_t>("queue_capacity", v, 1, 100000);
       }},
      {"cors_origins",
       "origins whose pages may call the API, separated by commas, or *; empty: none",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         s.cors_origins = split_list(v);
         if (v != "*" && !std::ranges::all_of(s.cors_origins, is_origin)) {
           refuse("cors_origins", v, "a list of origins (https://example.org), or *");
         }
       }},
      {"api_keys", "file of the API keys that serve knows; empty: none", [] { return ""; },
       [](Settings& s, const std::string& v) { s.api_keys = v; }},
      {"api_key_required", "where there are keys, nobody is answered without one: on or off",
       [] { return "on"; },
       [](Settings& s, const std::string& v) {
         s.api_key_required = on_off("api_key_required", v);
       }},
      {"rate_limit",
       "requests a minute of one address, or off; auto: off on a loopback host, else 600",
       [] { return "auto"; },
       [](Settings& s, const std::string& v) {
         if (v != "auto") s.rate_limit = per_minute("rate_limit", v);
       }},
      {"key_rate_limit", "requests a minute of one API key, or off; off with rate_limit",
       [] { return "6000"; },
       [](Settings& s, const std::string& v) {
         s.key_rate_limit = per_minute("key_rate_limit", v);
       }},
      {"rate_burst", "requests that a client may send at once", [] { return "60"; },
       [](Settings& s, const std::string& v) {
         s.rate_burst = number<std::size_t>("rate_burst", v, 1, 100000);
       }},
      {"connections_per_address",
       "connections of one address at once, or off; auto: off on a loopback host, else 64",
       [] { return "auto"; },
       [](Settings& s, const std::string& v) {
         if (v == "auto") return;
         s.connections_per_address =
             v == "off" ? 0 : number<std::size_t>("connections_per_address", v, 1, 100000);
       }},
      {"trusted_proxies",
       "addresses and networks whose X-Forwarded-For is believed, separated by commas",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         s.trusted_proxies = TrustedProxies(split_list(v));
       }},
      {"web_dir", "folder of the built page",
       [] { return (program_dir().parent_path().parent_path() / "web" / "dist").string(); },
       [](Settings& s, const std::string& v) { s.web_dir = v; }},
      {"gather_user_agent", "what public servers are told of the program",
       [] { return "AniReco/" ANIRECO_VERSION; },
       [](Settings& s, const std::string& v) {
         const bool printable =
             std::ranges::all_of(v, [](char c) { return c >= 0x20 && c < 0x7f; });
         if (v.empty() || !printable) refuse("gather_user_agent", v, "a line of ASCII");
         s.gather_user_agent = v;
       }},
      {"gather_rate", "share of each source's rate limit that gather uses, 0.01 to 1",
       [] { return "1"; },
       [](Settings& s, const std::string& v) {
         s.gather_rate = number<double>("gather_rate", v, 0.01, 1);
       }},
      {"gather_urls", "sources that are elsewhere: NAME=URL, separated by commas",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.gather_urls = split_list(v); }},
      {"offline_database", "path or URL of the anime-offline-database; empty: its release",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.offline_database = v; }},
      {"gather_timeout", "seconds that gather waits for one page", [] { return "120"; },
       [](Settings& s, const std::string& v) {
         s.gather_timeout = number<unsigned>("gather_timeout", v, 1, 3600);
       }},
      {"log_level", "debug, info, warning or error", [] { return "info"; },
       [](Settings& s, const std::string& v) {
         if (v != "debug" && v != "info" && v != "warning" && v != "error") {
           refuse("log_level", v, "debug, info, warning or error");
         }
         s.log_level = v;
       }},
      {"profiles", "keep people's lists under names: on or off", [] { return "on"; },
       [](Settings& s, const std::string& v) { s.profiles = on_off("profiles", v); }},
      {"list_fetch", "serve fetches public lists of other sites: on or off", [] { return "on"; },
       [](Settings& s, const std::string& v) { s.list_fetch = on_off("list_fetch", v); }},
      {"mal_client_id", "client id of MyAnimeList's API; without it that site is not asked",
       [] { return ""; },
       [](Settings& s, const std::string& v) {
         const bool sane = v.size() <= 200 && std::ranges::all_of(v, [](unsigned char c) {
                             return std::isalnum(c) != 0 || c == '-' || c == '_';
                           });
         if (!sane) refuse("mal_client_id", kHiddenValue, "letters and digits");
         s.mal_client_id = v;
         s.lists.mal_client_id = v;
       },
       true},
      list_url("mal", &ListFetchOptions::mal_url),
      list_url("anilist", &ListFetchOptions::anilist_url),
      list_url("kitsu", &ListFetchOptions::kitsu_url),
      list_url("shikimori", &ListFetchOptions::shikimori_url),
  };
  return kDefinitions;
}

}  // namespace anireco::app
