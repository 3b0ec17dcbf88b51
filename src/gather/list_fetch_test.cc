#include "gather/list_fetch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/error.h"

namespace anireco {
namespace {

/// A site that answers by a function and remembers what it was asked.
class FakeSite final : public HttpFetcher {
 public:
  explicit FakeSite(std::function<FetchResponse(const FetchRequest&)> answer)
      : answer_(std::move(answer)) {}
  FetchResponse fetch(const FetchRequest& request) override {
    asked.push_back(request);
    return answer_(request);
  }
  std::vector<FetchRequest> asked = {};

 private:
  std::function<FetchResponse(const FetchRequest&)> answer_;
};

FetchResponse ok(std::string body) { return {.status = 200, .body = std::move(body)}; }

ErrorKind kind_of(FakeSite& site, ListSite which, std::string_view user = "ann",
                  const ListFetchOptions& options = {.mal_client_id = "id"}) {
  try {
    fetch_list(site, which, user, options);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST(FetchingFromMyAnimeList, follows_its_pages_by_offset_with_the_client_id) {
  FakeSite site([](const FetchRequest& request) {
    const bool first = request.url.ends_with("offset=0");
    const std::string next =
        first ? R"("next":"https://elsewhere.example/steal")" : R"("previous":"x")";
    return ok(fmt::format(R"({{"data":[{{"node":{{"id":{},"title":"T"}},"list_status":{{"status":)"
                          R"("completed","score":9}}}}],"paging":{{{}}}}})",
                          first ? 1 : 2, next));
  });
  const ListFile list = fetch_list(site, ListSite::mal, "Ann_1", {.mal_client_id = "secret"});
  EXPECT_EQ(list.entries.size(), 2U);
  ASSERT_EQ(site.asked.size(), 2U);
  EXPECT_EQ(site.asked[1].url,
            "https://api.myanimelist.net/v2/users/Ann_1/animelist?fields=list_status&nsfw=true&"
            "limit=1000&offset=1000");
  EXPECT_EQ(site.asked[0].headers.at("X-MAL-CLIENT-ID"), "secret");
  EXPECT_TRUE(site.asked[0].headers.contains("User-Agent"));
  FakeSite unused([](const FetchRequest&) { return ok("{}"); });
  EXPECT_EQ(kind_of(unused, ListSite::mal, "ann", {}), ErrorKind::unavailable);
  EXPECT_TRUE(unused.asked.empty());
}

TEST(FetchingFromAniList, asks_one_question) {
  FakeSite site([](const FetchRequest&) {
    return ok(R"({"data":{"MediaListCollection":{"user":{"mediaListOptions":{"scoreFormat":)"
              R"("POINT_5"}},"lists":[{"entries":[{"status":"PAUSED","score":5,"media":)"
              R"({"id":3,"idMal":null}}]}]}}})");
  });
  const ListFile list = fetch_list(site, ListSite::anilist, "ann", {});
  ASSERT_EQ(list.entries.size(), 1U);
  EXPECT_EQ(list.entries[0].score, 10);
  EXPECT_EQ(site.asked[0].method, "POST");
  EXPECT_NE(site.asked[0].body.find("\"name\":\"ann\""), std::string::npos);
}

TEST(FetchingFromKitsu, finds_the_person_first_and_takes_pages_of_any_size) {
  FakeSite site([](const FetchRequest& request) {
    if (request.url.find("/users?") != std::string::npos) {
      return ok(R"({"data":[{"id":"42","type":"users"}]})");
    }
    const bool first = request.url.ends_with("=0");
    std::string data;
    for (int n = 0; n < 2; ++n) {
      data +=
          fmt::format(R"({}{{"id":"1","type":"libraryEntries","attributes":{{"status":"current"}},)"
                      R"("relationships":{{"anime":{{"data":{{"type":"anime","id":"{}"}}}}}}}})",
                      n == 0 ? "" : ",", (first ? 10 : 20) + n);
    }
    return ok(fmt::format(R"({{"data":[{}],"included":[],"links":{{{}}}}})", data,
                          first ? R"("next":"https://elsewhere.example/")" : ""));
  });
  const ListFile list = fetch_list(site, ListSite::kitsu, "Ann B", {});
  EXPECT_EQ(list.entries.size(), 4U);
  ASSERT_EQ(site.asked.size(), 3U);
  EXPECT_NE(site.asked[0].url.find("filter%5Bname%5D=Ann%20B"), std::string::npos);
  EXPECT_TRUE(site.asked[2].url.ends_with("page%5Boffset%5D=2"));
  for (const FetchRequest& request : site.asked) {
    EXPECT_TRUE(request.url.starts_with("https://kitsu.app/")) << request.url;
  }
  FakeSite nobody([](const FetchRequest&) { return ok(R"({"data":[]})"); });
  EXPECT_EQ(kind_of(nobody, ListSite::kitsu), ErrorKind::not_found);
  FakeSite hostile([](const FetchRequest&) { return ok(R"({"data":[{"id":"1&x=/../"}]})"); });
  EXPECT_EQ(kind_of(hostile, ListSite::kitsu), ErrorKind::unavailable);
}

TEST(FetchingFromShikimori, ends_with_a_page_that_is_not_full) {
  FakeSite site([](const FetchRequest& request) {
    const bool first = request.url.ends_with("page=1");
    std::string rates;
    for (int n = 1; n <= (first ? 5000 : 3); ++n) {
      rates += fmt::format(R"({}{{"score":7,"status":"completed","anime":{{"id":{},"name":"N"}}}})",
                           n == 1 ? "" : ",", n + (first ? 0 : 5000));
    }
    return ok("[" + rates + "]");
  });
  EXPECT_EQ(fetch_list(site, ListSite::shikimori, "Аня", {}).entries.size(), 5003U);
  EXPECT_EQ(site.asked.size(), 2U);
  EXPECT_NE(site.asked[0].url.find("/api/users/%D0%90%D0%BD%D1%8F/anime_rates?"),
            std::string::npos);
}

TEST(Fetching, tells_refusals_apart) {
  const std::vector<std::pair<int, ErrorKind>> cases = {
      {404, ErrorKind::not_found},   {401, ErrorKind::not_found},   {403, ErrorKind::not_found},
      {429, ErrorKind::unavailable}, {500, ErrorKind::unavailable}, {302, ErrorKind::unavailable}};
  for (const auto which :
       {ListSite::mal, ListSite::anilist, ListSite::kitsu, ListSite::shikimori}) {
    for (const auto& [status, kind] : cases) {
      FakeSite site([status](const FetchRequest&) { return FetchResponse{.status = status}; });
      EXPECT_EQ(kind_of(site, which), kind) << to_string(which) << status;
    }
    for (const char* body : {"", "<html>", "{}", "[{}]", "{\"data\":[{}]}", "[[[["}) {
      FakeSite site([body](const FetchRequest&) { return ok(body); });
      EXPECT_EQ(kind_of(site, which), ErrorKind::unavailable) << to_string(which) << body;
    }
    FakeSite dead([](const FetchRequest&) -> FetchResponse {
      throw Error(ErrorKind::corrupt, "the answer is larger than allowed");
    });
    EXPECT_EQ(kind_of(dead, which), ErrorKind::unavailable);
  }
}

TEST(Fetching, gives_up_on_a_site_without_an_end) {
  FakeSite site([n = 0](const FetchRequest&) mutable {
    ++n;
    return ok(
        fmt::format(R"({{"data":[{{"node":{{"id":{}}},"list_status":{{"status":"watching"}}}})"
                    R"(],"paging":{{"next":"x"}}}})",
                    n));
  });
  EXPECT_EQ(kind_of(site, ListSite::mal, "ann", {.mal_client_id = "id", .max_pages = 5}),
            ErrorKind::unavailable);
  EXPECT_EQ(site.asked.size(), 5U);
}

TEST(UserNames, hold_nothing_that_could_lead_elsewhere) {
  for (const char* wrong :
       {"", ".", "..", "a/b", "a?b", "a#b", "a\nb", "a@b", "a\\b", "a:b", "\xff", "a%2fb"}) {
    for (const auto site :
         {ListSite::mal, ListSite::anilist, ListSite::kitsu, ListSite::shikimori}) {
      EXPECT_FALSE(is_user_name(site, wrong)) << wrong;
      FakeSite unused([](const FetchRequest&) { return ok("{}"); });
      EXPECT_EQ(kind_of(unused, site, wrong), ErrorKind::invalid_argument);
      EXPECT_TRUE(unused.asked.empty());
    }
  }
  EXPECT_TRUE(is_user_name(ListSite::mal, "Ann_b-2"));
  EXPECT_FALSE(is_user_name(ListSite::mal, "Аня"));
  EXPECT_TRUE(is_user_name(ListSite::shikimori, "Аня К."));
  EXPECT_FALSE(is_user_name(ListSite::shikimori, std::string(41, 'a')));
}

}  // namespace
}  // namespace anireco
