#include "fulltext/bm25f_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "fulltext/naive_bm25f_test.h"
#include "fulltext/postings_builder.h"
#include "text/analyzer.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

/// Letters only, and words so unlike that none is another's typo or stem.
std::string made_up_word(std::size_t number) {
  constexpr std::string_view kConsonants = "bdfgklmnpr";
  constexpr std::string_view kVowels = "aou";
  std::string word;
  for (int i = 0; i < 3; ++i, number /= 30) {
    word += kConsonants[number % 10];
    word += kVowels[number / 10 % 3];
  }
  return word + "x";
}

std::string random_text(std::mt19937& random, std::size_t words, std::size_t vocabulary) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    const double u = std::uniform_real_distribution<double>(0, 1)(random);
    text += made_up_word(static_cast<std::size_t>(u * u * static_cast<double>(vocabulary))) + " ";
  }
  return text;
}

std::vector<Anime> random_records(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Anime> records;
  for (std::size_t i = 0; i < count; ++i) {
    Anime anime;
    anime.id = fmt::format("id{:05}", i);
    anime.titles.romaji = random_text(random, 1 + random() % 5, 200);
    if (i % 2 == 0) anime.titles.english = random_text(random, 1 + random() % 5, 200);
    for (std::size_t k = random() % 3; k > 0; --k) {
      anime.titles.synonyms.push_back(random_text(random, 1 + random() % 5, 200));
    }
    for (std::size_t k = random() % 4; k > 0; --k) {
      anime.genres.push_back(random_text(random, 1, 30));
      anime.tags.push_back({.name = random_text(random, 2, 30)});
    }
    if (i % 7 != 0) {
      anime.synopses.push_back({"en", random_text(random, 10 + random() % 80, 300), "a"});
    }
    if (i % 3 == 0) {
      anime.synopses.push_back({"ru", random_text(random, 5 + random() % 20, 300), "a"});
    }
    if (i % 5 == 0) anime.remembered.push_back({"en", random_text(random, 6, 300)});
    records.push_back(std::move(anime));
  }
  return records;
}

std::vector<std::string> terms_of(const std::string& text) {
  std::vector<std::string> terms;
  for (const Token& token : Analyzer().analyze(text)) terms.push_back(token.term);
  return terms;
}

PostingsOptions without_extras() {
  PostingsOptions options;
  options.bm25f.cyrillic_titles = false;
  options.bm25f.typo_discount = 0;
  return options;
}

TEST(Bm25fIndex, EqualsTheFormulaOnRandomDocuments) {
  const Catalog catalog(random_records(300, 1));
  PostingsOptions options = without_extras();
  options.bm25f.fields[3].b = 0.9F;
  const auto index = Bm25fIndex::build_in_memory(catalog, options);
  const NaiveBm25f naive(catalog, options.bm25f);
  std::mt19937 random(2);
  for (int round = 0; round < 8; ++round) {
    const std::string text = random_text(random, 1 + random() % 8, 300);
    LexicalStatistics statistics;
    const auto hits = index.search({.text = text, .limit = 1000, .statistics = &statistics});
    const std::vector<double> scores = naive.scores(terms_of(text));
    const auto matching = static_cast<std::size_t>(
        std::count_if(scores.begin(), scores.end(), [](double score) { return score > 0; }));
    const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
    ASSERT_EQ(hits.size(), matching);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      ASSERT_NEAR(hits[i].score, scores.at(hits[i].doc), 2e-3) << text;
      ASSERT_LE(hits[i].score, statistics.ceiling);
      ASSERT_TRUE(i == 0 || hits[i - 1].score >= hits[i].score);
    }
    EXPECT_EQ(statistics.scores.count, matching);
    EXPECT_NEAR(statistics.scores.mean, sum / static_cast<double>(matching), 1e-3);
  }
}

