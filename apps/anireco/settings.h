#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/trusted_proxies.h"
#include "catalog/level.h"
#include "encoder/sentence_encoder.h"
#include "gather/list_fetch.h"

namespace anireco::app {

/// Where a setting's value came from; later ones win.
enum class Origin { default_value, file, environment, flag };
std::string_view to_string(Origin origin);

struct SettingValue {
  std::string key;
  std::string value;  ///< "(set)" for a secret that is not empty.
  Origin origin = Origin::default_value;
  std::string help;
};
/// Stands for a secret's value wherever settings are shown.
inline constexpr const char* kHiddenValue = "(set)";

/// Every setting of the program, checked.
struct Settings {
  std::filesystem::path data_dir;
  std::filesystem::path model_dir;  ///< May not exist: then search answers by words alone.
  std::string query_adapter;        ///< Folder; empty: the model's own; "none": no adapter.
  std::string database_url;         ///< PostgreSQL, a secret; empty: the record is in data_dir.
  std::size_t database_connections = 8;   ///< Of one process at once.
  std::string qdrant_url;                 ///< Empty: the vectors are in this process.
  std::string qdrant_key;                 ///< A secret; empty: none.
  std::filesystem::path qdrant_ca_file;   ///< PEM; empty: the system's certificates.
  std::string qdrant_prefix = "anireco";  ///< Of collections' names, and the alias.
  unsigned qdrant_shards = 1;
  unsigned qdrant_replicas = 1;
  std::string encoder_url;  ///< Of an encoder's server; empty: this process encodes.
  std::string encoder_key;  ///< That it asks for; a secret.
  std::chrono::milliseconds encoder_timeout{3000};  ///< For a request's vector.
  std::filesystem::path similarity_model;           ///< Empty: the one that ships.
  std::filesystem::path web_dir;                    ///< Built page; may not exist.
  EncoderPrecision precision = EncoderPrecision::automatic;
  std::size_t threads = 0;  ///< 0: one a core.
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  Level max_level = Level::adult;  ///< What a request may ask for at most.
  std::size_t queue_capacity =
      256;  ///< Requests that may wait, of each kind; one more is answered 503.
  std::vector<std::string> hosts;         ///< Further host names that serve answers under.
  std::vector<std::string> cors_origins;  ///< Empty: no cross-origin access; or "*" alone.
  std::filesystem::path api_keys;         ///< File of keys; empty: none are known.
  bool api_key_required = true;           ///< Only looked at where there are keys.
  std::optional<double> rate_limit;       ///< A minute, by address; 0: none; null: as host says.
  double key_rate_limit = 0;              ///< A minute, by key; 0: none.
  std::size_t rate_burst = 60;            ///< Requests that either may send at once.
  /// Of one address at once; 0: no limit of its own; null: as host says.
  std::optional<std::size_t> connections_per_address;
  TrustedProxies trusted_proxies;        ///< Whose X-Forwarded-For is believed.
  std::string mal_client_id;             ///< A secret; empty: MyAnimeList is not asked.
  std::string gather_user_agent;         ///< What public servers are told of the program.
  double gather_rate = 1;                ///< Share of each source's rate limit, (0, 1].
  std::vector<std::string> gather_urls;  ///< NAME=URL of sources that are elsewhere.
  std::string offline_database;          ///< Path or URL; empty: the project's release.
  unsigned gather_timeout = 120;         ///< Seconds for one page.
  std::string log_level = "info";
  bool profiles = true;               ///< People's lists are kept in the data folder.
  bool list_fetch = true;             ///< serve fetches public lists of the four known sites.
  ListFetchOptions lists;             ///< Where they are asked for.
  std::vector<SettingValue> origins;  ///< One for each setting, in the order of `anireco config`.
};

/// The folder that the running program lies in.
std::filesystem::path program_dir();

/// Puts defaults, the file DATA_DIR/anireco.ini, environment (ANIRECO_KEY)
/// and flags together. Throws Error{invalid_argument} naming the key for an unknown key or a bad
/// value, in any of them.
Settings load_settings(const std::map<std::string, std::string>& flags);

}  // namespace anireco::app
