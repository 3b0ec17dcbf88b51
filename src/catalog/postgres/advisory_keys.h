#pragma once

#include <string>

namespace anireco {

/// What our advisory locks are about: the second of the two numbers that name one. The first is
/// "AniR".
enum class AdvisoryKey {
  writer = 1,     ///< Held by a session while it imports: CatalogStore::lock_for_writing().
  change = 2,     ///< Held by a transaction that changes the record.
  migration = 3,  ///< Held by a transaction that changes the tables.
};
inline constexpr int kAdvisoryClass = 0x416E6952;

/// "1097755986, 2", the arguments of PostgreSQL's functions.
inline std::string arguments_of(AdvisoryKey key) {
  return std::to_string(kAdvisoryClass) + ", " + std::to_string(static_cast<int>(key));
}

/// The statement by which a transaction waits for its turn, which ends with it.
inline std::string take_turns(AdvisoryKey key) {
  return "SELECT pg_advisory_xact_lock(" + arguments_of(key) + ")";
}

}  // namespace anireco
