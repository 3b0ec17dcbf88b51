#include "training/triplets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/error.h"
#include "training/request_file.h"
#include "training/story_text.h"

namespace anireco {
namespace {

const std::vector<std::string> kGenres = {"Action", "Comedy", "Drama", "Fantasy", "Horror"};

Anime title(std::size_t n) {
  Anime a;
  a.id = fmt::format("aaaaaaa{:03}", n);
  a.ids.mal = static_cast<std::uint32_t>(n + 1);
  a.titles.romaji = fmt::format("Title {}", n);
  a.type = AnimeType::tv;
  a.score = 7;
  a.synopses = {{"en", std::string(120, 'x'), "mal"}};
  for (std::size_t g = 0; g < kGenres.size(); ++g) {
    if (((n * 7 + 3) >> g & 1U) != 0) a.genres.push_back(kGenres[g]);
  }
  return a;
}

Catalog many_titles(std::size_t count = 400) {
  std::vector<Anime> all;
  for (std::size_t n = 0; n < count; ++n) all.push_back(title(n));
  return Catalog(std::move(all));
}

const FranchiseTable kOwnFranchises{};

TripletOptions few(TripletSplit split = TripletSplit::triplet) {
  return {.franchises = &kOwnFranchises, .count = 300, .split = split, .seed = 5, .least = 10};
}

std::filesystem::path written(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "triplets.tsv";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.what();
  }
  return "nothing was refused";
}

TEST(Triplets, KeepTheirJaccardBounds) {
  const Catalog catalog = many_titles();
  const std::vector<Triplet> triplets = mine_triplets(catalog, few());
  ASSERT_EQ(triplets.size(), 300U);
  EXPECT_EQ(std::ranges::count(triplets, true, &Triplet::validation), 60);
  for (const Triplet& t : triplets) {
    EXPECT_NE(t.anchor, t.positive);
    EXPECT_GE(genre_jaccard(catalog, t.anchor, t.positive), 0.6);
    EXPECT_GE(genre_jaccard(catalog, t.anchor, t.negative), 0.1);
    EXPECT_LE(genre_jaccard(catalog, t.anchor, t.negative), 0.3);
  }
}

TEST(Triplets, FollowTheSeed) {
  const Catalog catalog = many_titles();
  TripletOptions other = few();
  other.seed = 6;
  EXPECT_EQ(mine_triplets(catalog, few()), mine_triplets(catalog, few()));
  EXPECT_NE(mine_triplets(catalog, few()), mine_triplets(catalog, other));
}

TEST(Triplets, SplitByFranchiseShareNoFranchise) {
  const Catalog catalog = many_titles();
  const std::vector<Triplet> triplets = mine_triplets(catalog, few(TripletSplit::franchise));
  ASSERT_EQ(triplets.size(), 300U);
  for (const Triplet& t : triplets) {
    for (const DocId doc : {t.anchor, t.positive, t.negative}) {
      EXPECT_EQ(is_validation_franchise(catalog[doc].ids.mal), t.validation);
    }
  }
}

TEST(Triplets, LeaveOutWhatMayNotTakePart) {
  std::vector<Anime> all;
  for (std::size_t n = 0; n < 6; ++n) all.push_back(title(n));
  all[0].score = 6.5F;
  all[1].type = AnimeType::special;
  all[2].synopses[0].language = "ru";
  all[3].adult_flag = true;
  all[4].genres.clear();
  const Catalog catalog(std::move(all));
  TripletOptions options = few();
  EXPECT_EQ(triplet_titles(catalog, options), std::vector<DocId>{5});
  options.excluded_franchises = {6};
  EXPECT_TRUE(triplet_titles(catalog, options).empty());
}

TEST(Triplets, OfTooSmallACatalogueAreRefused) {
  EXPECT_EQ(refusal([] { (void)mine_triplets(many_titles(3), few()); }),
            "0 triplets can train and 0 validate (3 titles can take part); at least 10 and 1 are "
            "needed");
}

TEST(Triplets, AreReadAsTheyAreWritten) {
  const Catalog catalog = many_titles();
  const std::vector<Triplet> triplets = mine_triplets(catalog, few());
  EXPECT_EQ(read_triplets(written(format_triplets(catalog, triplets)), catalog, few()), triplets);
}

TEST(Triplets, ThatCannotBeUsedAreNamed) {
  const Catalog catalog = many_titles();
  const std::string good = format_triplets(catalog, mine_triplets(catalog, few()));
  const auto read = [&](const std::string& text, const TripletOptions& options = few()) {
    return refusal([&] { (void)read_triplets(written(text), catalog, options); });
  };
  EXPECT_EQ(read("a\tb\n"), "triplets.tsv:1: the header is not anchor, positive, negative, set");
  EXPECT_EQ(read(good + "mal:1\tmal:2\ttrain\n"),
            "triplets.tsv:302: not three titles and \"train\" or \"validation\"");
  TripletOptions options = few();
  options.excluded_franchises = {9};
  EXPECT_EQ(read("anchor\tpositive\tnegative\tset\nmal:8\tmal:9\tmal:7\ttrain\n", options),
            "triplets.tsv:2: mal:9 is of franchise 9, which is excluded");
  std::string unknown = good;
  for (int n = 0; n < 301; ++n) unknown += "mal:1\tmal:2\tmal:99999\ttrain\n";
  EXPECT_EQ(
      read(unknown),
      "300 triplets are usable (301 name titles that are not in the catalogue); most must be");
}

TEST(GenreJaccard, IsTheSharedPartOfAllGenres) {
  std::vector<Anime> all(3);
  for (std::size_t n = 0; n < all.size(); ++n) all[n].id = fmt::format("aaaaaaa{:03}", n);
  all[0].genres = {"Drama", "Action", "Comedy"};
  all[1].genres = {"Comedy", "Drama"};
  const Catalog catalog(std::move(all));
  EXPECT_DOUBLE_EQ(genre_jaccard(catalog, 0, 1), 2.0 / 3);
  EXPECT_EQ(genre_jaccard(catalog, 0, 2), 0);
  EXPECT_EQ(genre_jaccard(catalog, 2, 2), 0);
}

TEST(StoryText, TellsGenresTitleAndSynopsis) {
  Anime a;
  a.titles.romaji = "X";
  EXPECT_EQ(story_text(a), "This is an anime titled X.");
  EXPECT_EQ(record_text(a), "X.");
  a.synopses = {{"ru", "кот", "x"}, {"en", "a cat.", "mal"}};
  a.genres = {"Action", "Drama"};
  EXPECT_EQ(story_text(a), "This is an Action and Drama anime titled X. The story follows a cat.");
  EXPECT_EQ(record_text(a), "X. Genres: Action, Drama. a cat.");
  a.genres = {"Sports", "Drama", "Comedy"};
  EXPECT_EQ(story_text(a),
            "This is a Sports, Drama and Comedy anime titled X. The story follows a cat.");
}

}  // namespace
}  // namespace anireco
