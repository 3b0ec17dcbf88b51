#include "training/triplets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>

#include "base/error.h"
#include "training/franchise_parts.h"
#include "training/request_file.h"
#include "training/story_text.h"
#include "training/title_pairs.h"

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

FranchiseTable table(const std::string& rows) {
  const auto path = std::filesystem::path(testing::TempDir()) / "triplet_franchises.tsv";
  std::ofstream(path, std::ios::binary) << "mal_id\tfranchise_id\n" << rows;
  return FranchiseTable::read(path);
}

std::uint32_t a_franchise(bool validation, std::uint32_t above) {
  while (is_validation_franchise(above) != validation) ++above;
  return above;
}

/// Where table and catalogue disagree. By the catalogue, mal 1 and 2 are one franchise, and so are
/// mal 6 and a title without a mal id; the table parts the former (1 trains) and joins 2 to 6,
/// whose franchise is validation. Another title has no mal id and no relation.
struct Disagreeing {
  Disagreeing() {
    std::vector<Anime> all;
    for (std::size_t n = 0; n < 400; ++n) all.push_back(title(n));
    all[0].relations = {{.target = {.mal = 2}, .kind = RelationKind::sequel}};
    all[6].ids.mal = 0;
    all[5].relations = {{.target = {.anilist = 77}, .kind = RelationKind::sequel}};
    all[6].ids.anilist = 77;
    all[7].ids.mal = 0;
    catalog = std::make_unique<const Catalog>(std::move(all));
  }

  DocId doc(std::size_t n) const { return *catalog->find(title(n).id); }

  std::unique_ptr<const Catalog> catalog;
  std::uint32_t validation = a_franchise(true, 5000);
  std::uint32_t training = a_franchise(false, 6000);
  FranchiseTable franchises =
      table(fmt::format("1\t{1}\n2\t{0}\n3\t{0}\n4\t{0}\n5\t{0}\n6\t{0}\n", validation, training));
};

TEST(FranchiseParts, AreTheStrictestOfTheTitlesThatTheCatalogueJoins) {
  const Disagreeing d;
  const auto of = [&](std::size_t n, const std::set<std::uint32_t>& excluded = {}) {
    return franchise_parts(*d.catalog, d.franchises, excluded)[d.catalog->franchise(d.doc(n))];
  };
  EXPECT_EQ(d.catalog->franchise(d.doc(0)), d.catalog->franchise(d.doc(1)));
  EXPECT_EQ(d.catalog->franchise(d.doc(5)), d.catalog->franchise(d.doc(6)));
  EXPECT_EQ(of(0), FranchisePart::validation);
  EXPECT_EQ(of(3), FranchisePart::validation);
  EXPECT_EQ(of(6), FranchisePart::validation);
  // Alone and without an id of the table's; not of a franchise "0".
  EXPECT_EQ(of(7, {0}), FranchisePart::train);
  EXPECT_EQ(of(0, {d.validation}), FranchisePart::excluded);
  EXPECT_EQ(of(1, {d.training}), FranchisePart::excluded);
  EXPECT_EQ(of(3, {d.training}), FranchisePart::validation);
}

TEST(FranchiseNumbers, TellTitlesWithoutAMalIdApartAsTheCatalogueDoes) {
  std::vector<Anime> all;
  for (std::size_t n = 0; n < 5; ++n) all.push_back(title(n));
  for (std::size_t n = 2; n < 5; ++n) {
    all[n].ids = {};
    all[n].ids.anilist = static_cast<std::uint32_t>(70 + n);
  }
  all[3].relations = {{.target = {.anilist = 72}, .kind = RelationKind::sequel}};
  const Catalog catalog(std::move(all));
  const std::vector<std::uint32_t> numbers = franchise_numbers(catalog, table("1\t40\n2\t40\n"));
  const auto of = [&](std::size_t n) { return numbers[*catalog.find(title(n).id)]; };
  EXPECT_EQ(of(0), 40U);
  EXPECT_EQ(of(1), 40U);
  EXPECT_EQ(of(2), of(3));
  EXPECT_NE(of(2), of(4));
  EXPECT_GE(of(4), std::uint32_t{1} << 31U);
}

