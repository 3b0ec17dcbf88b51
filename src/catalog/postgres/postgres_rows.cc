#include "catalog/postgres/postgres_rows.h"

#include <pqxx/result>

namespace anireco {

void allow_long_work(pqxx::transaction_base& transaction) {
  transaction.exec("SET LOCAL statement_timeout = '10min'");
}

void for_each_row(pqxx::transaction_base& transaction, const std::string& query, int at_once,
                  const std::function<void(const pqxx::row&)>& visit) {
  transaction.exec("DECLARE every_row NO SCROLL CURSOR FOR " + query);
  const std::string fetch = "FETCH " + std::to_string(at_once) + " FROM every_row";
  for (pqxx::result rows = transaction.exec(fetch); !rows.empty(); rows = transaction.exec(fetch)) {
    for (const pqxx::row& row : rows) visit(row);
  }
  transaction.exec("CLOSE every_row");
}

}  // namespace anireco
