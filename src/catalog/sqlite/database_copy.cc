#include "catalog/sqlite/database_copy.h"

#include <string>

#include "catalog/sqlite/database.h"

namespace anireco {

void copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  Database database(from);
  const std::string target = to.string();
  database.prepare("VACUUM INTO ?").bind(std::string_view(target)).run();
}

void check_database(const std::filesystem::path& path) {
  Database database(path);
  Statement query = database.prepare("PRAGMA integrity_check(1)");
  if (!query.step() || query.text(0) != "ok") {
    throw Error(ErrorKind::corrupt, "a database is damaged",
                path.filename().string() + ": " + std::string(query.text(0)));
  }
}

}  // namespace anireco
