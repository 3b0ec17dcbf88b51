#include "gather/poster_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "catalog/poster_folder.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const std::string kJpeg = "\xFF\xD8\xFF\xE0 picture";
const std::string kPng = "\x89PNG\r\n\x1A\n picture";
const std::string kWebp = std::string("RIFF\x10\x00\x00\x00", 8) + "WEBPVP8 ";

TEST(PosterFolder, TellsPicturesByTheirFirstBytes) {
  EXPECT_EQ(image_form(kJpeg), ImageForm::jpeg);
  EXPECT_EQ(image_form(kPng), ImageForm::png);
  EXPECT_EQ(image_form(kWebp), ImageForm::webp);
  for (const std::string& other : {std::string(), std::string("<svg/>"), std::string("GIF89a"),
                                   std::string("RIFF1234WAVE"), kPng.substr(0, 6)}) {
    EXPECT_FALSE(image_form(other)) << other;
  }
}

TEST(PosterFolder, NamesComeBackAndOthersAreNone) {
  const Poster poster{"abcdefghij", 0x123, ImageForm::webp};
  EXPECT_EQ(poster_name(poster), "abcdefghij-0000000000000123.webp");
  EXPECT_EQ(parse_poster_name(poster_name(poster)), poster);
  for (const char* bad :
       {"", "abcdefghij.jpg", "abcdefghij-0000000000000123.gif", "abcdefghij-000000000000012G.jpg",
        "abcdefghij-0000000000000123.jpg/", "ABCDEFGHIJ-0000000000000123.jpg",
        "../defghij-0000000000000123.jpg", "abcdefghij-0x00000000000123.jpg",
        "abcdefghij-0000000000000123.jpg.tmp", "abcdefghij-0000000000000ABC.jpg"}) {
    EXPECT_FALSE(parse_poster_name(bad)) << bad;
  }
}

class PosterRun : public ::testing::Test {
 protected:
  PosterRun() {
    std::string pattern = (std::filesystem::temp_directory_path() / "anireco-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~PosterRun() override { std::filesystem::remove_all(folder_); }

  static Anime titled(char letter, const std::string& url, std::uint32_t members) {
    Anime anime;
    anime.id = std::string(10, letter);
    anime.image_url = url;
    anime.members = members;
    return anime;
  }

  std::filesystem::path folder_;
};

TEST_F(PosterRun, FetchesTheBestKnownFirstAndOnlyWhatIsMissing) {
  const std::vector<Anime> records = {titled('a', "https://images.test/a", 1),
                                      titled('b', "http://images.test/b", 3), titled('c', "", 9),
                                      titled('d', "ftp://images.test/d", 9)};
  ScriptedFetcher fetcher([](const FetchRequest& request) {
    return FetchResponse{200, {}, request.url.ends_with("a") ? kJpeg : kWebp};
  });
  PosterReport report = fetch_posters(records, folder_, fetcher, {.limit = 1});
  EXPECT_EQ(report.fetched, 1U);
  EXPECT_EQ(report.without, 2U);
  EXPECT_EQ(report.waiting, 1U);
  EXPECT_FALSE(report.stopped);
  ASSERT_EQ(fetcher.requests().size(), 1U);
  EXPECT_EQ(fetcher.requests()[0].url, "http://images.test/b");
  report = fetch_posters(records, folder_, fetcher);
  EXPECT_EQ(report.fetched, 1U);
  EXPECT_EQ(report.present, 1U);
  report = fetch_posters(records, folder_, fetcher);
  EXPECT_EQ(report.present, 2U);
  EXPECT_EQ(fetcher.requests().size(), 2U);
  const Posters posters = list_posters(folder_);
  EXPECT_EQ(posters.at("aaaaaaaaaa").form, ImageForm::jpeg);
  EXPECT_EQ(read_file(folder_ / poster_name(posters.at("bbbbbbbbbb"))), kWebp);
}

TEST_F(PosterRun, ReplacesAPosterWhoseAddressHasChanged) {
  ScriptedFetcher fetcher([](const FetchRequest&) { return FetchResponse{200, {}, kPng}; });
  fetch_posters(std::vector{titled('a', "https://images.test/1", 1)}, folder_, fetcher);
  const auto report =
      fetch_posters(std::vector{titled('a', "https://images.test/2", 1)}, folder_, fetcher);
  EXPECT_EQ(report.fetched, 1U);
  EXPECT_THAT(list_posters(folder_),
              ElementsAre(Pair("aaaaaaaaaa", Poster{"aaaaaaaaaa", xxh3_64("https://images.test/2"),
                                                    ImageForm::png})));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(PosterRun, KeepsNothingThatIsNoPicture) {
  std::vector<Anime> records;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    records.push_back(titled(letter, std::string("https://images.test/") + letter, 1));
  }
  ScriptedFetcher fetcher([](const FetchRequest& request) -> FetchResponse {
    switch (request.url.back()) {
      case 'a':
        return {404, {}, kJpeg};
      case 'b':
        return {200, {{"content-type", "image/jpeg"}}, "<html>no</html>"};
      case 'c':
        throw Error(ErrorKind::corrupt, "the answer is larger than allowed");
      default:
        throw FetchError(FetchFailure::cut, "the answer was cut off");
    }
  });
  std::vector<std::string> problems;
  const auto report =
      fetch_posters(records, folder_, fetcher,
                    {.on_problem = [&](const std::string& id, const std::string& reason) {
                      problems.push_back(id + reason);
                    }});
  EXPECT_EQ(report.failed, 4U);
  EXPECT_EQ(problems.size(), 4U);
  EXPECT_THAT(report.reasons, ElementsAre(Pair("no JPEG, PNG or WebP", 1), Pair("status 404", 1),
                                          Pair("the answer is larger than allowed", 1),
                                          Pair("the answer was cut off", 1)));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(PosterRun, GivesUpWhenEveryOneFailsAlike) {
  std::vector<Anime> records(50, titled('a', "https://images.test/a", 1));
  ScriptedFetcher fetcher([](const FetchRequest&) { return FetchResponse{403, {}, {}}; });
  const auto report = fetch_posters(records, folder_, fetcher, {.give_up_after = 5});
  EXPECT_EQ(fetcher.requests().size(), 5U);
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.waiting, 45U);
}

TEST_F(PosterRun, StopsInGoodOrder) {
  const std::vector<Anime> records = {titled('a', "https://images.test/a", 2),
                                      titled('b', "https://images.test/b", 1)};
  std::stop_source stop;
  ScriptedFetcher fetcher([&](const FetchRequest&) {
    stop.request_stop();
    return FetchResponse{200, {}, kJpeg};
  });
  const auto report = fetch_posters(records, folder_, fetcher, {.stop = stop.get_token()});
  EXPECT_EQ(report.fetched, 1U);
  EXPECT_TRUE(report.stopped);
}

}  // namespace
}  // namespace anireco
