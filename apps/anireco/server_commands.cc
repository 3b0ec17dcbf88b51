#include "server_commands.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>

#include "base/error.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/outbox.h"
#include "catalog/postgres/postgres_schema.h"
#include "engine.h"
#include "ingest/migrate.h"
#include "ingest/title_vectors.h"
#include "output.h"
#include "server_engines.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

bool is_database(const std::string& place) {
  return place.starts_with("postgres://") || place.starts_with("postgresql://");
}

void need_database(const Settings& settings, const char* command) {
  if (!settings.database_url.empty()) return;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{} needs the setting database_url: without it the catalogue lies in the "
                          "data folder",
                          command));
}

/// Where the settings have the catalogue.
std::string own_place(const Settings& settings) {
  return settings.database_url.empty() ? settings.data_dir.string() : settings.database_url;
}

/// The settings with one of migrate's two places as their record.
Settings settings_at(const Settings& settings, const std::string& place,
                     const std::string& qdrant_url) {
  Settings at = settings;
  if (is_database(place)) {
    at.database_url = place;
    at.qdrant_url = qdrant_url;
    return at;
  }
  at.data_dir = place;
  at.database_url.clear();
  at.qdrant_url.clear();
  return at;
}

/// Brings the generation to Qdrant unless it is there, though it was fed once; false, and told,
/// when it could not be.
bool bring_to_qdrant(const ServerEngines& engines, const CatalogStore& store,
                     const Generation& generation, const FeedOptions& options) {
  std::string reason = "another process is at it";
  try {
    if (!engines.is_fed(generation)) {
      Outbox outbox(*engines.pool());
      if (outbox.pending().empty()) outbox.feed_again();
      feed_qdrant(*engines.pool(), store, *engines.qdrant(), options);
    }
    if (engines.is_fed(generation)) return true;
  } catch (const Error& error) {
    reason = error.what();
  }
  fmt::print(stderr,
             "PostgreSQL has it all, but Qdrant has not ({}): the same command, or a server, "
             "brings it there\n",
             reason);
  return false;
}

/// compared: false when there are no vectors in Qdrant, and the record alone was looked at.
void print_json(const QdrantDifferences& d, bool compared) {
  fmt::print("{}\n", boost::json::serialize(
                         boost::json::object{{"same", d.none()},
                                             {"compared", compared},
                                             {"expected", d.expected},
                                             {"collection_missing", d.collection_missing},
                                             {"description_wrong", d.description_wrong},
                                             {"alias_wrong", d.alias_wrong},
                                             {"missing", d.missing.size()},
                                             {"different", d.different.size()},
                                             {"unknown", d.unknown.size()}}));
}

void print_differences(const QdrantDifferences& d) {
  if (d.none()) {
    fmt::print("PostgreSQL and Qdrant agree on {} titles\n", d.expected);
    return;
  }
  if (d.collection_missing) fmt::print("the collection of this generation is not in Qdrant\n");
  if (d.description_wrong) {
    fmt::print("the collection says that it holds other points than it should\n");
  }
  if (d.alias_wrong) fmt::print("the alias names another collection\n");
  fmt::print("of {} titles {} are missing, {} differ; {} are there that nobody knows\n", d.expected,
             d.missing.size(), d.different.size(), d.unknown.size());
}

}  // namespace

void add_server_commands(CLI::App& app, ServerCommandOptions& options, const OnCommand& on) {
  CLI::App* db = app.add_subcommand("db", "The database that database_url names");
  db->require_subcommand(1);
  on(db->add_subcommand("migrate", "Make its tables, or bring them to this program's version"),
     [](const Settings& s) { return run_db_migrate(s); });

  CLI::App* move = app.add_subcommand("migrate", "Copy the catalogue to servers, or back");
  move->add_option("--from", options.from,
                   "data folder or postgres://…; else that of the settings");
  move->add_option("--to", options.to, "the same");
  move->add_option("--qdrant", options.qdrant,
                   "http://… for the vectors, beside a database in --to");
  move->add_flag("--json", options.json, "print JSON");
  on(move, [&options](const Settings& s) { return run_migrate(s, options); });

  CLI::App* verify = app.add_subcommand("verify", "Compare Qdrant with PostgreSQL, the record");
  verify->add_flag("--repair", options.repair, "mend what differs");
  verify->add_flag("--json", options.json, "print JSON");
  on(verify, [&options](const Settings& s) { return run_verify(s, options); });
}

int run_db_migrate(const Settings& settings) {
  need_database(settings, "db migrate");
  const ServerEngines engines(settings);
  const PostgresMigration done = migrate_postgres(*engines.pool());
  if (done.from == done.to) {
    fmt::print("the tables are of version {} already\n", done.to);
  } else {
    fmt::print("the tables are of version {} now, {}\n", done.to,
               done.from == 0 ? "there were none" : fmt::format("from version {}", done.from));
  }
  return 0;
}

