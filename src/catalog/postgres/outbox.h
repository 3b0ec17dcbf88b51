#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"

namespace anireco {

/// One generation that a derived engine has to be fed.
struct OutboxEntry {
  std::uint64_t number = 0;  ///< Of the entry.
  Generation generation;     ///< As it was published.
  std::string taken_by;      ///< Empty: nobody, or the time that was taken ran out.
};

/// What published generations owe to the engines derived from the record. publish() adds the entry
/// in its own transaction, so none is lost and none is there for what was not published. An entry
/// that a newer generation supersedes before it is done goes: only the newest has to be fed.
/// Thread-safe.
class Outbox {
 public:
  /// The pool is borrowed.
  explicit Outbox(PostgresPool& pool) : pool_(pool) {}

  /// Entries that are not done, oldest first.
  std::vector<OutboxEntry> pending() const;
  /// Takes the newest entry that is not done, if nobody else has it, for `lease`; whoever ends
  /// without done() leaves it to the next once that has run out. `who` must differ between those
  /// who feed at once; people read it.
  std::optional<OutboxEntry> take(const std::string& who, std::chrono::seconds lease);
  /// Makes the lease longer; false when the entry is another's by now or superseded: stop feeding.
  bool extend(const OutboxEntry& entry, const std::string& who, std::chrono::seconds lease);
  /// The engine has all of an entry that take() returned. Older entries, which that makes
  /// pointless, go. False, and nothing changes, when the entry is another's by now or superseded.
  bool done(const OutboxEntry& entry);
  /// Gives an entry that take() returned back for the next to take at once, if it is still ours.
  void give_back(const OutboxEntry& entry);
  /// The newest generation that was fed whole; number 0 when none was.
  Generation fed() const;
  /// Puts the current generation in again, for a repair. Nothing happens before the first publish.
  void feed_again();

 private:
  PostgresPool& pool_;
};

}  // namespace anireco
