#include "masked_sentences.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "encoder/hashing_encoder.h"
#include "fulltext/document_text.h"

namespace anireco::trainer {
namespace {

constexpr std::string_view kSynopsis =
    "Long ago the lighthouse keeper Mirela lost her brother at sea. Every night she climbs the "
    "tall "
    "tower and waits for his boat. One winter a stranger named Tarn brings a lamp that shows the "
    "drowned. Mirela's neighbours want her to break it before spring.";

Anime lighthouse(const std::string& id) {
  Anime anime;
  anime.id = id;
  anime.titles.romaji = "Toudai no Mirela";
  anime.titles.english = "The Lighthouse of Mirela";
  anime.synopses = {{"en", std::string(kSynopsis), "mal"}};
  return anime;
}

TEST(MaskedSentences, names_are_left_out_and_letters_are_small) {
  const Anime anime = lighthouse("a");
  EXPECT_EQ(without_names(anime, kSynopsis, "Mirela's neighbours want her to break it."),
            "neighbours want her to break it");
  EXPECT_EQ(without_names(anime, kSynopsis, "One winter Tarn brings a lamp, at last!"),
            "one winter brings a lamp at last");
  EXPECT_EQ(without_names(anime, kSynopsis, "Every lighthouse stands at the sea shore"),
            "every stands at the sea shore")
      << "a word of the title's";
  EXPECT_EQ(without_names(anime, kSynopsis, "Mirela and Tarn wait there."), "") << "too little";
  EXPECT_EQ(without_names(anime, kSynopsis, ""), "");
}

TEST(MaskedSentences, are_cut_out_of_the_text_they_are_to_find) {
  std::vector<Anime> records;
  for (int i = 0; i < 30; ++i) records.push_back(lighthouse(fmt::format("a{:02}", i)));
  records[3].synopses[0].source = "anireco";
  records[4].synopses[0].text = "One sentence of six words only. And one more.";
  records[5].synopses.clear();
  records[6].synopses[0].language = "ru";
  const Catalog catalog(std::move(records));
  const HashingEncoder encoder(32);
  const auto made =
      make_masked_sentences(catalog, encoder, [](DocId doc) { return doc != 7; }, 100, 5);
  ASSERT_EQ(made.size(), 25U);
  const auto whole = encoder.encode(document_text(catalog[0]));
  for (const MaskedSentence& sentence : made) {
    EXPECT_FALSE(sentence.text.empty());
    ASSERT_EQ(sentence.document.size(), 32U);
    float cosine = 0;
    float squares = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      cosine += sentence.document[i] * whole[i];
      squares += sentence.document[i] * sentence.document[i];
    }
    EXPECT_NEAR(squares, 1, 1e-4);
    EXPECT_LT(cosine, 0.999) << "nothing was cut out for " << sentence.text;
  }
  for (const DocId doc : {3, 4, 5, 6, 7}) {
    EXPECT_EQ(std::ranges::count(made, catalog.franchise(doc), &MaskedSentence::franchise), 0)
        << doc;
  }
  EXPECT_EQ(make_masked_sentences(catalog, encoder, [](DocId) { return true; }, 9, 5).size(), 9U);
}

TEST(MaskedSentences, are_the_same_for_one_seed) {
  std::vector<Anime> records;
  for (int i = 0; i < 20; ++i) records.push_back(lighthouse(fmt::format("a{:02}", i)));
  const Catalog catalog(std::move(records));
  const HashingEncoder encoder(16);
  const auto draw = [&](std::uint64_t seed) {
    std::string all;
    for (const auto& s :
         make_masked_sentences(catalog, encoder, [](DocId) { return true; }, 12, seed)) {
      all += fmt::format("{} {}\n", s.franchise, s.text);
    }
    return all;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

}  // namespace
}  // namespace anireco::trainer
