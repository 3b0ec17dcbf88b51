#include "catalog/sqlite/schema.h"

#include <fmt/core.h>

#include <array>

namespace anireco {
namespace {

/// "AniR", marks the file as ours.
constexpr int kApplicationId = 0x416E6952;

constexpr std::array<const char*, kSchemaVersion> kSteps = {
    // 1: titles and what sources say of them.
    R"sql(
      CREATE TABLE title (
        seen INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE
      );
      CREATE TABLE contribution (
        number INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        json TEXT NOT NULL,
        UNIQUE (title, source, key)
      );
      CREATE TABLE identity (
        key TEXT NOT NULL,
        title TEXT NOT NULL,
        PRIMARY KEY (key, title)
      ) WITHOUT ROWID;
      CREATE INDEX identity_of_title ON identity (title);
      CREATE TABLE generation (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        number INTEGER NOT NULL,
        content_hash TEXT NOT NULL
      );
      INSERT INTO generation VALUES (1, 0, '');
    )sql",
    // 2: ids that titles had before they proved to be one.
    R"sql(
      CREATE TABLE former_id (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX former_id_of_title ON former_id (title);
    )sql",
    // 3: vectors by model and text; what a generation was published with.
    R"sql(
      CREATE TABLE model (
        number INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE
      );
      CREATE TABLE vector (
        number INTEGER PRIMARY KEY,
        model INTEGER NOT NULL REFERENCES model,
        text_hash BLOB NOT NULL CHECK (length(text_hash) = 16),
        bfloat16 BLOB NOT NULL,
        UNIQUE (model, text_hash)
      );
      ALTER TABLE generation ADD COLUMN model TEXT NOT NULL DEFAULT '';
      ALTER TABLE generation ADD COLUMN vectors_complete INTEGER NOT NULL DEFAULT 0;
    )sql",
};

}  // namespace

void migrate(Database& database, int version) {
  const std::int64_t application = database.number("PRAGMA application_id");
  std::int64_t current = database.number("PRAGMA user_version");
  if (current > kSchemaVersion) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the data folder was written by a newer version of this program (its "
                            "schema is {}, this program knows {}); update the program",
                            current, kSchemaVersion));
  }
  const bool empty = database.number("SELECT COUNT(*) FROM sqlite_schema") == 0;
  if (!empty && application != kApplicationId) {
    throw Error(ErrorKind::invalid_argument,
                "the data folder's database belongs to another program");
  }
  while (current < version) {
    Transaction transaction(database);
    // Another process may have done the step while this one waited for the lock.
    current = database.number("PRAGMA user_version");
    if (current >= version) break;
    database.execute(kSteps[static_cast<std::size_t>(current)]);
    ++current;
    database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                 kApplicationId, current));
    transaction.commit();
  }
}

}  // namespace anireco