TEST(Bm25fIndex, CutsTheSameListAtEveryLimit) {
  const Catalog catalog(random_records(1500, 3));
  const auto index = Bm25fIndex::build_in_memory(catalog, without_extras());
  std::mt19937 random(4);
  const std::string text = random_text(random, 6, 300);
  const auto all = index.search({.text = text, .limit = 100000});
  ASSERT_GT(all.size(), 200U);
  for (const std::size_t limit : {1UL, 7UL, 100UL, all.size() - 1, all.size()}) {
    const auto some = index.search({.text = text, .limit = limit});
    ASSERT_EQ(some.size(), limit);
    for (std::size_t i = 0; i < limit; ++i) {
      ASSERT_EQ(some[i].doc, all[i].doc);
      ASSERT_EQ(some[i].score, all[i].score);
    }
  }
  EXPECT_THROW(index.search({.text = text, .limit = 0}), Error);
}

TEST(Bm25fIndex, HonoursAFilterBeforeTheLimit) {
  const Catalog catalog(random_records(1000, 5));
  const auto index = Bm25fIndex::build_in_memory(catalog, without_extras());
  std::mt19937 random(6);
  const std::string text = random_text(random, 4, 300);
  DocSet allowed(catalog.size());
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    if (random() % 9 == 0) allowed.insert(doc);
  }
  auto expected = index.search({.text = text, .limit = 100000});
  std::erase_if(expected, [&](const LexicalHit& hit) { return !allowed.contains(hit.doc); });
  LexicalStatistics statistics;
  const auto hits =
      index.search({.text = text, .limit = 5, .allowed = &allowed, .statistics = &statistics});
  ASSERT_EQ(hits.size(), 5U);
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_EQ(hits[i].doc, expected[i].doc);
  EXPECT_EQ(statistics.scores.count, expected.size());
}

TEST(Bm25fIndex, BreaksTiesByAscendingDocument) {
  std::vector<Anime> records(5);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].id = fmt::format("id{}", i);
    records[i].titles.romaji = i == 3 ? "Kitsune Tales of Winter" : "Kitsune Tales";
  }
  const Catalog catalog(records);
  const auto hits =
      Bm25fIndex::build_in_memory(catalog, without_extras()).search({.text = "tales", .limit = 4});
  ASSERT_EQ(hits.size(), 4U);
  std::vector<DocId> docs;
  for (const LexicalHit& hit : hits) docs.push_back(hit.doc);
  EXPECT_THAT(docs, ElementsAre(0, 1, 2, 4));
}

TEST(Bm25fIndex, AppendsTheDocumentsAskedForBesideTheBest) {
  const Catalog catalog(random_records(300, 7));
  const auto index = Bm25fIndex::build_in_memory(catalog, without_extras());
  std::mt19937 random(8);
  const std::string text = random_text(random, 6, 300);
  const auto all = index.search({.text = text, .limit = 300});
  ASSERT_GT(all.size(), 10U);
  ASSERT_LT(all.size(), 300U);
  std::vector<bool> matches(300, false);
  for (const LexicalHit& hit : all) matches[hit.doc] = true;
  const auto unmatched = static_cast<DocId>(std::ranges::find(matches, false) - matches.begin());
  std::vector<DocId> also = {all[1].doc, all[9].doc, unmatched, 100000};
  std::ranges::sort(also);
  const auto hits = index.search({.text = text, .limit = 5, .also = also});
  ASSERT_EQ(hits.size(), 8U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(hits[i].doc, all[i].doc);
  for (std::size_t i = 5; i < 8; ++i) {
    const auto known = std::ranges::find(all, hits[i].doc, &LexicalHit::doc);
    EXPECT_EQ(hits[i].score, known == all.end() ? 0.0F : known->score);
  }
  EXPECT_TRUE(std::is_sorted(hits.begin() + 5, hits.end(),
                             [](const auto& a, const auto& b) { return a.doc < b.doc; }));
  // A search that asked for nothing beside the best finds no scores left over.
  EXPECT_EQ(index.search({.text = text, .limit = 300}).size(), all.size());
}

TEST(Bm25fIndex, DerivesAScoreFromItsParts) {
  const Catalog catalog(random_records(300, 7));
  const auto index = Bm25fIndex::build_in_memory(catalog, without_extras());
  std::mt19937 random(8);
  const std::string text = random_text(random, 6, 300);
  const auto hits = index.search({.text = text, .limit = 20});
  ASSERT_FALSE(hits.empty());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    float sum = 0;
    const auto parts = index.explain(text, std::span(&hits[i].doc, 1)).front();
    for (const TermContribution& part : parts) {
      sum += part.score;
      EXPECT_FALSE(part.fields.empty());
      EXPECT_NE(text.find(part.word), std::string::npos);
    }
    EXPECT_TRUE(std::is_sorted(parts.begin(), parts.end(),
                               [](const auto& a, const auto& b) { return a.score > b.score; }));
    EXPECT_NEAR(sum, hits[i].score, 1e-4);
  }
}

