#include "api/api.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "api/api_fixture.h"
#include "api/embedded.h"

namespace anireco {
namespace {

using testing_api::Reply;
using testing_api::small_catalogue;
using testing_api::TestApi;

std::vector<std::string> hit_ids(const Reply& reply) {
  std::vector<std::string> ids;
  const auto json = reply.json();
  for (const auto& hit : json.at("hits").as_array()) {
    ids.push_back("mal:" + std::to_string(hit.at("ids").at("mal").as_int64()));
  }
  return ids;
}

std::string first_error_field(const Reply& reply) {
  return std::string(reply.json().at("errors").at(0).at("field").as_string());
}

TEST(Routes, are_those_of_the_description) {
  std::set<std::string> served;
  for (const Route& route : routes()) {
    served.insert(std::string(route.method) + " " + std::string(route.path));
  }
  std::set<std::string> described;
  const auto description = boost::json::parse(embedded::openapi_json());
  for (const auto& [path, item] : description.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.insert(upper + " " + std::string(path));
    }
  }
  EXPECT_EQ(served, described);
}

TEST(Routes, take_every_described_parameter_and_no_other) {
  TestApi api(small_catalogue());
  const auto description = boost::json::parse(embedded::openapi_json());
  for (const auto& [path, item] : description.at("paths").as_object()) {
    if (!item.as_object().contains("get")) continue;
    std::string target(path);
    if (const auto brace = target.find('{'); brace != std::string::npos) {
      const bool profile = target.starts_with("/api/v1/profiles/");
      target.replace(brace, target.find('}') - brace + 1, profile ? "ann" : "mal:1");
    }
    const auto refused = api.get(target + "?surely_unknown=1");
    EXPECT_EQ(refused.status, 422) << target;
    EXPECT_EQ(first_error_field(refused), "surely_unknown");
    const auto* parameters = item.at("get").as_object().if_contains("parameters");
    if (parameters == nullptr) continue;
    for (const auto& reference : parameters->as_array()) {
      const std::string name = std::string(reference.at("$ref").as_string()).substr(24);
      const auto& parameter = description.at("components").at("parameters").at(name);
      if (parameter.at("in").as_string() != "query") continue;
      const std::string wire(parameter.at("name").as_string());
      // A known parameter is either fine or wrong for another reason than being unknown.
      const auto reply = api.get(target + "?" + wire + "=");
      EXPECT_EQ(reply.body.find("unknown parameter"), std::string::npos) << target << " " << wire;
    }
  }
}

TEST(Search, finds_by_text_and_says_why) {
  TestApi api(small_catalogue());
  const Reply reply =
      api.get("/api/v1/search?q=traveller+heals+people+haunted+by+spirits&explain=true");
  ASSERT_EQ(reply.status, 200) << reply.body;
  ASSERT_FALSE(hit_ids(reply).empty());
  EXPECT_EQ(hit_ids(reply).front(), "mal:1");
  const auto json = reply.json();
  const auto& hit = json.at("hits").at(0);
  EXPECT_EQ(hit.at("title").as_string(), "Mushishi");
  EXPECT_TRUE(hit.at("why").as_object().contains("score_tree"));
  EXPECT_EQ(hit.at("franchise").at("siblings").at(0).at("ids").at("mal").as_int64(), 2);
  EXPECT_EQ(hit.at("franchise").at("size").as_int64(), 2);
  EXPECT_TRUE(json.at("degraded").is_null());
  EXPECT_EQ(json.at("total_filtered").as_int64(), 5);
  EXPECT_TRUE(json.at("facets").as_object().contains("genres"));
}

TEST(Search, answers_the_same_to_a_body_as_to_a_query) {
  TestApi api(small_catalogue());
  const Reply get = api.get("/api/v1/search?q=people&not_genre=Suspense&year=1990..1999&limit=2");
  const Reply post = api.post("/api/v1/search", R"({"q":"people","filters":{"genres":
      {"none":["Suspense"]},"year":{"min":1990,"max":1999}},"limit":2})");
  ASSERT_EQ(get.status, 200) << get.body;
  EXPECT_EQ(get.body, post.body);
}

TEST(Search, goes_on_page_by_page) {
  TestApi api(small_catalogue());
  std::set<std::string> met;
  std::string page;
  for (int pages = 0; pages < 10; ++pages) {
    const Reply reply = api.get("/api/v1/search?limit=1" + (page.empty() ? "" : "&page=" + page));
    ASSERT_EQ(reply.status, 200) << reply.body;
    for (const std::string& id : hit_ids(reply)) EXPECT_TRUE(met.insert(id).second) << id;
    if (reply.json().at("next").is_null()) break;
    page = std::string(reply.json().at("next").as_string());
  }
  EXPECT_EQ(met.size(), 4U);
  const Reply stale = api.get("/api/v1/search?limit=1&sort=year&page=" + page);
  EXPECT_EQ(stale.status, 422);
  EXPECT_EQ(first_error_field(stale), "page");
}

