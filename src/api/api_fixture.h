#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "api/api.h"
#include "base/error.h"
#include "catalog/memory_profile_store.h"
#include "encoder/hashing_encoder.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/document_text.h"
#include "index/memory_vector_index.h"

/// For tests only: an API over a small catalogue in memory, called without sockets.
namespace anireco::testing_api {

inline constexpr std::size_t kDimension = 64;
/// In every name and text of the adult titles, and nowhere else.
inline constexpr const char* kSecret = "zxforbiddenzx";

inline std::shared_ptr<const Snapshot> make_snapshot(std::vector<Anime> records,
                                                     std::uint64_t generation = 1) {
  const HashingEncoder encoder(kDimension);
  auto s = std::make_shared<Snapshot>();
  s->generation = {.number = generation,
                   .content_hash = fmt::format("content-{}", generation),
                   .model_fingerprint = encoder.fingerprint(),
                   .vectors_complete = true};
  s->catalog = std::make_unique<const Catalog>(std::move(records));
  auto vectors = std::make_unique<MemoryVectorIndex>(kDimension, encoder.fingerprint());
  for (DocId doc = 0; doc < s->catalog->size(); ++doc) {
    std::vector<float> windows;
    for (const Window& window : document_windows((*s->catalog)[doc])) {
      const std::vector<float> v = encoder.encode(window.text);
      windows.insert(windows.end(), v.begin(), v.end());
    }
    vectors->add(encoder.encode(document_text((*s->catalog)[doc])), windows);
  }
  s->vectors = std::move(vectors);
  s->full_text = std::make_unique<const Bm25fIndex>(Bm25fIndex::build_in_memory(*s->catalog));
  s->titles = std::make_unique<const TitleIndex>(*s->catalog);
  return s;
}

inline Anime make_anime(std::uint32_t number, const std::string& title,
                        const std::string& synopsis) {
  Anime a;
  a.id = fmt::format("aaaaaaaa{}{}", static_cast<char>('a' + number / 26 % 26),
                     static_cast<char>('a' + number % 26));
  a.ids.mal = number + 1;
  a.titles.romaji = title;
  a.titles.english = title;
  a.type = AnimeType::tv;
  a.status = AiringStatus::finished;
  a.year = static_cast<std::uint16_t>(1990 + number % 30);
  a.episodes = static_cast<std::uint16_t>(1 + number % 26);
  a.age_rating = AgeRating::pg13;
  a.score = 7.25F;
  a.members = 1000 * (number + 1);
  a.genres = {"Drama"};
  a.synopses = {{"en", synopsis, "anireco"}};
  return a;
}

/// Six titles with known answers.
inline std::vector<Anime> small_catalogue() {
  std::vector<Anime> all;
  all.push_back(make_anime(0, "Mushishi",
                           "A quiet traveller heals people haunted by spirits in the mountains."));
  all.back().titles.russian = "Мастер Муси";
  all.back().synopses.push_back({"ru", "Тихий странник лечит людей от духов.", "anireco"});
  all.back().genres = {"Mystery", "Supernatural"};
  all.push_back(make_anime(1, "Mushishi Zoku Shou", "The traveller goes on healing people."));
  all.back().relations = {{.target = {.mal = 1}, .kind = RelationKind::prequel}};
  all.push_back(make_anime(2, "Death Note", "A student finds a notebook that kills people."));
  all.back().genres = {"Suspense"};
  all.push_back(make_anime(3, "Cowboy Bebop", "Bounty hunters drift through space on a ship."));
  all.back().genres = {"Action", "Sci-Fi"};
  all.back().themes = {"Space"};
  all.push_back(make_anime(4, "Yuru Camp", "Girls camp outdoors and enjoy warm noodles."));
  all.back().tags = {{"camping", false}, {"the twist", true}};
  all.back().remembered = {{"en", "eating noodles by the lake", false},
                           {"en", "the ending nobody may know", true}};
  all.push_back(make_anime(5, fmt::format("{} Nights", kSecret),
                           fmt::format("An adult story of {} spirits and a traveller.", kSecret)));
  all.back().adult_flag = true;
  all.back().genres = {"Hentai", "Supernatural"};
  all.back().relations = {{.target = {.mal = 1}, .kind = RelationKind::spin_off}};
  return all;
}

/// Profiles in memory; a "list" is lines "mal:NUMBER STATUS SCORE"; the user "ann" of "kitsu" has
/// listed the titles 1 and 999999.
inline ListServices test_lists() {
  ListServices lists;
  lists.profiles = std::make_shared<MemoryProfileStore>();
  lists.read = [](std::string_view bytes) {
    IncomingList list{.form = "lines"};
    std::istringstream lines{std::string(bytes)};
    std::string id;
    std::string status;
    int score = 0;
    while (lines >> id >> status >> score) {
      const auto known = exact_list_status(status);
      if (!known) throw Error(ErrorKind::invalid_argument, "line 1: no status");
      list.entries.push_back({.ids = {.mal = static_cast<std::uint32_t>(std::stoul(id.substr(4)))},
                              .title = fmt::format("title of {}", id),
                              .status = *known,
                              .score = static_cast<std::uint8_t>(score)});
    }
    return list;
  };
  lists.write = [](std::string_view format, std::string_view name,
                   const std::vector<ListEntry>& entries) {
    return fmt::format("{} {} {}", format, name, entries.size());
  };
  lists.fetch = [](std::string_view site, std::string_view user) {
    if (site != "kitsu" || user != "ann") throw Error(ErrorKind::not_found, "no such user");
    return IncomingList{.form = "kitsu_json",
                        .entries = {{.ids = {.mal = 1}, .status = ListStatus::completed},
                                    {.ids = {.mal = 999999}, .title = "Nowhere"}}};
  };
  lists.sites = {"kitsu", "shikimori"};
  return lists;
}

struct Reply {
  int status = 0;
  std::string body;
  std::string content_type;
  std::map<std::string, std::string> headers;

