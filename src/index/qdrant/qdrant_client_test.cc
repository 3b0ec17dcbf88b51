#include "index/qdrant/qdrant_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>
#include <utility>

#include "base/error.h"
#include "net/curl_fetcher.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"
#include "net/silent_server.h"

namespace anireco {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

/// A client over a script, which the test keeps a hold of.
struct Scripted {
  explicit Scripted(ScriptedFetcher::Answer answer, QdrantOptions options = {}) {
    options.first_wait = milliseconds(1);
    auto owned = std::make_unique<ScriptedFetcher>(std::move(answer));
    fetcher = owned.get();
    client = std::make_unique<QdrantClient>(options, std::move(owned));
  }
  ScriptedFetcher* fetcher = nullptr;
  std::unique_ptr<QdrantClient> client;
};

FetchResponse result(const std::string& json) {
  return {.status = 200, .body = R"({"result":)" + json + R"(,"status":"ok","time":0.001})"};
}

ErrorKind kind_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST(QdrantClientTest, sends_the_key_and_reads_points_in_order) {
  Scripted s(
      [](const FetchRequest&) {
        return result(R"({"points":[{"id":7,"version":1,"score":0.5},{"id":2,"score":-1}]})");
      },
      {.url = "http://q.example:6333/", .api_key = "secret"});
  const auto hits = s.client->query("a_1", R"({"limit":2})", 2);
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].id, 7U);
  EXPECT_EQ(hits[0].score, 0.5F);
  EXPECT_EQ(hits[1].score, -1.0F);
  const FetchRequest& request = s.fetcher->requests().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://q.example:6333/collections/a_1/points/query");
  EXPECT_EQ(request.headers.at("api-key"), "secret");
  EXPECT_EQ(request.headers.at("Content-Type"), "application/json");
  EXPECT_EQ(request.timeout, QdrantOptions().search_timeout);
}

TEST(QdrantClientTest, answers_that_are_not_what_they_should_be_are_corrupt) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"result":null})", R"({"result":{"points":{}}})",
        R"({"result":{"points":[1]}})", R"({"result":{"points":[{"id":-1,"score":1}]}})",
        R"({"result":{"points":[{"id":1.5,"score":1}]}})",
        R"({"result":{"points":[{"id":"1","score":1}]}})",
        R"({"result":{"points":[{"id":1,"score":"1"}]}})",
        R"({"result":{"points":[{"id":1,"score":1e99}]}})", R"({"result":{"points":[{"id":1}]}})",
        R"({"result":{"points":[{"id":1,"score":1},{"id":1,"score":1}]}})",
        R"({"result":{"points":[{"id":1,"score":1},{"id":2,"score":1},{"id":3,"score":1}]}})"}) {
    Scripted s([&](const FetchRequest&) { return FetchResponse{.status = 200, .body = body}; });
    EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 2); }), ErrorKind::corrupt) << body;
  }
}

TEST(QdrantClientTest, statuses_say_whether_waiting_helps) {
  for (const auto& [status, kind] :
       std::vector<std::pair<int, ErrorKind>>{{400, ErrorKind::corrupt},
                                              {401, ErrorKind::invalid_argument},
                                              {403, ErrorKind::invalid_argument},
                                              {404, ErrorKind::not_found},
                                              {429, ErrorKind::unavailable},
                                              {500, ErrorKind::unavailable},
                                              {503, ErrorKind::unavailable},
                                              {302, ErrorKind::corrupt}}) {
    Scripted s([s = status](const FetchRequest&) { return FetchResponse{.status = s}; });
    EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 1); }), kind) << status;
    EXPECT_EQ(s.fetcher->requests().size(), 1U) << "a search is not repeated";
    EXPECT_EQ(kind_of([&] { s.client->retrieve("a_1", {}, true); }), kind) << status;
  }
}

TEST(QdrantClientTest, who_publishes_is_told_of_a_wrong_key_and_of_what_is_not_there) {
  for (const auto& [status, kind] :
       std::vector<std::pair<int, ErrorKind>>{{401, ErrorKind::invalid_argument},
                                              {403, ErrorKind::invalid_argument},
                                              {404, ErrorKind::not_found}}) {
    Scripted s([s = status](const FetchRequest&) { return FetchResponse{.status = s}; });
    EXPECT_EQ(kind_of([&] { s.client->count("a_1"); }), kind) << status;
    EXPECT_EQ(kind_of([&] { s.client->upsert("a_1", "{}"); }), kind) << status;
  }
}

TEST(QdrantClientTest, a_connection_that_the_server_has_closed_is_tried_once_more) {
  int cuts = 1;
  const auto answer = [&](const FetchRequest&) -> FetchResponse {
    if (cuts-- > 0) throw FetchError(FetchFailure::cut, "the answer was cut off");
    return result(R"({"points":[]})");
  };
  Scripted s(answer);
  EXPECT_TRUE(s.client->query("a_1", "{}", 1).empty());
  EXPECT_EQ(s.fetcher->requests().size(), 2U);
  cuts = 2;
  EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 1); }), ErrorKind::unavailable);
}

