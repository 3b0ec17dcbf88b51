#include "catalog/postgres/postgres_schema.h"

#include <fmt/core.h>

#include <array>
#include <pqxx/transaction_base>

#include "base/error.h"
#include "catalog/postgres/advisory_keys.h"

namespace anireco {
namespace {

constexpr std::array<const char*, kPostgresSchemaVersion> kSteps = {
    // 1: the record, as SQLite has it.
    R"sql(
      CREATE TABLE title (
        seen bigserial PRIMARY KEY,
        id text COLLATE "C" NOT NULL UNIQUE
      );
      CREATE TABLE contribution (
        title text COLLATE "C" NOT NULL,
        source text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        json text NOT NULL,
        PRIMARY KEY (title, source, key)
      );
      CREATE TABLE identity (
        key text COLLATE "C" NOT NULL,
        title text COLLATE "C" NOT NULL,
        PRIMARY KEY (key, title)
      );
      CREATE INDEX identity_of_title ON identity (title);
      CREATE TABLE former_id (
        id text COLLATE "C" PRIMARY KEY,
        title text COLLATE "C" NOT NULL
      );
      CREATE INDEX former_id_of_title ON former_id (title);
      CREATE TABLE model (
        number serial PRIMARY KEY,
        fingerprint text COLLATE "C" NOT NULL UNIQUE
      );
      CREATE TABLE vector (
        model integer NOT NULL REFERENCES model,
        text_hash bytea NOT NULL CHECK (length(text_hash) = 16),
        bfloat16 bytea NOT NULL,
        PRIMARY KEY (model, text_hash)
      );
      ALTER TABLE vector ALTER COLUMN bfloat16 SET STORAGE PLAIN;
      CREATE TABLE writer (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        holder text NOT NULL
      );
      CREATE TABLE generation (
        number bigint PRIMARY KEY,
        content_hash text NOT NULL,
        model text NOT NULL,
        vectors_complete boolean NOT NULL,
        published timestamptz NOT NULL DEFAULT now(),
        superseded timestamptz
      );
    )sql",
    // 2: what generations consist of, and what derived engines are owed. The tables of a content
    // are made with it: content_NUMBER_record, _text, _term.
    R"sql(
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE TABLE content (
        number bigserial PRIMARY KEY,
        hash text COLLATE "C" NOT NULL UNIQUE,
        documents bigint NOT NULL,
        bm25f text NOT NULL
      );
      CREATE TABLE outbox (
        number bigserial PRIMARY KEY,
        generation bigint NOT NULL,
        taken_by text,
        taken_until timestamptz,
        done timestamptz
      );
    )sql",
    // 3: whose the writer's row is; contents that another made by other settings stands in for,
    // but which searches still read.
    R"sql(
      ALTER TABLE writer ADD COLUMN nonce text;
      ALTER TABLE content ADD COLUMN replaced timestamptz;
      ALTER TABLE content DROP CONSTRAINT content_hash_key;
      CREATE UNIQUE INDEX content_of_hash ON content (hash) WHERE replaced IS NULL;
    )sql",
};

int version_of(pqxx::transaction_base& transaction) {
  if (!transaction.exec("SELECT 1 FROM pg_namespace WHERE nspname = 'anireco'").empty()) {
    if (transaction.exec("SELECT to_regclass('anireco.schema_version')")[0][0].is_null()) {
      throw Error(ErrorKind::invalid_argument,
                  "the database has a schema \"anireco\" that belongs to another program");
    }
    return transaction.exec1("SELECT version FROM anireco.schema_version")[0].as<int>();
  }
  return 0;
}

void refuse_newer(int found) {
  if (found <= kPostgresSchemaVersion) return;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("the database was written by a newer version of this program (its schema "
                          "is {}, this program knows {}); update the program",
                          found, kPostgresSchemaVersion));
}

}  // namespace

PostgresMigration migrate_postgres(PostgresPool& pool, int version) {
  PostgresMigration migration;
  bool first = true;
  for (bool more = true; more;) {
    pool.write([&](pqxx::transaction_base& transaction) {
      // Another process may have done the step while this one waited for its turn.
      transaction.exec(take_turns(AdvisoryKey::migration));
      int found = version_of(transaction);
      refuse_newer(found);
      if (first) migration.from = found;
      first = false;
      if (found < version) {
        if (found == 0) {
          transaction.exec(
              "CREATE SCHEMA anireco;"
              "CREATE TABLE anireco.schema_version (version integer NOT NULL);"
              "INSERT INTO anireco.schema_version VALUES (0)");
        }
        transaction.exec(kSteps[static_cast<std::size_t>(found)]);
        ++found;
        transaction.exec_params("UPDATE anireco.schema_version SET version = $1", found);
      }
      migration.to = found;
      more = found < version;
    });
  }
  return migration;
}

void check_postgres_schema(PostgresPool& pool) {
  int found = 0;
  pool.read([&](pqxx::transaction_base& transaction) { found = version_of(transaction); });
  refuse_newer(found);
  if (found == 0) {
    throw Error(ErrorKind::invalid_argument,
                "the database has no tables of this program yet; make them: anireco db migrate");
  }
  if (found < kPostgresSchemaVersion) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the database's tables are of an older version ({}, this program "
                            "writes {}); bring them up to date: anireco db migrate",
                            found, kPostgresSchemaVersion));
  }
}

}  // namespace anireco
