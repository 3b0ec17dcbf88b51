#include "settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>

#include "base/error.h"

extern char** environ;

namespace anireco::app {
namespace {

namespace fs = std::filesystem;

struct Definition {
  std::string key;
  std::string help;
  std::function<std::string()> default_value;
  std::function<void(Settings&, const std::string&)> apply;
  bool secret = false;  ///< Never shown.
};

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
  if (names_a_user(text)) {
    refuse(key, kHiddenValue, "an address without user and password");
  }
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    refuse(key, text, "an http or https address");
  }
  return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
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

Definition list_url(std::string site, std::string ListFetchOptions::* url) {
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

const std::vector<Definition>& definitions() {
  static const std::vector<Definition> kDefinitions = {
      {"data_dir", "folder of the catalogue and its indexes", default_data_dir,
       [](Settings& s, const std::string& v) {
         if (v.empty()) refuse("data_dir", v, "a folder");
         s.data_dir = v;
       }},
      {"model", "folder of the encoder's weights",
       [] { return (program_dir().parent_path() / "models" / "all-MiniLM-L6-v2").string(); },
       [](Settings& s, const std::string& v) { s.model_dir = v; }},
      {"precision", "arithmetic of the encoder: auto, fp32 or bf16", [] { return "auto"; },
       [](Settings& s, const std::string& v) {
         if (v == "auto") {
           s.precision = EncoderPrecision::automatic;
         } else if (v == "fp32") {
           s.precision = EncoderPrecision::fp32;
         } else if (v == "bf16") {
           s.precision = EncoderPrecision::bf16;
         } else {
           refuse("precision", v, "auto, fp32 or bf16");
         }
       }},
      {"query_adapter",
       "folder of the adapter that requests are encoded with; empty: query_adapter in the model's "
       "folder, when there is one; none: the model as it is",
       [] { return ""; }, [](Settings& s, const std::string& v) { s.query_adapter = v; }},
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

const Definition* find_definition(std::string_view key) {
  for (const Definition& d : definitions()) {
    if (d.key == key) return &d;
  }
  return nullptr;
}

std::string environment_name(std::string_view key) {
  std::string name = "ANIRECO_";
  for (char c : key) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (key == "model") name += "_DIR";
  return name;
}

std::map<std::string, std::string> read_file(const fs::path& path) {
  std::map<std::string, std::string> values;
  std::ifstream stream(path);
  if (!stream) return values;
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigINI().from_config(stream)) {
      if (!item.parents.empty() || item.inputs.size() > 1 ||
          find_definition(item.name) == nullptr) {
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("{}: unknown setting \"{}\"", path.string(), item.fullname()));
      }
      values[item.name] = item.inputs.empty() ? "" : item.inputs.front();
    }
  } catch (const CLI::Error& e) {
    throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", path.string(), e.what()));
  }
  return values;
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("ANIRECO_") || text.starts_with("ANIRECO_TEST_")) continue;
    const std::string name(text.substr(0, text.find('=')));
    const Definition* found = nullptr;
    for (const Definition& d : definitions()) {
      if (environment_name(d.key) == name) found = &d;
    }
    if (found == nullptr) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("environment: unknown setting {}", name));
    }
    values[found->key] = std::string(text.substr(name.size() + 1));
  }
  return values;
}

}  // namespace

fs::path program_dir() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::current_path() : program.parent_path();
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::default_value:
      return "default";
    case Origin::file:
      return "file";
    case Origin::environment:
      return "environment";
    case Origin::flag:
      return "flag";
  }
  return "";
}

Settings load_settings(const std::map<std::string, std::string>& flags) {
  Settings settings;
  const std::map<std::string, std::string> environment_values = read_environment();
  std::map<std::string, std::string> file_values;
  const auto choose = [&](const Definition& d) {
    SettingValue chosen{d.key, d.default_value(), Origin::default_value, d.help};
    const auto take = [&](const std::map<std::string, std::string>& values, Origin origin) {
      if (const auto found = values.find(d.key); found != values.end()) {
        chosen.value = found->second;
        chosen.origin = origin;
      }
    };
    take(file_values, Origin::file);
    take(environment_values, Origin::environment);
    take(flags, Origin::flag);
    return chosen;
  };
  // The file lies in the data folder, so that folder is settled first and cannot be set by the
  // file.
  const fs::path data_dir = choose(*find_definition("data_dir")).value;
  file_values = read_file(data_dir / "anireco.ini");
  if (file_values.contains("data_dir")) {
    throw Error(ErrorKind::invalid_argument, "anireco.ini: data_dir cannot be set here");
  }
  for (const Definition& d : definitions()) {
    settings.origins.push_back(choose(d));
    std::string& value = settings.origins.back().value;
    d.apply(settings, value);
    if (d.secret && !value.empty()) value = kHiddenValue;
  }
  return settings;
}

}  // namespace anireco::app