TEST(Search, speaks_russian_when_asked) {
  TestApi api(small_catalogue());
  for (const Reply& reply : {api.get("/api/v1/anime/mal:1?lang=ru"),
                             api.get("/api/v1/anime/mal:1", {{"accept-language", "ru"}})}) {
    ASSERT_EQ(reply.status, 200);
    const auto json = reply.json();
    EXPECT_EQ(json.at("title").as_string(), "Мастер Муси");
    EXPECT_EQ(json.at("synopsis_language").as_string(), "ru");
    EXPECT_NE(json.at("genres").at(0).at("label").as_string(), "Mystery");
    EXPECT_EQ(json.at("genres").at(0).at("value").as_string(), "Mystery");
  }
}

TEST(Search, tells_what_it_had_to_do_without) {
  TestApi api(small_catalogue());
  api.gate.open(nullptr);
  const Reply reply = api.get("/api/v1/search?q=notebook+that+kills");
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json().at("degraded").as_string(), "no_vectors");
  EXPECT_EQ(hit_ids(reply).front(), "mal:3");
  EXPECT_FALSE(reply.headers.contains("ETag"));
}

TEST(Search, names_the_wrong_field) {
  TestApi api(small_catalogue());
  for (const auto& [target, field] :
       std::vector<std::pair<std::string, std::string>>{{"?limit=0", "limit"},
                                                        {"?limit=101", "limit"},
                                                        {"?type=film", "type"},
                                                        {"?year=2010..2000", "year"},
                                                        {"?level=all", "level"},
                                                        {"?popularity=2", "popularity"},
                                                        {"?genre=", "genre"},
                                                        {"?like=no+such+title+at+all", "like[0]"},
                                                        {"?page=nonsense", "page"},
                                                        {"?sort=", "sort"}}) {
    const Reply reply = api.get("/api/v1/search" + target);
    EXPECT_EQ(reply.status, 422) << target << reply.body;
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(first_error_field(reply), field);
  }
  EXPECT_EQ(first_error_field(api.post("/api/v1/search", R"({"filters":{"year":{"min":"x"}}})")),
            "filters.year.min");
  EXPECT_EQ(
      first_error_field(api.post("/api/v1/search", R"({"rated":[{"id":"mal:1","rating":11}]})")),
      "rated[0].rating");
  EXPECT_EQ(first_error_field(api.post("/api/v1/recommend", "{}")), "text");
  EXPECT_EQ(first_error_field(api.post("/api/v1/ids", "{}")), "ids");
  EXPECT_EQ(api.post("/api/v1/search", "{").status, 400);
}