std::vector<Anime> a_few_titles() {
  std::vector<Anime> records(4);
  records[0].titles.romaji = "Mushishi";
  records[0].synopses = {{"en", "A travelling doctor meets spirits of nature.", "a"},
                         {"ru", "Странствующий лекарь встречает духов природы.", "a"}};
  records[1].titles.romaji = "Fullmetal Alchemist";
  records[1].genres = {"Adventure"};
  records[1].tags = {{.name = "Philosophy"}};
  records[1].studios = {"Bones"};
  records[2].titles.romaji = "Kino no Tabi";
  records[2].titles.native = "キノの旅";
  records[2].remembered = {{"en", "a girl on a talking motorcycle"}};
  records[3].titles.romaji = "Monster";
  records[3].titles.synonyms = {"Der Doktor"};
  for (std::size_t i = 0; i < records.size(); ++i) records[i].id = fmt::format("id{}", i);
  return records;
}

TEST(Bm25fIndex, FindsEveryFieldInEveryLanguage) {
  const Catalog catalog(a_few_titles());
  const auto index = Bm25fIndex::build_in_memory(catalog);
  const auto fields = [&](const std::string& text, DocId doc) {
    const auto parts = index.explain(text, std::span(&doc, 1)).front();
    return parts.empty() ? std::vector<TextField>() : parts.front().fields;
  };
  EXPECT_THAT(fields("traveller and spirit", 0), ElementsAre(TextField::synopsis));
  EXPECT_THAT(fields("лекаря духи", 0), ElementsAre(TextField::synopsis));
  EXPECT_THAT(fields("alchemists", 1), ElementsAre(TextField::title));
  EXPECT_THAT(fields("adventures", 1), ElementsAre(TextField::tag));
  EXPECT_THAT(fields("philosophy", 1), ElementsAre(TextField::tag));
  EXPECT_THAT(fields("bones", 1), ElementsAre(TextField::tag));
  EXPECT_THAT(fields("motorcycles", 2), ElementsAre(TextField::remembered));
  EXPECT_THAT(fields("キノ", 2), ElementsAre(TextField::title));
  EXPECT_THAT(fields("doktor", 3), ElementsAre(TextField::synonym));
  EXPECT_THAT(fields("мушиши", 0), ElementsAre(TextField::synonym)) << "romaji in Cyrillic";
  EXPECT_TRUE(index.search({.text = ""}).empty());
  EXPECT_TRUE(index.search({.text = "the of and"}).empty());
}

