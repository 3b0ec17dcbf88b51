#pragma once

#include <functional>
#include <pqxx/result>
#include <pqxx/transaction_base>
#include <string>
#include <string_view>

#include "catalog/postgres/postgres_error.h"

namespace anireco {

/// Lets the statements of this transaction take some minutes: imports and loads, not searches.
void allow_long_work(pqxx::transaction_base& transaction);

/// Calls visit(row) for every row of a query, of which `at_once` are fetched at a time. One at a
/// time in a transaction.
void for_each_row(pqxx::transaction_base& transaction, const std::string& query, int at_once,
                  const std::function<void(const pqxx::row&)>& visit);

/// A field's characters, which live as long as its result.
inline std::string_view text_of(const pqxx::field& field) { return {field.c_str(), field.size()}; }

/// The bytes of a bytea field. Throws Error{corrupt}.
inline std::string bytes_of(const pqxx::field& field) { return bytea(text_of(field)); }

}  // namespace anireco
