#include "gather/walk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "catalog/anime_json.h"
#include "gather/record_lines.h"
#include "gather/test_source.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// A server of titles 1 to n by offset, whose answers a test can disturb.
class WalkTest : public testing::Test {
 protected:
  WalkTest()
      : folder_(fs::temp_directory_path() /
                fmt::format("anireco-walk-{}-{}", ::getpid(),
                            testing::UnitTest::GetInstance()->current_test_info()->name())),
        clock_(std::chrono::system_clock::from_time_t(1'790'000'000)),
        fetcher_([this](const FetchRequest& request) { return answer(request); }) {
    fs::remove_all(folder_);
    for (std::uint32_t id = 1; id <= 10; ++id) titles_.push_back({id, "finished"});
  }
  ~WalkTest() override { fs::remove_all(folder_); }

  FetchResponse answer(const FetchRequest& request) {
    if (before_answer_) before_answer_();
    const std::size_t offset = TestSource::offset_of(request.url);
    if (const auto wrong = wrong_.find(offset); wrong != wrong_.end() && !wrong->second.empty()) {
      const FetchResponse response = wrong->second.front();
      wrong->second.erase(wrong->second.begin());
      return response;
    }
    FetchResponse response{.status = 200, .body = TestSource::body(titles_, offset, total_)};
    if (etags_) {
      response.headers["etag"] = fmt::format("\"{}\"", std::hash<std::string>()(response.body));
      const auto known = request.headers.find("If-None-Match");
      if (known != request.headers.end() && known->second == response.headers["etag"]) {
        return {.status = 304};
      }
    }
    return response;
  }

  WalkReport walk(WalkOptions options = {}) {
    return walk_source(source_, fetcher_, clock_, folder_, options);
  }
  std::vector<std::uint32_t> ids(const WalkReport& report) const {
    std::vector<std::uint32_t> found;
    for_each_line(report.records, [&](std::string_view line) {
      found.push_back(parse_anime_json(line).anime.ids.mal);
    });
    return found;
  }

  fs::path folder_;
  ManualClock clock_;
  ScriptedFetcher fetcher_;
  TestSource source_;
  std::vector<TestSource::Title> titles_;
  std::map<std::size_t, std::vector<FetchResponse>> wrong_;
  std::function<void()> before_answer_;
  bool total_ = true;
  bool etags_ = false;
};

TEST_F(WalkTest, reads_every_page_and_keeps_each_title_once) {
  const WalkReport report = walk();
  EXPECT_EQ(report.titles, 10U);
  EXPECT_EQ(report.pages, 4U);
  EXPECT_THAT(ids(report), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  const Anime first =
      parse_anime_json(read_file(report.records).substr(0, read_file(report.records).find('\n')))
          .anime;
  EXPECT_EQ(first.figures_date, "2026-09-21") << "scores without a date get the walk's";
}

TEST_F(WalkTest, goes_on_behind_the_last_page_that_was_kept) {
  const WalkReport whole = walk();
  const std::string undisturbed = read_file(whole.records);
  fs::remove_all(folder_);
  // Each call is cut off at its second request, as by a kill.
  std::size_t calls = 0;
  while (true) {
    int requests = 0;
    before_answer_ = [&] {
      if (++requests == 2) throw FetchError(FetchFailure::too_many, "killed");
    };
    ++calls;
    try {
      EXPECT_EQ(read_file(walk().records), undisturbed);
      break;
    } catch (const FetchError&) {
      ASSERT_LT(calls, 10U);
    }
  }
  EXPECT_EQ(calls, 4U);
}

TEST_F(WalkTest, forgets_a_damaged_page_and_what_is_behind_it) {
  walk();
  fs::rename(folder_ / "all" / "done", folder_ / "all" / "current");
  write_file_atomic(folder_ / "all" / "current" / "page-000002.jsonl", std::string_view("{\"x\""));
  const WalkReport report = walk();
  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(report.pages_asked, 3U);
  EXPECT_EQ(report.titles, 10U);
}

TEST_F(WalkTest, damaged_records_are_removed_and_read_again) {
  walk();
  fs::rename(folder_ / "all" / "done", folder_ / "all" / "current");
  const fs::path page = folder_ / "all" / "current" / "page-000002.jsonl";
  std::string text = read_file(page);
  text[text.size() - 20] = '\0';
  write_file_atomic(page, text);
  EXPECT_THROW(walk(), Error);
  EXPECT_EQ(walk().titles, 10U);
}

TEST_F(WalkTest, finds_titles_that_slid_to_a_page_that_was_read) {
  int requests = 0;
  before_answer_ = [&] {
    // One of the first page vanishes, so the first of the third slides to the second.
    if (++requests == 3) titles_.erase(titles_.begin());
  };
  const WalkReport report = walk();
  EXPECT_EQ(std::set<std::uint32_t>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), [&] {
    const auto list = ids(report);
    return std::set<std::uint32_t>(list.begin(), list.end());
  }());
  EXPECT_EQ(report.titles, 10U);
}

TEST_F(WalkTest, another_list_with_a_smaller_total_is_no_slide) {
  titles_.resize(7);
  const WalkReport one = walk();
  titles_.clear();
  for (std::uint32_t id = 1; id <= 40; ++id) titles_.push_back({id, "finished"});
  int requests = 0;
  before_answer_ = [&] {
    if (++requests == 3) titles_.resize(8);
  };
  fs::remove_all(folder_);
  const WalkReport report = walk();
  EXPECT_EQ(report.pages, 3U);
  EXPECT_EQ(one.pages, 3U);
}

TEST_F(WalkTest, a_list_that_shrinks_under_the_reader_ends_well) {
  total_ = false;
  wrong_[6] = {{.status = 404}};
  const WalkReport report = walk();
  EXPECT_THAT(ids(report), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(WalkTest, asks_again_for_what_is_not_of_the_documented_form) {
  wrong_[3] = {{.status = 200, .body = "<html>"}, {.status = 200, .body = ""}};
  EXPECT_EQ(walk().titles, 10U);
  wrong_[0] = std::vector<FetchResponse>(4, {.status = 200, .body = "<html>"});
  fs::remove_all(folder_);
  try {
    walk();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::corrupt);
  }
}

TEST_F(WalkTest, says_that_a_key_is_refused) {
  wrong_[0] = {{.status = 401}};
  try {
    walk();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(e.what(), HasSubstr("test"));
  }
}

TEST_F(WalkTest, refuses_pages_in_a_circle) {
  wrong_[3] = std::vector<FetchResponse>(4, {.status = 200, .body = "10 0\n1 finished\n"});
  EXPECT_THROW(walk(), Error);
}

TEST_F(WalkTest, takes_unchanged_pages_from_the_last_walk) {
  etags_ = true;
  walk();
  titles_[4].status = "airing";
  const WalkReport report = walk();
  EXPECT_EQ(report.pages_asked, 4U);
  EXPECT_EQ(report.pages_unchanged, 3U);
  EXPECT_EQ(report.titles, 10U);
  const WalkReport third = walk();
  EXPECT_EQ(third.pages_unchanged, 4U) << "validators outlive a page that came unchanged";
}

TEST_F(WalkTest, a_walk_that_ended_in_this_run_is_not_made_again) {
  walk({.run = "a"});
  const std::size_t before = fetcher_.requests().size();
  const WalkReport again = walk({.run = "a"});
  EXPECT_EQ(fetcher_.requests().size(), before);
  EXPECT_EQ(again.titles, 10U);
  EXPECT_EQ(walk({.run = "b"}).pages_asked, 4U);
}

TEST_F(WalkTest, an_old_unfinished_walk_begins_anew) {
  before_answer_ = [&] {
    if (fetcher_.requests().size() == 3) throw FetchError(FetchFailure::too_many, "down");
  };
  EXPECT_THROW(walk(), FetchError);
  clock_.advance(std::chrono::hours(24 * 9));
  EXPECT_EQ(walk().pages_asked, 4U);
}

TEST_F(WalkTest, mends_an_exchange_of_folders_that_was_killed) {
  walk();
  titles_.push_back({11, "finished"});
  const std::string after = read_file(walk().records);
  const fs::path all = folder_ / "all";
  fs::rename(all / "done", all / "current");
  fs::create_directories(all / "old");
  const WalkReport report = walk();
  EXPECT_EQ(report.pages_asked, 0U);
  EXPECT_EQ(read_file(report.records), after);
  EXPECT_FALSE(fs::exists(all / "old"));
}

TEST_F(WalkTest, a_stop_request_keeps_what_was_read) {
  std::stop_source stop;
  WalkOptions options{.stop = stop.get_token()};
  options.on_progress = [&](const WalkProgress& progress) {
    if (progress.pages == 2) stop.request_stop();
  };
  EXPECT_TRUE(walk(options).stopped);
  const WalkReport report = walk();
  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(report.pages_asked, 2U);
}

TEST_F(WalkTest, what_aired_and_is_listed_no_more_has_finished) {
  titles_ = {{1, "airing"}, {2, "airing"}, {3, "finished"}};
  walk();
  titles_ = {{2, "airing"}, {4, "upcoming"}};
  const WalkReport report = walk({.scope = GatherScope::airing});
  EXPECT_EQ(report.ended, 1U);
  EXPECT_THAT(read_file(report.records), HasSubstr(R"("finished")"));
  EXPECT_THAT(ids(report), ElementsAre(2, 4, 1));
  titles_ = {{4, "airing"}};
  EXPECT_THAT(ids(walk({.scope = GatherScope::airing})), ElementsAre(4, 2));
}

TEST_F(WalkTest, since_a_date_leaves_older_titles_out) {
  titles_ = {{1, "finished", 2001}, {2, "finished", 2024}, {3, "airing", 1999}, {4, "finished"}};
  const WalkReport report = walk({.since = "2020-05-01"});
  EXPECT_THAT(ids(report), ElementsAre(2, 3, 4));
  EXPECT_EQ(report.filtered, 1U);
  EXPECT_EQ(report.records, folder_ / "since" / "records.jsonl");
}

TEST_F(WalkTest, another_date_takes_nothing_from_pages_kept_for_the_last) {
  etags_ = true;
  titles_ = {{1, "finished", 2001}, {2, "finished", 2024}, {3, "finished", 2010}};
  EXPECT_THAT(ids(walk({.since = "2020-01-01"})), ElementsAre(2));
  EXPECT_THAT(ids(walk({.since = "2005-01-01"})), ElementsAre(2, 3));
  EXPECT_EQ(walk({.since = "2005-01-01"}).pages_unchanged, 1U);
  EXPECT_THAT(ids(walk({.since = "2020-01-01"})), ElementsAre(2));
}

TEST(RecordLinesTest, dates_are_compared_by_the_latest_day_they_may_mean) {
  const auto since = [](const std::string& from, const std::string& to, std::uint16_t year,
                        std::string_view date) {
    Anime anime;
    anime.aired_from = from;
    anime.aired_to = to;
    anime.year = year;
    return is_since(anime, date);
  };
  EXPECT_TRUE(since("2020-05", "", 0, "2020-05-20"));
  EXPECT_FALSE(since("2020-05", "", 0, "2020-06-01"));
  EXPECT_TRUE(since("2019", "2020-07-01", 2019, "2020-06-01"));
  EXPECT_FALSE(since("", "", 2019, "2020-01-01"));
  EXPECT_TRUE(since("", "", 2020, "2020-06-01"));
}

TEST(RecordLinesTest, a_record_that_no_import_would_take_is_a_problem) {
  Anime anime;
  anime.titles.romaji = std::string(5000, 'x');
  const RecordLines lines = to_lines({anime}, "", "2026-01-01");
  EXPECT_EQ(lines.records, 0U);
  EXPECT_EQ(lines.problems.size(), 1U);
}

}  // namespace
}  // namespace anireco
