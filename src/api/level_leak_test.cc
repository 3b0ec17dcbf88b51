#include <gtest/gtest.h>

#include <random>

#include "api/api_fixture.h"

namespace anireco {
namespace {

using testing_api::kSecret;
using testing_api::make_anime;
using testing_api::Reply;
using testing_api::TestApi;

constexpr std::uint32_t kTitles = 60;
constexpr int kRequests = 10000;

bool is_adult(std::uint32_t number) { return number % 3 == 0; }

/// Every third title is adult, in each of the ways there are, and bound to its neighbours by
/// franchise, genre, theme, tag and words; only its own texts carry the secret.
std::vector<Anime> mixed_catalogue() {
  const std::vector<std::string> words = {"ghost", "ship", "school", "duel", "noodle", "rain"};
  std::vector<Anime> all;
  for (std::uint32_t n = 0; n < kTitles; ++n) {
    const std::string word = words[n % words.size()];
    const std::string secret = is_adult(n) ? kSecret : "";
    Anime a = make_anime(n, fmt::format("Story {} {} {}", n, word, secret),
                         fmt::format("A {} meets a {} in town {}. {}", word,
                                     words[(n + 1) % words.size()], n, secret));
    a.titles.russian = fmt::format("Повесть {} {}", n, secret);
    a.titles.synonyms = {fmt::format("S{} {}", n, secret)};
    a.themes = {"School"};
    a.tags = {{word, false}};
    a.remembered = {{"en", fmt::format("the {} at night {}", word, secret), false}};
    a.image_url = fmt::format("https://images.example/{}{}.jpg", n, secret);
    a.studios = {fmt::format("Studio {}", n % 4)};
    a.relations = {{.target = {.mal = (n + 1) % kTitles + 1}, .kind = RelationKind::side_story}};
    if (is_adult(n)) {
      a.studios.push_back(fmt::format("Studio {}", kSecret));
      a.tags.push_back({fmt::format("tag {}", kSecret), false});
      if (n % 4 == 0) a.adult_flag = true;
      if (n % 4 == 1) a.genres.push_back("Hentai");
      if (n % 4 == 2) a.genres.push_back("Erotica");
      if (n % 4 == 3) a.age_rating = AgeRating::rx;
    }
    all.push_back(std::move(a));
  }
  return all;
}

class RequestMaker {
 public:
  explicit RequestMaker(unsigned seed) : random_(seed) {}

  Reply send(TestApi& api) {
    switch (below(10)) {
      case 0:
        return api.get("/api/v1/anime/" + id() + "?" + level());
      case 1:
        return api.get("/api/v1/anime/" + id() + "/similar?" + level() +
                       "&limit=100&dislike=" + id());
      case 2:
        return api.get("/api/v1/suggest?limit=50&q=" + text() + "&" + level());
      case 3:
        return api.get("/api/v1/random?" + filters());
      case 4:
        return api.get(below(2) ? "/api/v1/filters?" + level() : "/filters");
      case 5:
        return api.post("/api/v1/ids", R"({"ids":[")" + id() + R"(",")" + id() + R"("]})");
      case 6:
        return api.post("/api/v1/recommend", body("text"));
      case 7:
        return api.post("/api/v1/search", body("q"));
      case 8:
        return api.post("/recommend", R"({"text_query":")" + words() +
                                          R"(","include_adult":false,"sort_by":")" +
                                          pick({"relevance", "rating", "popularity"}) + "\"}");
      default:
        return api.get("/api/v1/search?explain=true&limit=100&q=" + text() + "&" + filters());
    }
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
  std::string id() {
    const auto n = static_cast<std::uint32_t>(below(kTitles));
    return below(2) ? fmt::format("mal:{}", n + 1) : make_anime(n, "", "").id;
  }
  std::string words() {
    std::string all;
    for (std::size_t count = below(6); count > 0; --count) {
      all += pick({"ghost", "ship", "school", "duel", "like", "Story", "not", "\\\"Story 3\\\"",
                   fmt::format("Story {}", below(kTitles)), "Повесть", "как", "movie", "hentai"}) +
             " ";
    }
    return all;
  }
  std::string text() {
    std::string encoded;
    for (const char c : words() + "s") {
      if (c != '\\') encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
  }
  std::string level() {
    // "adult" is asked for as well: the server's cap must hold.
    return "level=" + pick({"family", "standard", "adult"}) + "&lang=" + pick({"en", "ru"});
  }
  std::string filters() {
    return level() +
           pick({"", "&genre=Drama", "&genre=Hentai", "&any_genre=Erotica&any_genre=Drama",
                 "&theme=School", "&age_rating=rx", "&tag=ghost", "&year=1990..2005",
                 "&studio=Studio+1", "&not_genre=Hentai"});
  }
  std::string body(const std::string& text_field) {
    return "{\"" + text_field + "\":\"" + words() + "s\",\"liked\":[\"" + id() +
           "\"],\"disliked\":[\"" + id() + "\"],\"seen\":[\"" + id() + "\"],\"rated\":[{\"id\":\"" +
           id() + "\",\"rating\":9}],\"explain\":true,\"limit\":100,\"level\":\"" +
           pick({"family", "standard", "adult"}) + "\",\"sort\":\"" +
           pick({"relevance", "score", "popularity", "year"}) + "\"}";
  }

  std::mt19937 random_;
};

TEST(AdultTitles, are_in_none_of_ten_thousand_answers) {
  TestApi api(mixed_catalogue(), {.max_level = Level::standard});
  std::vector<std::string> hidden_ids;
  for (std::uint32_t n = 0; n < kTitles; ++n) {
    if (is_adult(n)) hidden_ids.push_back("\"id\":\"" + make_anime(n, "", "").id + "\"");
  }
  RequestMaker requests(20261123);
  int answered = 0;
  for (int n = 0; n < kRequests; ++n) {
    const Reply reply = requests.send(api);
    ASSERT_LT(reply.status, 500) << reply.body;
    ASSERT_EQ(reply.body.find(kSecret), std::string::npos) << "request " << n << reply.body;
    for (const std::string& id : hidden_ids) {
      ASSERT_EQ(reply.body.find(id), std::string::npos) << "request " << n << reply.body;
    }
    answered += reply.status == 200 ? 1 : 0;
  }
  EXPECT_GT(answered, kRequests / 3);
}

TEST(AdultTitles, are_there_for_those_who_may_see_them) {
  TestApi api(mixed_catalogue());
  EXPECT_NE(api.get("/api/v1/search?q=story&limit=100&level=adult").body.find(kSecret),
            std::string::npos);
}

}  // namespace
}  // namespace anireco
