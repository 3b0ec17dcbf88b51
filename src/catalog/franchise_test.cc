#include "catalog/franchise.h"

#include <gtest/gtest.h>

#include <map>

#include "catalog/test_records.h"

namespace anireco {
namespace {

class Franchises : public ::testing::Test {
 protected:
  Anime& add(std::uint32_t mal, const char* name) {
    records_.push_back(titled(name, mal));
    return records_.back();
  }
  void group() {
    const auto groups = group_franchises(records_, [this](const ExternalIds& target) {
      for (std::size_t i = 0; i < records_.size(); ++i) {
        if (records_[i].ids.mal == target.mal) return std::optional<DocId>(static_cast<DocId>(i));
      }
      return std::optional<DocId>();
    });
    for (std::size_t i = 0; i < records_.size(); ++i) group_of_[records_[i].ids.mal] = groups[i];
  }
  bool together(std::uint32_t a, std::uint32_t b) const {
    return group_of_.at(a) == group_of_.at(b);
  }

  std::vector<Anime> records_;
  std::map<std::uint32_t, std::uint32_t> group_of_;
};

TEST_F(Franchises, ChainsOfSequelsJoinWhateverTheirNames) {
  relate(add(1, "Bakemonogatari"), RelationKind::sequel, 2);
  relate(add(2, "Nise"), RelationKind::sequel, 3);
  add(3, "Owari");
  add(4, "Else");
  group();
  EXPECT_TRUE(together(1, 3));
  EXPECT_FALSE(together(1, 4));
}

TEST_F(Franchises, SharedCharactersAndAdaptationsJoinNothing) {
  Anime& a = add(1, "Isekai Quartet");
  relate(a, RelationKind::character, 2);
  relate(a, RelationKind::other, 3);
  relate(a, RelationKind::adaptation, 3);
  add(2, "Overlord");
  add(3, "Overlord II");
  group();
  EXPECT_FALSE(together(1, 2));
  EXPECT_FALSE(together(1, 3));
}

TEST_F(Franchises, ASmallSideStoryJoinsItsOnlyParentWithoutSharingItsName) {
  relate(add(1, "Nanatsu no Taizai"), RelationKind::side_story, 3);
  add(2, "Unrelated");
  relate(add(3, "Hawk no Onayami"), RelationKind::sequel, 4);
  add(4, "Hawk no Onayami 2");
  group();
  EXPECT_TRUE(together(1, 4));
  EXPECT_FALSE(together(1, 2));
}

TEST_F(Franchises, ACrossoverJoinsNoTwoSeries) {
  for (std::uint32_t i = 0; i < 6; ++i) {
    relate(add(10 + i, ("Meitantei Conan Movie " + std::to_string(i)).c_str()),
           RelationKind::parent, 10);
    relate(add(20 + i, ("Lupin III Special " + std::to_string(i)).c_str()), RelationKind::parent,
           20);
  }
  Anime& special = add(30, "Lupin III vs. Meitantei Conan");
  relate(special, RelationKind::parent, 10);
  relate(special, RelationKind::parent, 20);
  relate(special, RelationKind::sequel, 31);
  Anime& movie = add(31, "Lupin III vs. Meitantei Conan: The Movie");
  relate(movie, RelationKind::parent, 10);
  relate(movie, RelationKind::parent, 20);
  // Magic Kaito: an alternative of one Conan episode.
  relate(add(40, "Magic Kaito"), RelationKind::alternative, 15);
  relate(add(41, "Magic Kaito 1412"), RelationKind::alternative, 40);
  relate(records_.back(), RelationKind::alternative, 15);
  group();
  EXPECT_TRUE(together(10, 15));
  EXPECT_TRUE(together(20, 25));
  EXPECT_FALSE(together(10, 20));
  EXPECT_TRUE(together(30, 31));
  EXPECT_TRUE(together(30, 10) || together(30, 20));
  EXPECT_TRUE(together(40, 41));
  EXPECT_FALSE(together(40, 10));
}

TEST_F(Franchises, ACrossoverOfTwoSingleTitlesJoinsOnlyOne) {
  add(1, "Mazinger");
  add(2, "Devilman");
  Anime& cross = add(3, "Mazinger tai Devilman");
  relate(cross, RelationKind::parent, 1);
  relate(cross, RelationKind::parent, 2);
  group();
  EXPECT_NE(together(3, 1), together(3, 2));
}

TEST_F(Franchises, DoNotDependOnWhichEndTellsTheRelation) {
  add(1, "Naruto");
  relate(add(2, "Naruto: Shippuuden"), RelationKind::prequel, 1);
  relate(add(3, "Naruto Movie"), RelationKind::parent, 1);
  relate(add(4, "Boruto: Naruto Next"), RelationKind::prequel, 2);
  group();
  EXPECT_TRUE(together(1, 2) && together(1, 3) && together(1, 4));
}

}  // namespace
}  // namespace anireco
