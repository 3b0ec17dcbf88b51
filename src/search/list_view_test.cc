#include "search/list_view.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fulltext/bm25f_index.h"
#include "search/list_views.h"
#include "search/taste.h"

namespace anireco {
namespace {

/// Ten titles: even ones of one genre and studio, odd ones of another; 8 is adult, 4 follows 2.
std::shared_ptr<const Snapshot> ten_titles(std::uint64_t generation = 1) {
  std::vector<Anime> all;
  for (std::uint32_t n = 0; n < 10; ++n) {
    Anime a;
    a.id = fmt::format("aaaaaaaaa{}", static_cast<char>('a' + n));
    a.ids = {.mal = n + 1, .anilist = 100 + n};
    a.titles.romaji = fmt::format("Title {}", n);
    a.type = AnimeType::tv;
    a.year = 2000;
    a.members = 1000;
    a.score = 7;
    a.genres = {n % 2 == 0 ? "Drama" : "Sports"};
    a.studios = {n % 2 == 0 ? "Left" : "Right"};
    a.adult_flag = n == 8;
    if (n == 4) a.relations = {{.target = {.mal = 3}, .kind = RelationKind::prequel}};
    all.push_back(std::move(a));
  }
  auto s = std::make_shared<Snapshot>();
  s->generation.number = generation;
  s->catalog = std::make_unique<const Catalog>(std::move(all));
  s->full_text = std::make_unique<const Bm25fIndex>(Bm25fIndex::build_in_memory(*s->catalog));
  s->titles = std::make_unique<const TitleIndex>(*s->catalog);
  return s;
}

Profile profile_of(std::vector<ListEntry> entries, std::uint64_t revision = 1) {
  return {.name = "ann", .revision = revision, .entries = std::move(entries)};
}

ListEntry entry(std::uint32_t mal, ListStatus status, std::uint8_t score = 0,
                ListMark mark = ListMark::none) {
  return {.ids = {.mal = mal}, .status = status, .score = score, .mark = mark};
}

TEST(ListViews, tell_seen_planned_and_unknown_apart) {
  const auto snapshot = ten_titles();
  const Profile profile =
      profile_of({entry(1, ListStatus::completed), entry(2, ListStatus::planned),
                  entry(3, ListStatus::dropped), entry(6, ListStatus::none, 0, ListMark::disliked),
                  entry(7, ListStatus::none, 0, ListMark::liked), entry(9, ListStatus::completed),
                  entry(777, ListStatus::completed)});
  const ListView view = view_list(profile, *snapshot->catalog, Level::standard);
  EXPECT_EQ(view.unknown, 2U) << "what is adult is as unknown as what is not there";
  EXPECT_TRUE(view.seen.contains(0) && view.seen.contains(2) && view.seen.contains(5));
  EXPECT_FALSE(view.seen.contains(6) || view.seen.contains(1) || view.seen.contains(8));
  EXPECT_TRUE(view.planned.contains(1));
  EXPECT_TRUE(view.known_franchises.contains(4)) << "the second season of what was dropped";
  EXPECT_TRUE(view.known_franchises.contains(6));
  EXPECT_EQ(view_list(profile, *snapshot->catalog, Level::adult).unknown, 1U);
}

TEST(ListViews, find_titles_by_the_strongest_id_that_is_known) {
  const auto snapshot = ten_titles();
  EXPECT_EQ(find_listed(*snapshot->catalog, {.anilist = 103}, Level::standard), 3U);
  EXPECT_EQ(find_listed(*snapshot->catalog, {.mal = 999, .anilist = 103}, Level::standard), 3U);
  EXPECT_EQ(find_listed(*snapshot->catalog, {.mal = 9}, Level::family), ListView::kUnknown);
}

TEST(Tastes, rank_what_is_like_the_liked_above_what_is_like_the_disliked) {
  const auto snapshot = ten_titles();
  const Profile profile =
      profile_of({entry(1, ListStatus::completed, 10), entry(2, ListStatus::completed, 3),
                  entry(6, ListStatus::none, 0, ListMark::disliked)});
  const ListView view = view_list(profile, *snapshot->catalog, Level::standard);
  const Taste taste = learn_taste(*snapshot, list_opinions(profile, view));
  ASSERT_FALSE(taste.empty());
  EXPECT_GT(taste.score[6], taste.score[7]);
  EXPECT_EQ(taste.likes, std::vector<DocId>{0});
}

TEST(Tastes, are_empty_without_a_like) {
  const auto snapshot = ten_titles();
  const Profile profile = profile_of(
      {entry(1, ListStatus::planned), entry(2, ListStatus::none, 0, ListMark::disliked)});
  const ListView view = view_list(profile, *snapshot->catalog, Level::standard);
  EXPECT_TRUE(learn_taste(*snapshot, list_opinions(profile, view)).empty());
}

TEST(Opinions, are_measured_from_the_persons_own_mean) {
  const auto snapshot = ten_titles();
  const Profile profile = profile_of(
      {entry(1, ListStatus::completed, 9), entry(2, ListStatus::completed, 5),
       entry(3, ListStatus::completed), entry(4, ListStatus::dropped),
       entry(5, ListStatus::planned), entry(6, ListStatus::completed, 5, ListMark::liked)});
  const auto opinions =
      list_opinions(profile, view_list(profile, *snapshot->catalog, Level::standard));
  ASSERT_EQ(opinions.size(), 5U);
  EXPECT_GT(opinions[0].weight, 1);
  EXPECT_LT(opinions[1].weight, 0);
  EXPECT_GT(opinions[2].weight, 0);
  EXPECT_LT(opinions[3].weight, 0);
  EXPECT_GT(opinions[4].weight, opinions[0].weight);
}

TEST(KeptViews, are_made_again_for_another_revision_level_or_snapshot) {
  ListViews views;
  const auto first = ten_titles();
  const Profile profile = profile_of({entry(1, ListStatus::completed, 9)});
  const ListOnSnapshot once = views.with_taste(profile, first, Level::standard);
  EXPECT_EQ(views.with_taste(profile, first, Level::standard).taste, once.taste);
  EXPECT_EQ(views.view(profile, first, Level::standard), once.view);
  EXPECT_NE(views.view(profile, first, Level::adult), once.view);
  EXPECT_NE(views.view(profile_of(profile.entries, 2), first, Level::standard), once.view);
  EXPECT_NE(views.view(profile, ten_titles(2), Level::standard), once.view);
}

}  // namespace
}  // namespace anireco
