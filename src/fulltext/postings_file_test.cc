#include "fulltext/postings_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "fulltext/corrupt_file_test.h"

namespace anireco {
namespace {

std::string small_file() {
  PostingsData data;
  data.generation = 5;
  data.documents = 4;
  data.terms = {"alchemist", "doctor", "monster", "spirit"};
  data.list_offsets = {0, 1, 3, 4, 7};
  data.docs = {1, 0, 3, 3, 0, 1, 2};
  data.impacts = {1, 60000, 2, 3, 40000, 5, 65535};
  data.fields = {1, 8, 2, 31, 4, 16, 8};
  return to_string(serialise_postings(data));
}

TEST(PostingsFile, ReadsWhatWasWritten) {
  const AlignedBytes file = aligned(small_file());
  const PostingsView view(std::as_const(file).bytes());
  EXPECT_EQ(view.generation(), 5U);
  EXPECT_EQ(view.documents(), 4U);
  EXPECT_EQ(view.terms(), 4U);
  EXPECT_EQ(view.find("unknown"), PostingsView::kUnknown);
  EXPECT_EQ(view.find(""), PostingsView::kUnknown);
  const std::uint32_t spirit = view.find("spirit");
  ASSERT_EQ(spirit, 3U);
  EXPECT_EQ(view.term(spirit), "spirit");
  const PostingsList list = view.list(spirit);
  EXPECT_TRUE(std::ranges::equal(list.docs, std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_TRUE(std::ranges::equal(list.impacts, std::vector<std::uint16_t>{40000, 5, 65535}));
  EXPECT_TRUE(std::ranges::equal(list.fields, std::vector<std::uint8_t>{4, 16, 8}));
  EXPECT_EQ(view.options().k1, Bm25fOptions().k1);
  EXPECT_EQ(view.options().fields[4].weight, Bm25fOptions().fields[4].weight);
}

void open_and_search(std::span<const std::byte> bytes) {
  const auto index = Bm25fIndex::over(bytes);
  for (const LexicalHit& hit : index.search({.text = "alchemist doctro monsters", .limit = 2})) {
    ASSERT_LT(hit.doc, index.size());
    index.explain("doctor", std::span(&hit.doc, 1));
  }
}

TEST(PostingsFile, RefusesEveryTruncation) {
  expect_truncations_refused(small_file(), open_and_search);
}

TEST(PostingsFile, RefusesEveryFlippedByte) { expect_flips_refused(small_file(), open_and_search); }

TEST(PostingsFile, RefusesAnotherVersionByItsNumber) {
  expect_version_named(small_file(), open_and_search);
}

TEST(PostingsFile, SurvivesCraftedFilesWithARightChecksum) {
  expect_crafted_survived(small_file(), open_and_search);
}

}  // namespace
}  // namespace anireco
