#include <fmt/format.h>

#include "base/error.h"
#include "exchange_commands.h"
#include "ingest/backup.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

void print(const BackupManifest& manifest, std::string_view done, bool json) {
  if (json) {
    fmt::print("{}", to_json(manifest));
    return;
  }
  std::uint64_t bytes = 0;
  for (const auto& [name, part] : manifest.parts) bytes += part.bytes;
  fmt::print(
      "{}: {} titles of generation {}, {} parts, {:.1f} MB unpacked, made {} by version {}\n", done,
      manifest.titles, manifest.generation, manifest.parts.size(), static_cast<double>(bytes) / 1e6,
      manifest.made_at, manifest.program);
}

/// A backup of the folder would have the lists of people and no catalogue.
void refuse_servers(const Settings& settings, const char* command) {
  if (settings.database_url.empty()) return;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{} is for a catalogue in the data folder; the one of database_url is "
                          "saved by PostgreSQL's own tools, or copied by anireco migrate",
                          command));
}

}  // namespace

int run_backup(const Settings& settings, const ExchangeOptions& options) {
  const SignalStop signals;
  if (!options.verify.empty()) {
    print(verify_backup(options.verify), "sound", options.json);
    return 0;
  }
  refuse_servers(settings, "backup");
  if (options.out.empty()) {
    throw Error(ErrorKind::invalid_argument, "backup: give --out FILE, or --verify FILE");
  }
  print(write_backup(settings.data_dir, options.out,
                     {.posters = options.with_posters, .stop = signals.token()}),
        "backed up", options.json);
  return 0;
}

int run_restore(const Settings& settings, const ExchangeOptions& options) {
  refuse_servers(settings, "restore");
  const SignalStop signals;
  print(restore_backup(options.file, settings.data_dir,
                       {.force = options.force, .stop = signals.token()}),
        "restored", options.json);
  return 0;
}

}  // namespace anireco::app