  boost::json::value json() const { return boost::json::parse(body); }
};

class TestApi {
 public:
  explicit TestApi(
      std::vector<Anime> records, ApiOptions options = {}, StaticFiles files = {},
      std::shared_ptr<const PosterShelf> posters = std::make_shared<const PosterShelf>(),
      ListServices lists = test_lists(), EngineHealth engines = {})
      : api({.snapshots = snapshots,
             .encoder = gate,
             .metrics = metrics,
             .labels = Labels::builtin(),
             .files = std::move(files),
             .posters = std::move(posters),
             .lists = std::move(lists),
             .engines = std::move(engines)},
            std::move(options)) {
    if (!records.empty()) snapshots.set(make_snapshot(std::move(records)));
    gate.open(std::make_shared<EncoderScheduler>(std::make_shared<HashingEncoder>(kDimension),
                                                 EncoderSchedulerOptions{.threads = 1}));
  }

  Reply call(const std::string& method, const std::string& target, const std::string& body = {},
             NameValues headers = {}) {
    HttpRequest request{.id = "test", .method = method, .target = target};
    request.headers = std::move(headers);
    if (request.count_headers("host") == 0) request.headers.emplace_back("host", "localhost");
    if ((method == "POST" || method == "PATCH") && request.count_headers("content-type") == 0) {
      request.headers.emplace_back("content-type", "application/json");
    }
    request.body = body;
    auto accepted = api.accept(std::move(request));
    if (auto* response = std::get_if<HttpResponse>(&accepted)) return reply(*response);
    const auto& call = std::get<Api::Accepted>(accepted);
    Outcome outcome = api.run(call);
    if (auto* response = std::get_if<HttpResponse>(&outcome)) return reply(*response);
    if (auto* waiting = std::get_if<NeedsWaiting>(&outcome)) {
      return reply(api.answer(call, *waiting));
    }
    if (auto* texts = std::get_if<NeedsVectors>(&outcome)) {
      std::vector<EncodeResult> results;
      for (const std::string& text : texts->texts) {
        const auto vector = texts->encoder->encode_query(text, std::chrono::seconds(10));
        results.push_back({std::make_shared<const std::vector<float>>(vector.value()), {}});
      }
      return reply(api.answer(call, *texts, results));
    }
    const auto& pending = std::get<NeedsVector>(outcome);
    const std::vector<float> vector = HashingEncoder(kDimension).encode(pending.text);
    return reply(api.answer(call, pending, std::span<const float>(vector), Degraded::no));
  }
  Reply get(const std::string& target, NameValues headers = {}) {
    return call("GET", target, {}, std::move(headers));
  }
  Reply post(const std::string& target, const std::string& body) {
    return call("POST", target, body);
  }

  SnapshotHolder snapshots;
  EncoderGate gate;
  Metrics metrics;
  Api api;

 private:
  static Reply reply(const HttpResponse& response) {
    Reply r{.status = response.status,
            .body = response.body && !response.head_only ? *response.body : std::string(),
            .content_type = response.content_type,
            .headers = {}};
    for (const auto& [name, value] : response.headers) {
      std::string& all = r.headers[name];
      all += all.empty() ? value : ", " + value;
    }
    return r;
  }
};

}  // namespace anireco::testing_api
