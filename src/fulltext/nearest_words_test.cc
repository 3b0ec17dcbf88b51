#include "fulltext/nearest_words.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "text/edit_distance.h"

namespace anireco {
namespace {

TEST(NearestWords, EqualsComparingWithEveryWord) {
  std::mt19937 random(1);
  std::vector<std::string> words;
  const std::vector<std::string> letters = {"a", "b", "c", "д", "е", "ж", "の", "7", " "};
  for (int i = 0; i < 800; ++i) {
    std::string word;
    for (std::size_t k = 1 + random() % 9; k > 0; --k) word += letters[random() % letters.size()];
    words.push_back(word);
  }
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < words.size(); i += 2) numbers.push_back(i);
  const auto word_of = [&](std::uint32_t number) { return std::string_view(words[number]); };
  const NearestWords nearest(numbers, word_of);
  for (std::size_t typos = 0; typos <= 2; ++typos) {
    for (std::size_t i = 0; i < words.size(); i += 17) {
      std::map<std::uint32_t, std::size_t> expected;
      for (const std::uint32_t number : numbers) {
        const std::size_t distance = edit_distance(words[i], words[number], typos);
        if (distance <= typos) expected[number] = distance;
      }
      std::map<std::uint32_t, std::size_t> found;
      for (const auto& word : nearest.within(words[i], typos, word_of)) {
        found[word.number] = word.typos;
      }
      EXPECT_EQ(found, expected) << words[i];
    }
  }
}

TEST(NearestWords, LeavesOutWhatIsTooLong) {
  const std::vector<std::string> words = {std::string(NearestWords::kMaxLetters, 'a'),
                                          std::string(NearestWords::kMaxLetters + 1, 'a'), ""};
  const auto word_of = [&](std::uint32_t number) { return std::string_view(words[number]); };
  const NearestWords nearest({0, 1, 2}, word_of);
  EXPECT_EQ(nearest.within(words[0], 2, word_of).size(), 1U);
  EXPECT_EQ(nearest.within(words[1], 2, word_of).size(), 1U);
  EXPECT_EQ(nearest.within(std::string(1000, 'a'), 2, word_of).size(), 0U);
  EXPECT_EQ(nearest.within("", 2, word_of).size(), 1U);
  EXPECT_TRUE(NearestWords().within("a", 2, word_of).empty());
}

TEST(TyposAllowed, AreNoneToFourLettersOneToEightTwoBeyond) {
  EXPECT_EQ(typos_allowed(4), 0U);
  EXPECT_EQ(typos_allowed(5), 1U);
  EXPECT_EQ(typos_allowed(8), 1U);
  EXPECT_EQ(typos_allowed(9), 2U);
}

}  // namespace
}  // namespace anireco