TEST(QdrantClientTest, a_search_that_nobody_answers_is_not_repeated) {
  for (const FetchFailure failure : {FetchFailure::connect, FetchFailure::timed_out}) {
    Scripted s([&](const FetchRequest&) -> FetchResponse { throw FetchError(failure, "no"); });
    EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 1); }), ErrorKind::unavailable);
    EXPECT_EQ(s.fetcher->requests().size(), 1U);
  }
}

TEST(QdrantClientTest, writes_are_repeated_until_the_server_is_back) {
  int down = 3;
  const auto answer = [&](const FetchRequest&) -> FetchResponse {
    --down;
    if (down == 2) throw FetchError(FetchFailure::connect, "no connection");
    if (down >= 0) return {.status = 503};
    return result(R"({"operation_id":1,"status":"completed"})");
  };
  Scripted s(answer);
  s.client->upsert("a_1", R"({"points":[]})");
  EXPECT_EQ(s.fetcher->requests().size(), 4U);
  EXPECT_EQ(s.fetcher->requests().back().method, "PUT");
  down = 100;
  EXPECT_EQ(kind_of([&] { s.client->upsert("a_1", "{}"); }), ErrorKind::unavailable);
  EXPECT_EQ(s.fetcher->requests().size(), 4U + QdrantOptions().write_tries);
}

TEST(QdrantClientTest, a_write_that_is_refused_is_not_repeated) {
  Scripted s([](const FetchRequest&) { return FetchResponse{.status = 400}; });
  EXPECT_EQ(kind_of([&] { s.client->upsert("a_1", "{}"); }), ErrorKind::corrupt);
  EXPECT_EQ(s.fetcher->requests().size(), 1U);
}

TEST(QdrantClientTest, scrolls_through_all_pages) {
  Scripted s([](const FetchRequest& request) {
    const auto body = boost::json::parse(request.body);
    if (body.at("offset") == 0) {
      return result(R"({"points":[{"id":0},{"id":4}],"next_page_offset":9})");
    }
    EXPECT_EQ(body.at("offset"), 9);
    return result(R"({"points":[{"id":9}],"next_page_offset":null})");
  });
  std::vector<std::uint64_t> ids;
  s.client->scroll("a_1", {}, 2, [&](const boost::json::object& point) {
    ids.push_back(point.at("id").to_number<std::uint64_t>());
  });
  EXPECT_THAT(ids, ElementsAre(0, 4, 9));
}

TEST(QdrantClientTest, a_server_that_scrolls_for_ever_is_stopped) {
  for (const char* page :
       {R"({"points":[{"id":5}],"next_page_offset":5})", R"({"points":[],"next_page_offset":0})",
        R"({"points":[{"id":18446744073709551615}],"next_page_offset":0})"}) {
    int pages = 0;
    Scripted s([&](const FetchRequest&) {
      return ++pages > 10 ? result(R"({"points":[]})") : result(page);
    });
    EXPECT_EQ(kind_of([&] { s.client->scroll("a_1", {}, 2, [](const boost::json::object&) {}); }),
              ErrorKind::corrupt)
        << page;
  }
}

TEST(QdrantClientTest, a_collection_that_is_not_there_is_no_error) {
  Scripted s([](const FetchRequest&) { return FetchResponse{.status = 404}; });
  EXPECT_EQ(s.client->collection("a_1"), std::nullopt);
}

TEST(QdrantClientTest, an_alias_moves_in_one_request) {
  Scripted s([](const FetchRequest& request) {
    if (request.method == "GET") {
      return result(R"({"aliases":[{"alias_name":"a","collection_name":"a_1"}]})");
    }
    return result("true");
  });
  s.client->switch_alias("a", "a_2");
  ASSERT_EQ(s.fetcher->requests().size(), 2U);
  const auto body = boost::json::parse(s.fetcher->requests().back().body);
  EXPECT_EQ(body.at("actions").as_array().size(), 2U);
}

TEST(QdrantClientTest, names_that_are_no_collections_are_refused) {
  Scripted s([](const FetchRequest&) { return FetchResponse{.status = 200}; });
  for (const char* name : {"", "a/b", "..", "a?b", "a b"}) {
    EXPECT_EQ(kind_of([&] { s.client->count(name); }), ErrorKind::invalid_argument) << name;
  }
  EXPECT_TRUE(s.fetcher->requests().empty());
  EXPECT_THROW(QdrantClient({.url = "ftp://q.example"}), Error);
  EXPECT_THROW(QdrantClient({.url = "http://user:secret@q.example"}), Error);
}