int run_migrate(const Settings& settings, const ServerCommandOptions& options) {
  const std::string from_place = options.from.empty() ? own_place(settings) : options.from;
  const std::string to_place = options.to.empty() ? own_place(settings) : options.to;
  if (from_place == to_place) {
    throw Error(ErrorKind::invalid_argument, "migrate: --from and --to are the same");
  }
  if (!options.qdrant.empty() && !is_database(to_place)) {
    throw Error(ErrorKind::invalid_argument,
                "migrate: --qdrant goes with a database in --to; a folder keeps its own vectors");
  }
  if (!is_database(from_place) &&
      !std::filesystem::exists(std::filesystem::path(from_place) / "catalogue.sqlite")) {
    throw Error(ErrorKind::not_found, "migrate: --from names no data folder with a catalogue",
                from_place);
  }
  const Settings source = settings_at(settings, from_place, "");
  const Settings target = settings_at(
      settings, to_place, options.qdrant.empty() ? settings.qdrant_url : options.qdrant);
  if (!target.database_url.empty()) migrate_postgres(*ServerEngines(target).pool());
  const SignalStop signals;
  const std::unique_ptr<CatalogStore> from = open_store(source);
  const std::unique_ptr<CatalogStore> to = open_store(target);
  const std::unique_ptr<GenerationPublisher> publisher =
      make_publisher(target, *to, signals.token());
  ProgressLine progress;
  MigrateOptions migration{.stop = signals.token()};
  migration.progress = [&](std::size_t done, std::size_t all) {
    progress.show(fmt::format("copying  {} of {}", done, all));
  };
  const MigrateResult result = migrate(*from, *to, *publisher, migration);
  progress.clear();
  if (result.stopped) {
    fmt::print(stderr, "stopped; the same command goes on where it ended\n");
    return 1;
  }
  const StoreSummary& s = result.summary;
  bool is_whole = true;
  if (!target.qdrant_url.empty() && s.vectors > 0) {
    const ServerEngines engines(target);
    FeedOptions feeding = engines.feed_options();
    feeding.qdrant.stop = signals.token();
    feeding.qdrant.progress = [&](std::size_t done, std::size_t all) {
      progress.show(fmt::format("to Qdrant  {} of {}", done, all));
    };
    is_whole = bring_to_qdrant(engines, *to, result.generation, feeding);
    progress.clear();
  }
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"titles", s.titles},
                                               {"titles_sent", result.titles_sent},
                                               {"records_sha256", s.records_sha256},
                                               {"vectors", s.vectors},
                                               {"vectors_sha256", s.vectors_sha256},
                                               {"vectors_sent", result.vectors_sent},
                                               {"published", result.published},
                                               {"generation", result.generation.number}}));
    return is_whole ? 0 : 1;
  }
  fmt::print("{} titles, {} of them sent now; sha256 of the records {}\n", s.titles,
             result.titles_sent, s.records_sha256);
  fmt::print("{} vectors, {} of them sent now; sha256 {}\n", s.vectors, result.vectors_sent,
             s.vectors_sha256);
  fmt::print("both sides agree; generation {}{}\n", result.generation.number,
             result.published ? "" : " (it was current already)");
  return is_whole ? 0 : 1;
}

int run_verify(const Settings& settings, const ServerCommandOptions& options) {
  need_database(settings, "verify");
  const ServerEngines engines(settings);
  const std::unique_ptr<CatalogStore> store = engines.open_store();
  // While it is repaired nothing else may be published.
  const auto lock = options.repair ? store->lock_for_writing() : nullptr;
  const Generation generation = store->generation();
  if (generation.number == 0) throw Error(ErrorKind::not_found, "the catalogue is empty");
  // Reading the records also holds them against the generation's checksum.
  const Catalog catalog(read_generation_records(*engines.pool(), generation));
  if (!engines.qdrant() || generation.model_fingerprint.empty()) {
    if (options.json) {
      print_json({}, false);
    } else {
      fmt::print("generation {}: {} records are whole; there are no vectors in Qdrant to compare\n",
                 generation.number, catalog.size());
    }
    return 0;
  }
  const TitleVectors vectors(*store, catalog, generation.model_fingerprint);
  const FeedOptions feeding = engines.feed_options();
  const auto compare = [&] {
    return compare_with_qdrant(*engines.qdrant(), vectors, catalog, generation, feeding.qdrant);
  };
  QdrantDifferences found = compare();
  if (!found.none() && options.repair) {
    if (!options.json) print_differences(found);
    repair_fed(found, *engines.pool(), *store, *engines.qdrant(), vectors, catalog, generation,
               feeding);
    found = compare();
  }
  if (options.json) {
    print_json(found, true);
  } else {
    print_differences(found);
  }
  if (!found.none() && !options.repair && !options.json) {
    fmt::print(stderr, "anireco verify --repair mends it\n");
  }
  return found.none() ? 0 : 1;
}

}  // namespace anireco::app
