#include <gtest/gtest.h>

#include <set>

#include "api/api_fixture.h"

namespace anireco {
namespace {

using testing_api::kSecret;
using testing_api::make_anime;
using testing_api::Reply;
using testing_api::small_catalogue;
using testing_api::test_lists;
using testing_api::TestApi;

Reply put(TestApi& api, const std::string& name, const std::string& list,
          const std::string& query = "") {
  return api.call("PUT", "/api/v1/profiles/" + name + query, list);
}

std::set<std::int64_t> shown(const Reply& reply, const char* list = "hits") {
  std::set<std::int64_t> ids;
  const boost::json::value answer = reply.json();
  for (const auto& item : answer.at(list).as_array()) {
    const auto* mal = item.at("ids").as_object().if_contains("mal");
    ids.insert(mal == nullptr ? 0 : mal->as_int64());
  }
  return ids;
}

std::int64_t number(const Reply& reply, const char* field) {
  return reply.json().at(field).as_int64();
}

TEST(Profiles, are_made_by_a_list_and_counted) {
  TestApi api(small_catalogue());
  EXPECT_EQ(api.get("/api/v1/profiles/ann").status, 404);
  const Reply made =
      put(api, "Ann", "mal:1 completed 9 mal:3 planned 0 mal:4 dropped 2 mal:777 watching 0");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(number(made, "added"), 4);
  EXPECT_EQ(number(made, "unknown"), 1);
  const Reply summary = api.get("/api/v1/profiles/ANN");
  EXPECT_EQ(summary.json().at("name").as_string(), "ann");
  EXPECT_EQ(number(summary, "entries"), 4);
  EXPECT_EQ(number(summary, "scored"), 2);
  EXPECT_EQ(summary.json().at("counts").at("planned").as_int64(), 1);
  const Reply again = put(api, "ann", "mal:1 completed 10", "?mode=replace");
  EXPECT_EQ(number(again, "changed"), 1);
  EXPECT_EQ(number(again, "removed"), 3);
  EXPECT_EQ(api.call("DELETE", "/api/v1/profiles/ann").status, 204);
  EXPECT_EQ(api.call("DELETE", "/api/v1/profiles/ann").status, 404);
}

TEST(Profiles, store_nothing_of_a_bad_list_and_name_the_place) {
  TestApi api(small_catalogue());
  const Reply bad = put(api, "ann", "mal:1 completed 9 mal:2 sometime 0");
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("line 1"), std::string::npos);
  EXPECT_EQ(api.get("/api/v1/profiles/ann").status, 404);
}

TEST(Profiles, have_names_of_letters_and_digits) {
  TestApi api(small_catalogue());
  for (const char* name : {"a%20b", "a.b", "..a", "%F0%9F%99%82", "a%2Fb"}) {
    const Reply reply = put(api, name, "mal:1 completed 9");
    EXPECT_TRUE(reply.status == 422 || reply.status == 404 || reply.status == 405) << name;
  }
  EXPECT_EQ(put(api, "%D0%9C%D0%B0%D1%88%D0%B0", "mal:1 completed 9").status, 200);
}

TEST(Profiles, hide_what_is_seen_from_every_kind_of_search) {
  TestApi api(small_catalogue());
  put(api, "ann", "mal:1 completed 9 mal:3 planned 0 mal:4 dropped 2");
  const auto search = shown(api.get("/api/v1/search?profile=ann&limit=50"));
  EXPECT_FALSE(search.contains(1));
  EXPECT_TRUE(search.contains(2)) << "the second season stays when searching";
  EXPECT_TRUE(search.contains(3)) << "what is planned stays unless it is dropped";
  EXPECT_FALSE(search.contains(4));
  EXPECT_FALSE(shown(api.get("/api/v1/search?profile=ann&planned=drop&limit=50")).contains(3));
  const auto posted = shown(api.post("/api/v1/search", R"({"profile":"ann","planned":"drop"})"));
  EXPECT_EQ(posted, (std::set<std::int64_t>{2, 5}));
  const auto similar = shown(api.get("/api/v1/anime/mal:5/similar?profile=ann"));
  EXPECT_FALSE(similar.contains(1));
  EXPECT_FALSE(similar.contains(4));
  for (int n = 0; n < 30; ++n) {
    const Reply random = api.get("/api/v1/random?profile=ann&planned=drop");
    const auto mal = random.json().at("anime").at("ids").at("mal").as_int64();
    EXPECT_TRUE(mal == 2 || mal == 5);
  }
}

TEST(Profiles, recommend_by_what_is_liked_and_leave_known_franchises_out) {
  TestApi api(small_catalogue());
  put(api, "ann", "mal:1 completed 10 mal:4 completed 1 mal:3 planned 0");
  const Reply reply = api.post("/api/v1/recommend", R"({"profile":"ann"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(shown(reply), (std::set<std::int64_t>{3, 5}));
  const boost::json::value answer = reply.json();
  for (const auto& hit : answer.at("hits").as_array()) {
    EXPECT_EQ(hit.at("why").at("example").at("ids").at("mal").as_int64(), 1);
  }
  EXPECT_EQ(api.post("/api/v1/recommend", "{}").status, 422);
  EXPECT_EQ(api.post("/api/v1/recommend", R"({"profile":"bob"})").status, 404);
  EXPECT_EQ(api.post("/api/v1/recommend", R"({"profile":"b b"})").status, 422);
  EXPECT_EQ(api.post("/api/v1/recommend", R"({"profile":"ann","planned":"maybe"})").status, 422);
}

TEST(Profiles, change_what_is_answered_at_once) {
  TestApi api(small_catalogue());
  put(api, "ann", "mal:1 completed 9");
  const std::string path = "/api/v1/search?profile=ann&limit=50";
  const Reply before = api.get(path);
  EXPECT_TRUE(shown(before).contains(5));
  EXPECT_FALSE(before.headers.contains("ETag"));
  api.call("PATCH", "/api/v1/profiles/ann/entries/mal:5", R"({"mark":"disliked"})");
  EXPECT_FALSE(shown(api.get(path)).contains(5));
  api.call("DELETE", "/api/v1/profiles/ann/entries/mal:5");
  EXPECT_TRUE(shown(api.get(path)).contains(5));
}

TEST(Profiles, bind_the_next_page_to_their_revision) {
  TestApi api(small_catalogue());
  put(api, "ann", "mal:1 completed 9");
  const std::string path = "/api/v1/search?profile=ann&limit=1";
  const std::string next(api.get(path).json().at("next").as_string());
  EXPECT_EQ(api.get(path + "&page=" + next).status, 200);
  put(api, "ann", "mal:3 completed 9");
  EXPECT_EQ(api.get(path + "&page=" + next).status, 422);
}

TEST(Entries, are_changed_one_by_one) {
  TestApi api(small_catalogue());
  const std::string entry = "/api/v1/profiles/ann/entries/mal:3";
  const Reply made = api.call("PATCH", entry, R"({"status":"watching","score":8})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.json().at("title").as_string(), "Death Note");
  EXPECT_EQ(made.json().at("score").as_int64(), 8);
  const Reply liked = api.call("PATCH", entry, R"({"mark":"liked","score":0})");
  EXPECT_EQ(liked.json().at("status").as_string(), "watching");
  EXPECT_TRUE(liked.json().at("score").is_null());
  const std::string ours(liked.json().at("id").as_string());
  EXPECT_EQ(api.call("PATCH", "/api/v1/profiles/ann/entries/" + ours, R"({"score":3})").status,
            200);
  EXPECT_EQ(number(api.get("/api/v1/profiles/ann"), "entries"), 1);
  for (const char* wrong :
       {"{}", R"({"score":11})", R"({"score":1.5})", R"({"status":"none"})", R"({"extra":1})"}) {
    EXPECT_EQ(api.call("PATCH", entry, wrong).status, 422) << wrong;
  }
  EXPECT_EQ(api.call("PATCH", "/api/v1/profiles/ann/entries/mal:777", R"({"score":3})").status,
            404);
  EXPECT_EQ(api.call("DELETE", entry).status, 204);
  EXPECT_EQ(api.call("DELETE", entry).status, 404);
}

TEST(Entries, are_listed_as_far_as_the_level_shows_them) {
  TestApi api(small_catalogue());
  put(api, "ann", "mal:1 completed 9 mal:6 completed 9 mal:777 watching 0");
  const Reply standard = api.get("/api/v1/profiles/ann/entries");
  EXPECT_EQ(shown(standard, "entries"), (std::set<std::int64_t>{1}));
  EXPECT_EQ(number(standard, "unknown"), 2);
  const Reply adult = api.get("/api/v1/profiles/ann/entries?level=adult");
  EXPECT_EQ(shown(adult, "entries"), (std::set<std::int64_t>{1, 6, 777}));
  EXPECT_EQ(number(adult, "unknown"), 1);
  const auto unknown = adult.json().at("entries").at(2);
  EXPECT_FALSE(unknown.as_object().contains("id"));
  EXPECT_EQ(unknown.at("title").as_string(), "title of mal:777");
}

TEST(Fetching, stores_a_list_or_only_shows_it) {
  TestApi api(small_catalogue());
  const Reply seen =
      api.post("/api/v1/lists/fetch?level=adult", R"({"site":"kitsu","user":"ann"})");
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(shown(seen, "entries"), (std::set<std::int64_t>{1, 999999}));
  EXPECT_EQ(api.get("/api/v1/profiles/ann").status, 404);
  const Reply stored =
      api.post("/api/v1/profiles/ann/fetch", R"({"site":"kitsu","user":"ann","mode":"replace"})");
  ASSERT_EQ(stored.status, 200) << stored.body;
  EXPECT_EQ(number(stored, "added"), 2);
  EXPECT_EQ(api.post("/api/v1/lists/fetch", R"({"site":"kitsu","user":"bob"})").status, 404);
  for (const char* wrong : {R"({"site":"mal","user":"ann"})", R"({"site":"kitsu"})",
                            R"({"site":"http://evil.example","user":"ann"})", "{}"}) {
    EXPECT_EQ(api.post("/api/v1/lists/fetch", wrong).status, 422) << wrong;
  }
}

TEST(Lists, are_refused_where_they_are_switched_off) {
  TestApi api(small_catalogue(), {}, {}, std::make_shared<const PosterShelf>(), ListServices{});
  EXPECT_EQ(api.get("/api/v1/profiles/ann").status, 403);
  EXPECT_EQ(put(api, "ann", "mal:1 completed 9").status, 403);
  EXPECT_EQ(api.get("/api/v1/search?profile=ann").status, 403);
  EXPECT_EQ(api.post("/api/v1/lists/fetch", R"({"site":"kitsu","user":"ann"})").status, 403);
  const auto lists = api.get("/api/v1/filters").json().at("lists");
  EXPECT_FALSE(lists.at("profiles").as_bool());
  EXPECT_TRUE(lists.at("fetch").as_array().empty());
}

TEST(Lists, are_taken_as_files_of_known_types_only) {
  TestApi api(small_catalogue());
  const auto send = [&](const char* type) {
    return api.call("PUT", "/api/v1/profiles/ann", "mal:1 completed 9", {{"content-type", type}})
        .status;
  };
  EXPECT_EQ(send("application/octet-stream"), 200);
  EXPECT_EQ(send("text/xml; charset=utf-8"), 200);
  EXPECT_EQ(send("application/x-www-form-urlencoded"), 415);
  EXPECT_EQ(send("multipart/form-data; boundary=x"), 415);
}

TEST(Lists, never_show_titles_above_the_level) {
  std::vector<Anime> all;
  for (std::uint32_t n = 0; n < 40; ++n) {
    const bool adult = n % 2 == 1;
    Anime a = make_anime(n, fmt::format("Story {} {}", n, adult ? kSecret : ""), "A ghost story.");
    a.genres = {"Drama", adult ? "Hentai" : "Action"};
    a.tags = {{adult ? fmt::format("tag {}", kSecret) : "ghosts", false}};
    all.push_back(std::move(a));
  }
  TestApi api(all, {.max_level = Level::standard});
  std::string list;
  for (std::uint32_t n = 0; n < 40; n += 3) list += fmt::format("mal:{} completed 9 ", n + 1);
  put(api, "ann", list);
  for (const char* level : {"family", "standard", "adult"}) {
    for (const std::string& path :
         {fmt::format("/api/v1/profiles/ann/entries?level={}", level),
          fmt::format("/api/v1/search?profile=ann&limit=100&explain=true&level={}", level),
          fmt::format("/api/v1/random?profile=ann&level={}", level)}) {
      const Reply reply = api.get(path);
      ASSERT_EQ(reply.status, 200) << reply.body;
      EXPECT_EQ(reply.body.find(kSecret), std::string::npos) << path;
    }
    const Reply recommended =
        api.post("/api/v1/recommend",
                 fmt::format(R"({{"profile":"ann","explain":true,"level":"{}"}})", level));
    ASSERT_EQ(recommended.status, 200) << recommended.body;
    EXPECT_EQ(recommended.body.find(kSecret), std::string::npos);
    EXPECT_EQ(recommended.body.find("Hentai"), std::string::npos);
    const Reply patched =
        api.call("PATCH", fmt::format("/api/v1/profiles/ann/entries/mal:4?level={}", level),
                 R"({"score":9})");
    EXPECT_EQ(patched.status, 404);
  }
}

}  // namespace
}  // namespace anireco
