#include "api/snapshot_watcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"
#include "catalog/memory_store.h"

namespace anireco {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const Snapshot> snapshot_of(const CatalogStore& store) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = store.generation();
  snapshot->catalog = std::make_unique<const Catalog>(store.load());
  return snapshot;
}

/// True as soon as the condition holds, within five seconds.
template <typename Condition>
bool soon(Condition condition) {
  for (int n = 0; n < 500; ++n) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

void publish(MemoryStore& store, std::uint64_t number) {
  const auto lock = store.lock_for_writing();
  store.publish({.number = number,
                 .content_hash = "hash" + std::to_string(number),
                 .model_fingerprint = "",
                 .vectors_complete = false});
}

TEST(SnapshotWatcher, follows_what_is_published) {
  MemoryStore store;
  SnapshotHolder holder;
  const SnapshotWatcher watcher(store, holder, [&] { return snapshot_of(store); },
                                {.interval = 10ms});
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(holder.current(), nullptr);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    publish(store, number);
    EXPECT_TRUE(soon([&] {
      const auto current = holder.current();
      return current && current->generation.number == number;
    })) << number;
  }
}

TEST(SnapshotWatcher, keeps_the_old_generation_until_the_new_one_loads) {
  MemoryStore store;
  publish(store, 1);
  SnapshotHolder holder;
  std::atomic<int> failures = 0;
  const auto load = [&]() -> std::shared_ptr<const Snapshot> {
    if (store.generation().number == 2 && failures++ < 3) {
      throw Error(ErrorKind::corrupt, "half a file");
    }
    return snapshot_of(store);
  };
  const SnapshotWatcher watcher(store, holder, load, {.interval = 10ms});
  ASSERT_TRUE(soon([&] { return holder.current() != nullptr; }));
  const auto held = holder.current();
  publish(store, 2);
  EXPECT_TRUE(soon([&] { return holder.current()->generation.number == 2; }));
  EXPECT_GE(failures, 3);
  EXPECT_EQ(held->generation.number, 1U);
}

TEST(SnapshotWatcher, tries_less_and_less_often_what_cannot_be_loaded_and_another_at_once) {
  MemoryStore store;
  publish(store, 1);
  SnapshotHolder holder;
  std::atomic<int> tries = 0;
  const auto load = [&]() -> std::shared_ptr<const Snapshot> {
    ++tries;
    if (store.generation().number == 1) throw Error(ErrorKind::corrupt, "half a file");
    return snapshot_of(store);
  };
  const SnapshotWatcher watcher(store, holder, load,
                                {.interval = 20ms, .longest_pause = std::chrono::minutes(10)});
  std::this_thread::sleep_for(1500ms);
  EXPECT_GE(tries, 2);
  EXPECT_LE(tries, 7) << "after 0, 40, 120, 280, 600, 1240 ms";
  publish(store, 2);
  EXPECT_TRUE(soon([&] { return holder.current() != nullptr; }));
}

TEST(SnapshotWatcher, waits_no_longer_than_the_longest_pause) {
  MemoryStore store;
  publish(store, 1);
  SnapshotHolder holder;
  std::atomic<int> tries = 0;
  const auto load = [&]() -> std::shared_ptr<const Snapshot> {
    if (++tries < 12) throw Error(ErrorKind::corrupt, "half a file");
    return snapshot_of(store);
  };
  const SnapshotWatcher watcher(store, holder, load, {.interval = 5ms, .longest_pause = 20ms});
  EXPECT_TRUE(soon([&] { return holder.current() != nullptr; })) << "without a limit: 20 s";
}

}  // namespace
}  // namespace anireco