TEST(Bm25fIndex, ReadsAnUnknownWordAsTheNearestKnownOneAtADiscount) {
  const Catalog catalog(a_few_titles());
  const auto index = Bm25fIndex::build_in_memory(catalog);
  LexicalStatistics statistics;
  const auto right = index.search({.text = "alchemist"});
  const auto typo = index.search({.text = "alchemsit", .statistics = &statistics});
  ASSERT_EQ(typo.size(), 1U);
  EXPECT_EQ(typo[0].doc, 1U);
  EXPECT_LT(typo[0].score, right[0].score);
  EXPECT_EQ(statistics.words, 1U);
  EXPECT_EQ(statistics.corrected, 1U);
  EXPECT_EQ(statistics.unknown, 0U);
  const DocId second = 1;
  const auto parts = index.explain("alchemsit", std::span(&second, 1)).front();
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_TRUE(parts[0].corrected);
  EXPECT_EQ(parts[0].word, "alchemsit");

  EXPECT_TRUE(index.search({.text = "kina"}).empty()) << "four letters allow no typo";
  EXPECT_TRUE(index.search({.text = "xylophone", .statistics = &statistics}).empty());
  EXPECT_EQ(statistics.unknown, 1U);
  EXPECT_GT(statistics.ceiling, 0.0F);
}

TEST(Bm25fIndex, AWeightOfZeroLeavesAFieldOut) {
  const Catalog catalog(a_few_titles());
  PostingsOptions options = without_extras();
  options.bm25f.fields[static_cast<std::size_t>(TextField::synopsis)].weight = 0;
  const auto index = Bm25fIndex::build_in_memory(catalog, options);
  EXPECT_TRUE(index.search({.text = "spirits"}).empty());
  EXPECT_FALSE(index.search({.text = "mushishi"}).empty());
}

TEST(Bm25fIndex, IsTheSameFromAFileAndForAnyNumberOfThreads) {
  const Catalog catalog(random_records(200, 9));
  PostingsOptions options;
  options.generation = 12;
  options.bm25f.k1 = 1.7F;
  const auto one = serialise_postings(build_postings(catalog, options));
  options.threads = 5;
  const auto five = serialise_postings(build_postings(catalog, options));
  ASSERT_TRUE(std::ranges::equal(one.bytes(), five.bytes()));

  const fs::path path = fs::path(::testing::TempDir()) / "postings_same";
  write_postings_file(catalog, path, options);
  const auto index = Bm25fIndex::open(path);
  fs::remove(path);
  EXPECT_EQ(index.generation(), 12U);
  EXPECT_EQ(index.size(), 200U);
  EXPECT_GT(index.term_count(), 100U);
  EXPECT_EQ(index.options().k1, 1.7F);
  const auto memory = Bm25fIndex::build_in_memory(catalog, options);
  std::mt19937 random(10);
  const std::string text = random_text(random, 5, 300);
  const auto a = index.search({.text = text});
  const auto b = memory.search({.text = text});
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].score, b[i].score);
}

TEST(Bm25fIndex, HoldsAnEmptyCatalogue) {
  const Catalog catalog(std::vector<Anime>{});
  const auto index = Bm25fIndex::build_in_memory(catalog);
  EXPECT_TRUE(index.search({.text = "anything"}).empty());
}

TEST(Bm25fIndex, AnswersManyThreadsAtOnce) {
  const Catalog catalog(random_records(100, 11));
  const auto index = Bm25fIndex::build_in_memory(catalog);
  std::mt19937 random(12);
  const std::string text = random_text(random, 5, 300);
  const auto expected = index.search({.text = text});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto hits = index.search({.text = text});
        ASSERT_EQ(hits.size(), expected.size());
        for (std::size_t k = 0; k < hits.size(); ++k) ASSERT_EQ(hits[k].score, expected[k].score);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Bm25fIndex, RefusesOptionsOutOfRange) {
  const Catalog catalog(a_few_titles());
  PostingsOptions options;
  options.bm25f.fields[1].b = 1.5F;
  EXPECT_THROW(Bm25fIndex::build_in_memory(catalog, options), Error);
  options = {};
  options.bm25f.k1 = NAN;
  EXPECT_THROW(Bm25fIndex::build_in_memory(catalog, options), Error);
  options = {};
  options.threads = 0;
  EXPECT_THROW(Bm25fIndex::build_in_memory(catalog, options), Error);
}

}  // namespace
}  // namespace anireco
