#include "catalog/postgres/postgres_connection.h"

#include <fmt/core.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/host_name.h"
#include "catalog/postgres/postgres_error.h"

namespace anireco {
namespace {

constexpr std::size_t kMaxApplicationName = 63;

std::string application_name() {
  std::string name = fmt::format("anireco pid {} on {}", ::getpid(), host_name());
  name.resize(std::min(name.size(), kMaxApplicationName));
  return name;
}

std::map<std::string, std::string> parse_url(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
  if (!parsed || url.empty() || url.find('\0') != std::string::npos) {
    throw Error(ErrorKind::invalid_argument,
                "the database's address cannot be read; it looks like "
                "postgres://user:password@host:5432/name");
  }
  std::map<std::string, std::string> values;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  return values;
}

}  // namespace

std::string connection_string(const PostgresOptions& options) {
  std::map<std::string, std::string> values = parse_url(options.url);
  values.try_emplace("application_name", application_name());
  values.try_emplace("connect_timeout", std::to_string(options.connect_timeout.count()));
  // A peer that has gone without a word is noticed within some ten seconds.
  values.try_emplace("tcp_user_timeout", "10000");
  values.try_emplace("keepalives_idle", "5");
  values.try_emplace("keepalives_interval", "2");
  values.try_emplace("keepalives_count", "3");
  values["client_encoding"] = "UTF8";
  std::string& session = values["options"];
  if (!session.empty()) session += ' ';
  session += fmt::format(
      "-c search_path=anireco,public -c statement_timeout={} -c bytea_output=hex "
      "-c standard_conforming_strings=on -c client_min_messages=warning "
      // So that the server, too, gives up a peer that has gone without a word, and its locks.
      "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
      options.statement_limit.count());
  std::string out;
  for (const auto& [key, value] : values) {
    if (!out.empty()) out += ' ';
    out += key + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  }
  return out;
}

std::unique_ptr<pqxx::connection> connect_postgres(const std::string& connection_string) {
  try {
    return std::make_unique<pqxx::connection>(connection_string);
  } catch (...) {
    rethrow_postgres_error(false);
  }
}

}  // namespace anireco
