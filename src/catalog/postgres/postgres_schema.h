#pragma once

#include "catalog/postgres/postgres_pool.h"

namespace anireco {

/// Version of the tables that this program reads and writes.
inline constexpr int kPostgresSchemaVersion = 3;

struct PostgresMigration {
  int from = 0;  ///< Version found; 0: there were no tables.
  int to = 0;    ///< Version now.
};

/// What `anireco db migrate` does: makes the tables (schema "anireco") in an empty database or
/// brings older ones to this program's version, one transaction a step; two processes at once take
/// turns. Nothing else migrates: opening a store only checks. Throws Error{invalid_argument} when
/// the tables are of a newer version or belong to another program, Error{unavailable}. A lower
/// `version` is for tests.
PostgresMigration migrate_postgres(PostgresPool& pool, int version = kPostgresSchemaVersion);

/// Throws Error{invalid_argument} unless the tables are of this program's version; the message
/// names `anireco db migrate` when they are missing or older. Throws Error{unavailable}.
void check_postgres_schema(PostgresPool& pool);

}  // namespace anireco
