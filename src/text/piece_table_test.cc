#include "text/piece_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace anireco {
namespace {

TEST(PieceTableTest, AgreesWithAScanOfAllPieces) {
  std::mt19937 random(1);
  std::set<std::string> pieces;
  while (pieces.size() < 500) {
    std::string piece(1 + random() % 6, 'a');
    for (char& c : piece) c = static_cast<char>('a' + random() % 4);
    pieces.insert(piece);
  }
  std::vector<std::pair<std::string_view, std::int32_t>> entries;
  for (const std::string& piece : pieces) {
    entries.emplace_back(piece, static_cast<std::int32_t>(entries.size()));
  }
  const PieceTable table(entries);
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 9, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 5);
    std::size_t longest = 0;
    std::int32_t id = -1;
    for (const auto& [piece, piece_id] : entries) {
      if (text.starts_with(piece) && piece.size() > longest) {
        longest = piece.size();
        id = piece_id;
      }
    }
    const PieceTable::Match match = table.longest_prefix(text);
    EXPECT_EQ(match.bytes, longest);
    EXPECT_EQ(match.id, id);
  }
}

TEST(PieceTableTest, AnEmptyTableFindsNothing) {
  const PieceTable table(std::span<const std::pair<std::string_view, std::int32_t>>{});
  EXPECT_EQ(table.longest_prefix("abc").bytes, 0U);
  EXPECT_EQ(table.longest_prefix("").bytes, 0U);
}

}  // namespace
}  // namespace anireco
