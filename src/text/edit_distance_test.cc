#include "text/edit_distance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace anireco {
namespace {

std::size_t naive(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditDistanceTest, CountsEachKindOfTypoOnce) {
  EXPECT_EQ(edit_distance("naruto", "naruto", 2), 0U);
  EXPECT_EQ(edit_distance("naruto", "narut", 2), 1U);
  EXPECT_EQ(edit_distance("naruto", "narutoo", 2), 1U);
  EXPECT_EQ(edit_distance("naruto", "nartuo", 2), 1U);
  EXPECT_EQ(edit_distance("naruto", "norute", 2), 2U);
  EXPECT_EQ(edit_distance("", "", 0), 0U);
  EXPECT_EQ(edit_distance("", "abc", 5), 3U);
}

TEST(EditDistanceTest, CountsCharactersNotBytes) {
  EXPECT_EQ(edit_distance("ёлка", "елка", 2), 1U);
  EXPECT_EQ(edit_distance("蟲師", "虫師", 2), 1U);
}

TEST(EditDistanceTest, SaysTooFarWithoutCountingOn) {
  EXPECT_EQ(edit_distance("bleach", "monster", 2), 3U);
  EXPECT_EQ(edit_distance("abc", "abd", 0), 1U);
  EXPECT_EQ(edit_distance(std::string(1'000'000, 'a'), std::string(1'000'000, 'b'), 2), 3U);
  EXPECT_EQ(edit_distance("a", std::string(1'000'000, 'b'), 2), 3U);
}

TEST(EditDistanceTest, AgreesWithTheWholeTable) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string a(random() % 12, 'a');
    std::string b(random() % 12, 'a');
    for (char& c : a) c = static_cast<char>('a' + random() % 3);
    for (char& c : b) c = static_cast<char>('a' + random() % 3);
    const std::size_t exact = naive(a, b);
    for (std::size_t limit = 0; limit <= 13; ++limit) {
      ASSERT_EQ(edit_distance(a, b, limit), std::min(exact, limit + 1))
          << a << ' ' << b << ' ' << limit;
    }
  }
}

TEST(EditDistanceTest, LongTextsAgreeToo) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    std::string a(150, 'a');
    for (char& c : a) c = static_cast<char>('a' + random() % 4);
    std::string b = a;
    for (int i = 0; i < 3; ++i) b[random() % b.size()] = 'z';
    b.erase(random() % b.size(), 1);
    ASSERT_EQ(edit_distance(a, b, 6), naive(a, b));
  }
}

}  // namespace
}  // namespace anireco
