#include "exchange_commands.h"

namespace anireco::app {

void add_exchange_commands(CLI::App& app, ExchangeOptions& options, const OnCommand& on) {
  CLI::App* exporting = app.add_subcommand("export", "Write the catalogue for other programs");
  exporting->add_option("--format", options.format, "jsonl (default), parquet or npy (vectors)")
      ->check(CLI::IsMember({"jsonl", "parquet", "npy"}));
  exporting->add_option("--out", options.out,
                        "file (.jsonl, .jsonl.gz, .parquet) or folder (npy); -: standard output");
  exporting->add_option("--level", options.level, "leave out what is above it")
      ->check(CLI::IsMember({"family", "standard", "adult"}))
      ->capture_default_str();
  exporting->add_flag("--merged", options.merged,
                      "only the merged records, not what each source says");
  exporting->add_flag("--with-vectors", options.with_vectors,
                      "also write the vectors, into the folder OUT.vectors");
  on(exporting, [&options](const Settings& s) { return run_export(s, options); });

  CLI::App* backup = app.add_subcommand("backup", "Write one file to restore the data folder from");
  auto* out = backup->add_option("--out", options.out, "the backup: .tar.zst, .tar.gz or .tar");
  auto* verify = backup->add_option("--verify", options.verify, "check this backup instead");
  out->excludes(verify);
  backup->add_flag("--with-posters", options.with_posters, "fetched posters too");
  backup->add_flag("--json", options.json, "print JSON");
  on(backup, [&options](const Settings& s) { return run_backup(s, options); });

  CLI::App* restore = app.add_subcommand("restore", "Put a backup in the place of the data folder");
  restore->add_option("FILE", options.file, "what backup wrote")->required();
  restore->add_flag("--force", options.force, "replace a data folder that holds something");
  restore->add_flag("--json", options.json, "print JSON");
  on(restore, [&options](const Settings& s) { return run_restore(s, options); });

  CLI::App* posters = app.add_subcommand("posters", "Posters kept in the data folder");
  posters->require_subcommand(1);
  CLI::App* fetch = posters->add_subcommand("fetch", "Fetch posters that are not here yet");
  fetch->add_option("--limit", options.limit, "posters to fetch at most; 0: all")
      ->check(CLI::Range(std::size_t{0}, std::size_t{10'000'000}))
      ->capture_default_str();
  fetch->add_option("--rate", options.rate, "requests a second")
      ->check(CLI::Range(0.01, 100.0))
      ->capture_default_str();
  fetch->add_flag("--json", options.json, "print JSON");
  on(fetch, [&options](const Settings& s) { return run_posters_fetch(s, options); });
}

}  // namespace anireco::app
