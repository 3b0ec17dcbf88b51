#pragma once

#include <memory>
#include <pqxx/connection>

#include "catalog/postgres/postgres_pool.h"

namespace anireco {

/// A connection string of libpq's "key='value'" form: the URL's own settings, our time limits, the
/// schema, a name that tells who is connected. Throws Error{invalid_argument}, without the URL.
std::string connection_string(const PostgresOptions& options);

/// Connects. Throws ConnectionLost, Error{unavailable}.
std::unique_ptr<pqxx::connection> connect_postgres(const std::string& connection_string);

}  // namespace anireco
