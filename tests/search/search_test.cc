// Runs every tests/search/*.test file: a small catalogue, then requests with what they must bring.
// docs/search-tests.md describes the form.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/anime_json.h"
#include "encoder/hashing_encoder.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/document_text.h"
#include "index/memory_vector_index.h"
#include "search/searcher.h"

namespace anireco {
namespace {

constexpr std::size_t kDimension = 512;

std::string trim(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

/// One request of a file, with the lines that say what is expected.
struct Case {
  std::size_t line = 0;
  SearchRequest request;
  std::vector<std::string> liked;
  std::vector<std::string> disliked;
  std::vector<std::string> seen;
  std::vector<std::pair<std::string, std::string>> expectations;
};

struct TestFile {
  std::vector<Anime> records;
  std::vector<Case> cases;
};

Range parse_range(const std::string& text) {
  Range range;
  const auto dots = text.find("..");
  const std::string low = text.substr(0, dots);
  const std::string high = dots == std::string::npos ? low : text.substr(dots + 2);
  if (!low.empty()) range.min = std::stod(low);
  if (!high.empty()) range.max = std::stod(high);
  return range;
}

void apply_setting(Case& c, const std::string& key, const std::string& value) {
  SearchRequest& r = c.request;
  Filter& f = r.filter;
  if (key == "genre") return f.genres.all.push_back(value);
  if (key == "not genre") return f.genres.none.push_back(value);
  if (key == "any genre") return f.genres.any.push_back(value);
  if (key == "not tag") return f.tags.none.push_back(value);
  if (key == "studio") return f.studios.any.push_back(value);
  if (key == "type") return f.types.any.push_back(*parse_anime_type(value));
  if (key == "not type") return f.types.none.push_back(*parse_anime_type(value));
  if (key == "status") return f.statuses.any.push_back(*parse_airing_status(value));
  if (key == "year")
    f.year = parse_range(value);
  else if (key == "episodes")
    f.episodes = parse_range(value);
  else if (key == "score")
    f.score = parse_range(value);
  else if (key == "members")
    f.members = parse_range(value);
  else if (key == "level")
    f.level = *parse_level(value);
  else if (key == "limit")
    r.limit = std::stoul(value);
  else if (key == "sort")
    r.sort = value == "year" ? SortBy::year : value == "score" ? SortBy::score : SortBy::popularity;
  else if (key == "popularity")
    r.fusion.popularity = std::stof(value);
  else if (key == "fusion")
    r.fusion.method = value == "rrf"      ? FusionMethod::rrf
                      : value == "minmax" ? FusionMethod::minmax
                                          : FusionMethod::dbsf;
  else if (key == "off")
    r.switched_off.push_back(value);
  else if (key == "legs") {
    r.use_dense = value != "words";
    r.use_lexical = value != "meaning";
  } else if (key == "liked")
    c.liked = words(value);
  else if (key == "disliked")
    c.disliked = words(value);
  else if (key == "seen")
    c.seen = words(value);
  else
    c.expectations.emplace_back(key, value);
}

TestFile read_test_file(const std::filesystem::path& path) {
  TestFile file;
  std::ifstream stream(path);
  std::string line;
  for (std::size_t n = 1; std::getline(stream, line); ++n) {
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '{') {
      file.records.push_back(parse_anime_json(line).anime);
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string::npos)
      throw std::runtime_error(fmt::format("{}:{}: no colon", path.string(), n));
    const std::string key = trim(line.substr(0, colon));
    const std::string value = trim(line.substr(colon + 1));
    if (key == "query") {
      file.cases.emplace_back();
      file.cases.back().line = n;
      file.cases.back().request.text = value;
      file.cases.back().request.limit = 10;
    } else if (file.cases.empty()) {
      throw std::runtime_error(
          fmt::format("{}:{}: a setting before the first query", path.string(), n));
    } else {
      apply_setting(file.cases.back(), key, value);
    }
  }
  return file;
}

Snapshot make_snapshot(std::vector<Anime> records, const TextEncoder& encoder) {
  for (Anime& anime : records) {
    if (anime.id.empty()) anime.id = fmt::format("mal-{}", anime.ids.mal);
  }
  Snapshot s;
  s.generation = {.number = 1,
                  .content_hash = "",
                  .model_fingerprint = encoder.fingerprint(),
                  .vectors_complete = true};
  s.catalog = std::make_unique<const Catalog>(std::move(records));
  auto vectors = std::make_unique<MemoryVectorIndex>(kDimension, encoder.fingerprint());
  for (DocId doc = 0; doc < s.catalog->size(); ++doc) {
    const Anime& anime = (*s.catalog)[doc];
    std::vector<float> windows;
    for (const Window& window : document_windows(anime)) {
      const std::vector<float> v = encoder.encode(window.text);
      windows.insert(windows.end(), v.begin(), v.end());
    }
    vectors->add(encoder.encode(document_text(anime)), windows);
  }
  s.vectors = std::move(vectors);
  s.full_text = std::make_unique<const Bm25fIndex>(Bm25fIndex::build_in_memory(*s.catalog));
  s.titles = std::make_unique<const TitleIndex>(*s.catalog);
  return s;
}

std::vector<DocId> resolve(const Snapshot& s, const std::vector<std::string>& ids) {
  std::vector<DocId> docs;
  for (const std::string& id : ids) docs.push_back(s.catalog->find(id).value());
  return docs;
}

void check(const Snapshot& s, const Case& c, const SearchResult& result) {
  std::vector<std::string> got;
  std::vector<std::string> siblings;
  for (const SearchHit& hit : result.hits) {
    got.push_back(fmt::format("mal:{}", (*s.catalog)[hit.doc].ids.mal));
    for (DocId doc : hit.siblings)
      siblings.push_back(fmt::format("mal:{}", (*s.catalog)[doc].ids.mal));
  }
  for (const auto& [key, value] : c.expectations) {
    const std::vector<std::string> wanted = words(value);
    if (key == "expect") {
      EXPECT_GE(got.size(), wanted.size());
      for (std::size_t n = 0; n < std::min(got.size(), wanted.size()); ++n)
        EXPECT_EQ(got[n], wanted[n]);
    } else if (key == "expect exactly") {
      EXPECT_EQ(got, wanted);
    } else if (key == "contains") {
      for (const std::string& id : wanted) EXPECT_NE(std::ranges::find(got, id), got.end()) << id;
    } else if (key == "absent") {
      for (const std::string& id : wanted) {
        EXPECT_EQ(std::ranges::find(got, id), got.end()) << id;
        EXPECT_EQ(std::ranges::find(siblings, id), siblings.end()) << id << " among siblings";
      }
    } else if (key == "siblings") {
      for (const std::string& id : wanted)
        EXPECT_NE(std::ranges::find(siblings, id), siblings.end()) << id;
    } else if (key == "total") {
      EXPECT_EQ(result.total_filtered, std::stoul(value));
    } else if (key == "understood") {
      const bool found = std::ranges::any_of(result.understood, [&](const UnderstoodItem& item) {
        return item.applied && item.kind + " " + item.value == value;
      });
      std::string all;
      for (const UnderstoodItem& item : result.understood)
        all += item.kind + " " + item.value + "; ";
      EXPECT_TRUE(found) << value << " is not among: " << all;
    } else if (key == "understood nothing") {
      EXPECT_TRUE(result.understood.empty());
    } else if (key == "first tier") {
      ASSERT_FALSE(result.hits.empty());
      EXPECT_EQ(to_string(result.hits.front().tier), value);
    } else if (key == "why word") {
      ASSERT_FALSE(result.hits.empty());
      EXPECT_NE(std::ranges::find(result.hits.front().why.matched_words, value),
                result.hits.front().why.matched_words.end());
    } else if (key == "why tag") {
      ASSERT_FALSE(result.hits.empty());
      EXPECT_NE(std::ranges::find(result.hits.front().why.shared_tags, value),
                result.hits.front().why.shared_tags.end());
    } else {
      ADD_FAILURE() << "unknown expectation: " << key;
    }
  }
}

class SearchBehaviourTest : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(SearchBehaviourTest, brings_what_the_file_says) {
  const HashingEncoder encoder(kDimension);
  TestFile file = read_test_file(GetParam());
  ASSERT_FALSE(file.cases.empty());
  const Snapshot s = make_snapshot(std::move(file.records), encoder);
  for (Case& c : file.cases) {
    SCOPED_TRACE(fmt::format("{}:{}", GetParam().filename().string(), c.line));
    ASSERT_FALSE(c.expectations.empty()) << "a query without expectations";
    c.request.liked = resolve(s, c.liked);
    c.request.disliked = resolve(s, c.disliked);
    c.request.seen = resolve(s, c.seen);
    c.request.explain = true;
    const SearchPlan plan = plan_search(s, c.request);
    std::vector<float> vector;
    if (!plan.text_to_encode.empty()) vector = encoder.encode(plan.text_to_encode);
    check(s, c,
          run_search(s, plan,
                     vector.empty() ? std::nullopt : std::optional(std::span<const float>(vector)),
                     Degraded::no));
  }
}

TEST(Plan, AMultilingualEncoderReadsARequestAsItIs) {
  Snapshot s = make_snapshot({}, HashingEncoder(kDimension));
  const auto plan = [&](const std::string& text) {
    SearchRequest request;
    request.text = text;
    return plan_search(s, std::move(request));
  };
  const std::string russian = "грустная история про море";
  const std::string japanese = "静かな海の夜";
  EXPECT_NE(plan(russian).text_to_encode.find("sea"), std::string::npos);
  EXPECT_TRUE(plan(russian).glossed);
  EXPECT_EQ(plan(japanese).text_to_encode, "");
  const std::string words = plan(russian).lexical_text;
  s.multilingual = true;
  EXPECT_EQ(plan(russian).text_to_encode, russian);
  EXPECT_TRUE(plan(russian).glossed);
  EXPECT_EQ(plan(russian).lexical_text, words);
  EXPECT_EQ(plan(japanese).text_to_encode, japanese);
  EXPECT_EQ(plan("a sad story about the sea").text_to_encode, "a sad story about the sea");
}

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(ANIRECO_SOURCE_DIR "/tests/search")) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& file) {
  std::string name = file.param.stem().string();
  std::ranges::replace_if(
      name, [](char ch) { return std::isalnum(static_cast<unsigned char>(ch)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, SearchBehaviourTest, testing::ValuesIn(test_files()), test_name);

}  // namespace
}  // namespace anireco
