#include "catalog/profile_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/error.h"
#include "catalog/memory_profile_store.h"
#include "catalog/sqlite/sqlite_profile_store.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

ListEntry entry(std::uint32_t mal, ListStatus status = ListStatus::completed,
                std::uint8_t score = 0) {
  return {.ids = {.mal = mal}, .title = "T", .status = status, .score = score};
}

class ProfileStores : public ::testing::TestWithParam<const char*> {
 protected:
  ProfileStores() : folder_(fs::path(::testing::TempDir()) / "profile_store_test") {
    fs::remove_all(folder_);
    store_ = open();
  }
  ~ProfileStores() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  bool on_disk() const { return std::string_view(GetParam()) == "sqlite"; }
  std::unique_ptr<ProfileStore> open() const {
    if (on_disk()) return std::make_unique<SqliteProfileStore>(folder_ / "profiles.sqlite");
    return std::make_unique<MemoryProfileStore>();
  }

  fs::path folder_;
  std::unique_ptr<ProfileStore> store_;
};

TEST_P(ProfileStores, give_back_what_was_stored) {
  EXPECT_EQ(store_->load("ann"), nullptr);
  const std::vector<ListEntry> wanted = {
      {.ids = {.mal = 1, .anilist = 2, .kitsu = 3, .anidb = 4, .shikimori = 1, .imdb = "tt0213338"},
       .title = "Название \"x\"",
       .status = ListStatus::on_hold,
       .score = 10,
       .mark = ListMark::liked},
      entry(7, ListStatus::none)};
  store_->change("ann", [&](auto& entries) { entries = wanted; });
  const auto stored = store_->load("ann");
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->entries, wanted);
  EXPECT_EQ(stored->name, "ann");
  EXPECT_EQ(stored->updated.size(), 20U);
  EXPECT_GT(stored->revision, 0U);
}

TEST_P(ProfileStores, give_every_change_another_revision_also_after_deletion) {
  const auto first = store_->change("ann", [](auto& e) { e.push_back(entry(1)); });
  const auto second = store_->change("ann", [](auto& e) { e.push_back(entry(2)); });
  EXPECT_TRUE(store_->erase("ann"));
  EXPECT_FALSE(store_->erase("ann"));
  EXPECT_EQ(store_->load("ann"), nullptr);
  const auto third = store_->change("ann", [](auto& e) { e.push_back(entry(3)); });
  EXPECT_LT(first->revision, second->revision);
  EXPECT_LT(second->revision, third->revision);
  EXPECT_EQ(store_->load("ann")->entries.size(), 1U);
}

TEST_P(ProfileStores, store_nothing_when_the_edit_fails) {
  store_->change("ann", [](auto& e) { e.push_back(entry(1)); });
  EXPECT_THROW(store_->change("ann",
                              [](auto& e) {
                                e.clear();
                                throw Error(ErrorKind::not_found, "no");
                              }),
               Error);
  EXPECT_THROW(store_->change("ann", [](auto& e) { e.resize(kMaxListEntries + 1, entry(9)); }),
               Error);
  EXPECT_EQ(store_->load("ann")->entries, std::vector{entry(1)});
}

TEST_P(ProfileStores, write_shorter_lists_over_longer_ones) {
  store_->change("ann", [](auto& e) { e = {entry(1), entry(2), entry(3)}; });
  store_->change("ann", [](auto& e) { e = {entry(3), entry(2)}; });
  EXPECT_EQ(store_->load("ann")->entries, (std::vector{entry(3), entry(2)}));
  if (on_disk()) {
    EXPECT_EQ(open()->load("ann")->entries, (std::vector{entry(3), entry(2)}));
  }
  const auto outlines = store_->outlines();
  ASSERT_EQ(outlines.size(), 1U);
  EXPECT_EQ(outlines[0].entries, 2U);
}

TEST_P(ProfileStores, take_changes_from_many_threads_without_losing_one) {
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const auto own = on_disk() ? open() : nullptr;
      ProfileStore& store = own ? *own : *store_;
      for (std::uint32_t n = 0; n < 25; ++n) {
        store.change("ann", [&](auto& e) { e.push_back(entry(100 * t + n + 1)); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->load("ann")->entries.size(), 100U);
}

TEST_P(ProfileStores, see_what_another_process_changed) {
  if (!on_disk()) GTEST_SKIP();
  const auto other = open();
  store_->change("ann", [](auto& e) { e.push_back(entry(1)); });
  EXPECT_EQ(other->load("ann")->entries.size(), 1U);
  store_->change("ann", [](auto& e) { e.push_back(entry(2)); });
  EXPECT_EQ(other->load("ann")->entries.size(), 2U);
  other->erase("ann");
  EXPECT_EQ(store_->load("ann"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, ProfileStores, ::testing::Values("memory", "sqlite"));

TEST(CombiningLists, counts_what_it_does_and_keeps_marks) {
  std::vector<ListEntry> entries = {entry(1, ListStatus::watching, 7), entry(2), entry(3)};
  entries[1].mark = ListMark::disliked;
  const std::vector<ListEntry> incoming = {entry(1, ListStatus::completed, 0), entry(4)};
  std::vector<ListEntry> merged = entries;
  const ListChange merge = combine_lists(merged, incoming, ListMode::merge);
  EXPECT_EQ(merge.added, 1U);
  EXPECT_EQ(merge.changed, 1U);
  EXPECT_EQ(merge.removed, 0U);
  ASSERT_EQ(merged.size(), 4U);
  EXPECT_EQ(merged[0], entry(1, ListStatus::completed, 7));

  const ListChange replace = combine_lists(entries, incoming, ListMode::replace);
  EXPECT_EQ(replace.added, 1U);
  EXPECT_EQ(replace.removed, 1U);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].score, 0);
  EXPECT_EQ(entries[1].mark, ListMark::disliked);
  EXPECT_EQ(entries[1].status, ListStatus::none);
}

TEST(Repetitions, become_one_entry_by_any_shared_id) {
  std::vector<ListEntry> entries = {entry(1, ListStatus::watching, 8)};
  entries.push_back({.ids = {.anilist = 5}, .title = "A", .status = ListStatus::planned});
  entries.push_back({.ids = {.mal = 1, .anilist = 6}, .status = ListStatus::completed});
  entries.push_back({.ids = {.anilist = 6}, .status = ListStatus::dropped});
  const auto kept = without_repetitions(entries);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].ids.anilist, 6U);
  EXPECT_EQ(kept[0].status, ListStatus::dropped);
  EXPECT_EQ(kept[0].score, 8);
}

TEST(Statuses, are_read_as_every_site_writes_them) {
  EXPECT_EQ(parse_list_status("Plan to Watch"), ListStatus::planned);
  EXPECT_EQ(parse_list_status("PLANNING"), ListStatus::planned);
  EXPECT_EQ(parse_list_status("On-Hold"), ListStatus::on_hold);
  EXPECT_EQ(parse_list_status("rewatching"), ListStatus::watching);
  EXPECT_EQ(parse_list_status("6"), ListStatus::planned);
  EXPECT_EQ(parse_list_status("5"), std::nullopt);
  EXPECT_EQ(parse_list_status(""), std::nullopt);
}

}  // namespace
}  // namespace anireco