TEST(Recommend, leaves_out_examples_and_what_is_seen) {
  TestApi api(small_catalogue());
  const Reply reply =
      api.post("/api/v1/recommend", R"({"liked":["mal:1"],"seen":["mal:3","mal:999"],
      "rated":[{"id":"mal:4","rating":9}]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(hit_ids(reply), (std::vector<std::string>{"mal:5"}));
  const Reply similar = api.get("/api/v1/anime/mal:1/similar");
  ASSERT_EQ(similar.status, 200) << similar.body;
  for (const std::string& id : hit_ids(similar)) EXPECT_NE(id, "mal:2");
}

TEST(Recommend, a_rating_in_the_middle_says_nothing) {
  TestApi api(small_catalogue());
  const auto recommend = [&](const std::string& rated) {
    const Reply reply =
        api.post("/api/v1/recommend", R"({"rated":[)" + rated + R"({"id":"mal:4","rating":9}]})");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply;
  };
  std::vector<std::string> ids = hit_ids(recommend(""));
  std::erase(ids, "mal:1");
  const Reply middling = recommend(R"({"id":"mal:1","rating":6.5},)");
  EXPECT_EQ(hit_ids(middling), ids);
  const auto json = middling.json();
  ASSERT_FALSE(json.at("hits").as_array().empty());
  EXPECT_GT(json.at("hits").at(0).at("score").to_number<double>(), 0) << "likeness says nothing";
}

TEST(Titles, are_suggested_while_typing) {
  TestApi api(small_catalogue());
  const auto suggestions = api.get("/api/v1/suggest?q=mush").json().at("suggestions");
  ASSERT_GE(suggestions.as_array().size(), 1U);
  EXPECT_EQ(suggestions.at(0).at("kind").as_string(), "prefix");
  EXPECT_EQ(api.get("/api/v1/suggest").status, 422);
}

TEST(Titles, hide_spoilers_that_are_only_searched) {
  TestApi api(small_catalogue());
  const Reply reply = api.get("/api/v1/anime/mal:5");
  EXPECT_NE(reply.body.find("eating noodles"), std::string::npos);
  EXPECT_EQ(reply.body.find("nobody may know"), std::string::npos);
}

TEST(Titles, are_resolved_from_the_ids_of_other_sites) {
  TestApi api(small_catalogue());
  const auto json = api.post("/api/v1/ids", R"({"ids":["mal:1","mal:999","MAL:3"]})").json();
  EXPECT_EQ(json.at("resolved").as_array().size(), 2U);
  EXPECT_EQ(json.at("unknown").at(0).as_string(), "mal:999");
}

TEST(Titles, come_by_chance_within_the_filters) {
  TestApi api(small_catalogue());
  const Reply reply = api.get("/api/v1/random?genre=Suspense");
  EXPECT_EQ(reply.json().at("anime").at("ids").at("mal").as_int64(), 3);
  EXPECT_EQ(reply.headers.at("Cache-Control"), "no-store");
  EXPECT_EQ(api.get("/api/v1/random?genre=Nothing").status, 404);
}

TEST(Filters, list_what_the_level_may_see) {
  TestApi api(small_catalogue());
  const Reply standard = api.get("/api/v1/filters");
  EXPECT_EQ(standard.body.find("Hentai"), std::string::npos);
  EXPECT_NE(api.get("/api/v1/filters?level=adult").body.find("Hentai"), std::string::npos);
  EXPECT_EQ(standard.json().at("levels").as_array().size(), 3U);
}

TEST(Level, is_capped_by_the_server) {
  TestApi api(small_catalogue(), {.max_level = Level::standard});
  EXPECT_EQ(api.get("/api/v1/anime/mal:6?level=adult").status, 404);
  EXPECT_EQ(api.get("/api/v1/filters?level=adult").body.find("Hentai"), std::string::npos);
  TestApi open(small_catalogue());
  EXPECT_EQ(open.get("/api/v1/anime/mal:6").status, 404);
  EXPECT_EQ(open.get("/api/v1/anime/mal:6?level=adult").status, 200);
}

TEST(Legacy, answers_as_the_original_did) {
  TestApi api(small_catalogue());
  const Reply reply = api.post("/recommend", R"({"text_query":"notebook that kills people",
      "genres":[],"themes":null,"type":"TV","year_min":1980,"year_max":2020,"min_score":5,
      "popularity":null,"include_adult":false,"sort_by":"relevance"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto json = reply.json();
  const auto& first = json.at("model_response").at(0);
  EXPECT_EQ(first.at("mal_id").as_int64(), 3);
  EXPECT_EQ(first.at("status").as_string(), "Finished Airing");
  EXPECT_EQ(first.as_object().size(), 6U);
  const Reply nothing = api.post("/recommend", R"({"genres":["Nothing"]})");
  EXPECT_EQ(nothing.status, 404);
  EXPECT_EQ(nothing.body, R"({"detail":"Nothing found!"})");
  EXPECT_EQ(api.post("/recommend", R"({"year_min":"x"})").status, 422);
  EXPECT_EQ(api.post("/recommend", R"({"sort_by":"x"})").status, 422);
  const auto filters = api.get("/filters").json();
  EXPECT_EQ(filters.at("genres").at(0).as_string(), "Action");
  EXPECT_EQ(filters.at("themes").at(0).as_string(), "Space");
}

TEST(Etag, spares_an_answer_that_the_client_has) {
  TestApi api(small_catalogue());
  const Reply first = api.get("/api/v1/search?q=space");
  const std::string etag = first.headers.at("ETag");
  EXPECT_EQ(api.get("/api/v1/search?q=space", {{"if-none-match", etag}}).status, 304);
  EXPECT_EQ(api.get("/api/v1/search?q=ship", {{"if-none-match", etag}}).status, 200);
  EXPECT_EQ(api.get("/api/v1/search?q=space", {{"if-none-match", etag}, {"accept-language", "ru"}})
                .status,
            200);
  api.snapshots.set(testing_api::make_snapshot(small_catalogue(), 2));
  EXPECT_EQ(api.get("/api/v1/search?q=space", {{"if-none-match", etag}}).status, 200);
  EXPECT_EQ(api.get("/api/v1/search?limit=0", {{"if-none-match", "*"}}).status, 422);
}

TEST(Answers, are_compressed_when_welcome) {
  TestApi api(small_catalogue());
  const Reply plain = api.get("/openapi.json");
  const Reply small = api.get("/openapi.json", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(small.headers.at("Content-Encoding"), "gzip");
  EXPECT_LT(small.body.size() * 4, plain.body.size());
}

TEST(Methods, are_told_apart) {
  TestApi api(small_catalogue());
  const Reply wrong = api.call("DELETE", "/api/v1/search");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(api.call("OPTIONS", "/api/v1/ids").headers.at("Allow"), "POST, OPTIONS");
  EXPECT_EQ(api.call("OPTIONS", "*").status, 204);
  const Reply head = api.call("HEAD", "/healthz");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
  EXPECT_EQ(api.call("POST", "/api/v1/search", "{}", {{"content-type", "text/plain"}}).status, 415);
  EXPECT_EQ(api.get("/api/v1/nothing").status, 404);
}

TEST(Host, must_be_one_of_ours) {
  TestApi api(small_catalogue());
  EXPECT_EQ(api.get("/healthz", {{"host", "evil.example"}}).status, 421);
  EXPECT_EQ(api.get("/healthz", {{"host", "localhost:8080"}}).status, 200);
}

TEST(Cors, is_off_unless_set) {
  TestApi closed(small_catalogue());
  EXPECT_FALSE(closed.get("/healthz", {{"origin", "https://a.example"}})
                   .headers.contains("Access-Control-Allow-Origin"));
  TestApi open(small_catalogue(),
               {.finish = {.cors_origins = {"https://b.example", "https://a.example"}}});
  EXPECT_EQ(open.get("/healthz", {{"origin", "https://a.example"}})
                .headers.at("Access-Control-Allow-Origin"),
            "https://a.example");
  EXPECT_EQ(open.get("/healthz", {{"origin", "https://b.example"}})
                .headers.at("Access-Control-Allow-Origin"),
            "https://b.example");
  EXPECT_FALSE(open.get("/healthz", {{"origin", "https://c.example"}})
                   .headers.contains("Access-Control-Allow-Origin"));
  EXPECT_TRUE(open.call("OPTIONS", "/api/v1/search", "", {{"origin", "https://a.example"}})
                  .headers.contains("Access-Control-Allow-Methods"));
}

TEST(Readiness, waits_for_the_catalogue) {
  TestApi api({});
  EXPECT_EQ(api.get("/readyz").status, 503);
  EXPECT_EQ(api.get("/healthz").status, 200);
  const Reply search = api.get("/api/v1/search?q=x");
  EXPECT_EQ(search.status, 503);
  EXPECT_EQ(search.headers.at("Retry-After"), "1");
  api.snapshots.set(testing_api::make_snapshot(small_catalogue()));
  EXPECT_EQ(api.get("/readyz").status, 200);
  api.api.start_draining();
  EXPECT_EQ(api.get("/readyz").status, 503);
}

TEST(Metrics, count_stages) {
  TestApi api(small_catalogue());
  api.get("/api/v1/search?q=space");
  const std::string text = api.get("/metrics").body;
  EXPECT_NE(text.find("anireco_search_stage_seconds_count{stage=\"lexical\"} 1"),
            std::string::npos);
  EXPECT_NE(text.find("anireco_titles 6"), std::string::npos);
}

class PageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "assets");
    std::ofstream(folder_ / "index.html") << "<!doctype html><title>page</title>";
    std::ofstream(folder_ / "assets" / "app-1234.js") << std::string(3000, 'x');
    std::ofstream(folder_ / ".secret") << "secret";
    std::filesystem::create_symlink("/etc/passwd", folder_ / "link");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("page" + std::to_string(::getpid()));
};

TEST_F(PageTest, is_served_with_its_parts) {
  TestApi api(small_catalogue(), {}, StaticFiles(folder_));
  const Reply page = api.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_NE(page.headers.at("Content-Security-Policy").find("script-src 'self'"),
            std::string::npos);
  const Reply asset = api.get("/assets/app-1234.js", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(asset.headers.at("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(asset.headers.at("Content-Encoding"), "gzip");
  EXPECT_EQ(api.get("/anime/mal:1", {{"accept", "text/html"}}).body, page.body);
  EXPECT_EQ(api.get("/anime/mal:1").status, 404);
  EXPECT_EQ(api.get("/api/none", {{"accept", "text/html"}}).status, 404);
  EXPECT_EQ(api.call("POST", "/index.html", "{}").status, 405);
}

TEST_F(PageTest, never_leaves_its_folder) {
  TestApi api(small_catalogue(), {}, StaticFiles(folder_));
  for (const char* path : {"/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                           "/.secret", "/link", "//etc/passwd", "/assets/../.secret", "/assets"}) {
    const Reply reply = api.get(path);
    EXPECT_GE(reply.status, 400) << path;
    EXPECT_EQ(reply.body.find("root:"), std::string::npos);
  }
}

}  // namespace
}  // namespace anireco