TEST(TitlePairs, LeaveOutWhatTheCatalogueCountsToAnExcludedFranchise) {
  const Disagreeing d;
  const std::vector<JudgedPair> judged = {{1, 20, "train"}, {2, 21, "train"}, {22, 23, "train"}};
  const TitlePairs pairs =
      resolve_pairs(*d.catalog, judged, d.franchises,
                    {.split = "train", .excluded_franchises = {d.training}, .least = 1});
  ASSERT_EQ(pairs.pairs.size(), 1U);
  EXPECT_EQ((*d.catalog)[pairs.pairs[0].a].ids.mal, 22U);
  EXPECT_EQ(pairs.excluded, 2U);
}

TEST(Triplets, SplitByFranchiseWhereTableAndCatalogueDisagree) {
  const Disagreeing d;
  TripletOptions options = few(TripletSplit::franchise);
  options.franchises = &d.franchises;
  options.count = 3000;
  std::array<std::set<FranchiseId>, 2> sides;
  for (const Triplet& t : mine_triplets(*d.catalog, options)) {
    for (const DocId doc : {t.anchor, t.positive, t.negative}) {
      sides[t.validation ? 1 : 0].insert(d.catalog->franchise(doc));
      const std::uint32_t mal = (*d.catalog)[doc].ids.mal;
      if (mal != 0 && is_validation_franchise(d.franchises.of(mal))) {
        EXPECT_TRUE(t.validation) << mal;
      }
    }
    const auto joined = [&](DocId doc) { return doc >= d.doc(1) && doc <= d.doc(5); };
    EXPECT_FALSE(joined(t.anchor) && joined(t.positive));
  }
  std::vector<FranchiseId> both;
  std::ranges::set_intersection(sides[0], sides[1], std::back_inserter(both));
  EXPECT_TRUE(both.empty());
  EXPECT_TRUE(sides[1].contains(d.catalog->franchise(d.doc(0))));
  EXPECT_TRUE(sides[1].contains(d.catalog->franchise(d.doc(6))));
  EXPECT_TRUE(sides[0].contains(d.catalog->franchise(d.doc(7))));
}

TEST(Triplets, LeaveOutWhatTheCatalogueCountsToAnExcludedFranchise) {
  const Disagreeing d;
  TripletOptions options = few();
  options.franchises = &d.franchises;
  options.excluded_franchises = {d.training, 0};
  const std::vector<DocId> titles = triplet_titles(*d.catalog, options);
  const auto takes_part = [&](std::size_t n) {
    return std::ranges::binary_search(titles, d.doc(n));
  };
  EXPECT_FALSE(takes_part(0));
  EXPECT_FALSE(takes_part(1)) << "of the same story as an excluded title";
  EXPECT_TRUE(takes_part(2));
  EXPECT_TRUE(takes_part(7)) << "without an id, of no franchise of the table";
}

TEST(Triplets, OnTheWrongSideAreNamed) {
  const Disagreeing d;
  TripletOptions options = few(TripletSplit::franchise);
  options.franchises = &d.franchises;
  const auto read = [&](const std::string& row) {
    const auto path = written("anchor\tpositive\tnegative\tset\n" + row + "\n");
    return refusal([&] { (void)read_triplets(path, *d.catalog, options); });
  };
  EXPECT_EQ(read("mal:3\tmal:1\tmal:6\ttrain"),
            "triplets.tsv:2: mal:3 is of a franchise that is validation");
  EXPECT_EQ(read("mal:3\tmal:1\taaaaaaa007\tvalidation"),
            "triplets.tsv:2: aaaaaaa007 is of a franchise that trains");
  options.excluded_franchises = {d.training};
  EXPECT_EQ(read("mal:3\tmal:2\tmal:6\tvalidation"),
            "triplets.tsv:2: mal:2 hangs together with a title of an excluded franchise");
  options.excluded_franchises = {};
  const std::vector<Triplet> triplets = mine_triplets(*d.catalog, options);
  EXPECT_EQ(read_triplets(written(format_triplets(*d.catalog, triplets)), *d.catalog, options),
            triplets);
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
