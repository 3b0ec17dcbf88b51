#include "ingest/backup_manifest.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/error.h"
#include "catalog/poster_folder.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr int kBackupVersion = 1;
constexpr std::string_view kBackupForm = "anireco-backup";
constexpr std::string_view kPosters = "posters/";
constexpr std::array<std::string_view, 4> kNames = {"catalogue.sqlite", "profiles.sqlite",
                                                    "anireco.ini", "starter.stamp"};

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

bool is_backup_part(std::string_view name) {
  if (name.starts_with(kPosters)) {
    return parse_poster_name(name.substr(kPosters.size())).has_value();
  }
  return std::ranges::find(kNames, name) != kNames.end();
}

std::string to_json(const BackupManifest& manifest) {
  json::object parts;
  for (const auto& [name, part] : manifest.parts) {
    parts[name] = {{"bytes", part.bytes}, {"sha256", part.sha256}};
  }
  const json::object root = {{"form", kBackupForm},
                             {"version", kBackupVersion},
                             {"program", manifest.program},
                             {"made_at", manifest.made_at},
                             {"generation", manifest.generation},
                             {"titles", manifest.titles},
                             {"parts", parts}};
  return json::serialize(root) + "\n";
}

BackupManifest parse_backup_manifest(std::string_view text) {
  BackupManifest out;
  try {
    const json::value root = json::parse(json::string_view(text.data(), text.size()));
    if (root.at("form").as_string() != kBackupForm) throw std::runtime_error("of something else");
    if (root.at("version").to_number<int>() != kBackupVersion) {
      throw Error(ErrorKind::corrupt, "the backup is of a form that this program does not know");
    }
    out.program = std::string(root.at("program").as_string());
    out.made_at = std::string(root.at("made_at").as_string());
    out.generation = root.at("generation").to_number<std::uint64_t>();
    out.titles = root.at("titles").to_number<std::uint64_t>();
    for (const auto& member : root.at("parts").as_object()) {
      const std::string name(member.key());
      BackupManifest::Part part;
      part.bytes = member.value().at("bytes").to_number<std::uint64_t>();
      part.sha256 = std::string(member.value().at("sha256").as_string());
      if (!is_backup_part(name) || !is_sha256(part.sha256)) {
        throw std::runtime_error("a part is not allowed: " + name);
      }
      out.parts.emplace(name, std::move(part));
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::corrupt, "this is no backup of this program", error.what());
  }
  if (!out.parts.contains(std::string(kNames.front()))) {
    throw Error(ErrorKind::corrupt, "the backup holds no catalogue");
  }
  return out;
}

}  // namespace anireco
