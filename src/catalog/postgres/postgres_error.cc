#include "catalog/postgres/postgres_error.h"

#include <array>
#include <cstdint>
#include <exception>
#include <new>
#include <pqxx/except>

namespace anireco {
namespace {

constexpr std::array<std::int8_t, 256> hex_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::int8_t i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = i;
  for (std::int8_t i = 0; i < 6; ++i) {
    values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
  }
  return values;
}
constexpr std::array<std::int8_t, 256> kHexValues = hex_values();

/// libpqxx 6 tells some states by the exception's type alone.
std::string state_of(const pqxx::sql_error& error) {
  if (!error.sqlstate().empty()) return error.sqlstate();
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr) return "42501";
  if (dynamic_cast<const pqxx::undefined_table*>(&error) != nullptr) return "42P01";
  if (dynamic_cast<const pqxx::insufficient_resources*>(&error) != nullptr) return "53000";
  return "";
}

[[noreturn]] void throw_by_state(std::string_view state, const std::string& context) {
  const std::string_view group = state.substr(0, 2);
  // The server ends: another call may meet it again, this connection is done for.
  if (group == "08" || state == "57P01" || state == "57P02" || state == "57P03") {
    throw ConnectionLost(context);
  }
  if (state == "57014") {
    throw Error(ErrorKind::unavailable, "the database took longer than its time limit", context);
  }
  if (state == "42P01") {
    throw Error(ErrorKind::not_found, "the database keeps no such generation (any more)", context);
  }
  if (state == "22021" || state == "22P05") {
    throw Error(ErrorKind::invalid_argument, "the database cannot hold a text of these characters",
                context);
  }
  if (state == "42501") {
    throw Error(ErrorKind::unavailable, "the database's user may not do this", context);
  }
  if (state == "25006") {
    throw Error(ErrorKind::unavailable, "the database can only be read", context);
  }
  if (state == "XX001" || state == "XX002") {
    throw Error(ErrorKind::corrupt, "the database is damaged; restore a backup", context);
  }
  // Resources, locks, conflicts with others, operators' doing, trouble within the server.
  if (group == "53" || group == "55" || group == "40" || group == "57" || group == "58" ||
      group == "XX") {
    throw Error(ErrorKind::unavailable, "the database is busy or full; try again", context);
  }
  throw Error(ErrorKind::internal, "the database refused a statement", context);
}

}  // namespace

void rethrow_postgres_error(bool connected) {
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const pqxx::in_doubt_error& error) {
    throw Error(ErrorKind::unavailable,
                "the database broke off; it is not known whether the last change was stored",
                error.what());
  } catch (const pqxx::broken_connection& error) {
    throw ConnectionLost(error.what());
  } catch (const pqxx::transaction_rollback& error) {
    throw_by_state("40000", error.what());
  } catch (const pqxx::sql_error& error) {
    const std::string state = state_of(error);
    const std::string context = state + " " + error.what();
    if (!connected && state.empty()) throw ConnectionLost(context);
    throw_by_state(state, context);
  } catch (const pqxx::conversion_error& error) {
    throw Error(ErrorKind::corrupt, "the database holds a value that is none", error.what());
  } catch (const pqxx::range_error& error) {
    throw Error(ErrorKind::corrupt, "the database's answer has not the form expected",
                error.what());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    if (!connected) throw ConnectionLost(error.what());
    throw Error(ErrorKind::internal, "the database could not be used", error.what());
  }
}

const std::string& without_zero(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorKind::invalid_argument, "the database cannot hold a text with a zero in it");
  }
  return text;
}

void append_hex(std::string_view bytes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.reserve(out.size() + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

std::string bytea(std::string_view text) {
  const auto refuse = [] {
    throw Error(ErrorKind::corrupt, "the database's answer has not the form expected");
  };
  if (!text.starts_with("\\x") || text.size() % 2 != 0) refuse();
  std::string out((text.size() - 2) / 2, '\0');
  int wrong = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = kHexValues[static_cast<unsigned char>(text[2 + 2 * i])];
    const int low = kHexValues[static_cast<unsigned char>(text[3 + 2 * i])];
    wrong |= high | low;
    out[i] = static_cast<char>((high & 15) << 4 | (low & 15));
  }
  if (wrong < 0) refuse();
  return out;
}

}  // namespace anireco
