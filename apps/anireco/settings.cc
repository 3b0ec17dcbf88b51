#include "settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <fstream>

#include "base/error.h"
#include "settings_definition.h"

extern char** environ;

namespace anireco::app {
namespace {

namespace fs = std::filesystem;
using Definition = SettingDefinition;

const Definition* find_definition(std::string_view key) {
  for (const Definition& d : setting_definitions()) {
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

/// The first line of a file, as secrets are handed to containers.
std::string read_secret(const std::string& name, const std::string& path) {
  std::ifstream stream(path);
  std::string line;
  if (!std::getline(stream, line)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("environment: {}: no line can be read from {}", name, path));
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("ANIRECO_") || text.starts_with("ANIRECO_TEST_")) continue;
    const std::string name(text.substr(0, text.find('=')));
    const Definition* found = nullptr;
    bool in_file = false;
    for (const Definition& d : setting_definitions()) {
      const std::string plain = environment_name(d.key);
      in_file = in_file || (d.secret && plain + "_FILE" == name);
      if (plain == name || (d.secret && plain + "_FILE" == name)) found = &d;
    }
    if (found == nullptr) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("environment: unknown setting {}", name));
    }
    std::string value(text.substr(name.size() + 1));
    if (in_file && value.empty()) continue;
    if (in_file) value = read_secret(name, value);
    if (!values.emplace(found->key, std::move(value)).second) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("environment: {} is given as a value and as a file", found->key));
    }
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
  for (const Definition& d : setting_definitions()) {
    settings.origins.push_back(choose(d));
    std::string& value = settings.origins.back().value;
    d.apply(settings, value);
    if (d.secret && !value.empty()) value = kHiddenValue;
  }
  if (!settings.qdrant_url.empty() && settings.database_url.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "setting qdrant_url: vectors can only be in Qdrant where the catalogue is in "
                "PostgreSQL (database_url)");
  }
  return settings;
}

}  // namespace anireco::app
