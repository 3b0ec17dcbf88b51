#pragma once

#include "catalog/sqlite/database.h"

namespace anireco {

/// Version of the catalogue's tables that this program writes.
inline constexpr int kSchemaVersion = 3;

/// Brings a database to `version`, one transaction a step: an empty one is made, an older one
/// migrated. Throws Error{invalid_argument} for a database of a newer version, or one that belongs
/// to another program. A lower `version` is for tests of the migrations.
void migrate(Database& database, int version = kSchemaVersion);

}  // namespace anireco