TEST(QdrantClientTest, another_node_is_asked_while_one_is_down) {
  std::string down = "http://a.example:6333/";
  Scripted s(
      [&](const FetchRequest& request) -> FetchResponse {
        if (request.url.starts_with(down)) throw FetchError(FetchFailure::connect, "no");
        return result(R"({"points":[]})");
      },
      {.url = "http://a.example:6333,http://b.example:6333/"});
  s.client->query("a_1", "{}", 1);
  s.client->query("a_1", "{}", 1);
  std::vector<std::string> hosts;
  const auto collect = [&] {
    hosts.clear();
    for (const FetchRequest& request : s.fetcher->requests())
      hosts.push_back(request.url.substr(7, 1));
  };
  collect();
  EXPECT_THAT(hosts, ElementsAre("a", "b", "b")) << "the one that answered is asked on";
  down = "http://b.example:6333/";
  s.client->query("a_1", "{}", 1);
  collect();
  EXPECT_THAT(hosts, ElementsAre("a", "b", "b", "b", "a"));
  down = "http://";
  EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 1); }), ErrorKind::unavailable);
  EXPECT_EQ(s.fetcher->requests().size(), 7U) << "each is asked once";
  EXPECT_THROW(QdrantClient({.url = "http://a.example,"}), Error);
}

TEST(QdrantClientTest, a_node_that_hangs_is_left_by_the_next_call) {
  const SilentServer silent;
  CurlFetcher curl({.use_proxy = false});
  std::vector<std::string> asked;
  Scripted s(
      [&](const FetchRequest& request) -> FetchResponse {
        const bool hangs = request.url.starts_with(silent.url());
        asked.emplace_back(hangs ? "hangs" : "answers");
        return hangs ? curl.fetch(request) : result(R"({"points":[]})");
      },
      {.url = silent.url() + ",http://b.example:6333", .search_timeout = milliseconds(100)});
  EXPECT_EQ(kind_of([&] { s.client->query("a_1", "{}", 1); }), ErrorKind::unavailable);
  EXPECT_THAT(asked, ElementsAre("hangs")) << "a search that took too long is not repeated";
  s.client->query("a_1", "{}", 1);
  s.client->query("a_1", "{}", 1);
  EXPECT_THAT(asked, ElementsAre("hangs", "answers", "answers"));
}

TEST(QdrantClientTest, a_node_that_cannot_answer_now_is_left_by_the_next_search) {
  Scripted s(
      [&](const FetchRequest& request) -> FetchResponse {
        if (request.url.starts_with("http://a")) return {.status = 503};
        return result(R"({"points":[],"count":1})");
      },
      {.url = "http://a.example:6333,http://b.example:6333"});
  EXPECT_EQ(kind_of([&] { s.client->count("a_1"); }), ErrorKind::unavailable);
  EXPECT_EQ(s.fetcher->requests().size(), 1U);
  EXPECT_EQ(s.client->count("a_1"), 1U);
  EXPECT_TRUE(s.client->query("a_1", "{}", 1).empty());
}

TEST(QdrantClientTest, a_stop_request_ends_a_write_to_a_silent_server) {
  const SilentServer silent;
  const QdrantClient client({.url = silent.url()});
  std::stop_source stop;
  const QdrantClient stopped = client.stopped_by(stop.get_token());
  const std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(200));
    stop.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(kind_of([&] { stopped.upsert("a_1", R"({"points":[]})"); }), ErrorKind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, QdrantOptions().write_timeout / 4);
  EXPECT_EQ(kind_of([&] { stopped.count("a_1"); }), ErrorKind::unavailable);
  EXPECT_FALSE(client.stop().stop_requested());
}

TEST(QdrantClientTest, a_stop_request_ends_the_wait_before_the_next_try) {
  std::stop_source stop;
  std::jthread later;
  auto owned = std::make_unique<ScriptedFetcher>([&](const FetchRequest&) -> FetchResponse {
    later = std::jthread([&stop] {
      std::this_thread::sleep_for(milliseconds(100));
      stop.request_stop();
    });
    return {.status = 503};
  });
  const ScriptedFetcher* fetcher = owned.get();
  const milliseconds wait = std::chrono::seconds(10);
  const QdrantClient client({.write_tries = 2, .first_wait = wait}, std::move(owned));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(kind_of([&] { client.stopped_by(stop.get_token()).upsert("a_1", "{}"); }),
            ErrorKind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, wait);
  EXPECT_EQ(fetcher->requests().size(), 1U);
}

TEST(QdrantClientTest, nobody_listening_is_told_at_once) {
  const QdrantClient client({.url = "http://127.0.0.1:9"});
  EXPECT_EQ(kind_of([&] { client.query("a_1", "{}", 1); }), ErrorKind::unavailable);
}

}  // namespace
}  // namespace anireco
