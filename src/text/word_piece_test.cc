#include "text/word_piece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_reader.h"

namespace anireco {
namespace {

using Ids = std::vector<std::int32_t>;
using testing::ElementsAre;
using testing::HasSubstr;

std::filesystem::path model_folder() {
  const char* folder = std::getenv("ANIRECO_MODEL_DIR");
  return folder != nullptr ? folder : ANIRECO_SOURCE_DIR "/build/models/all-MiniLM-L6-v2";
}

/// The model's own files; the tests that need them are skipped where it is not fetched yet.
class ModelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_folder() / "tokenizer.json")) {
      GTEST_SKIP() << "no model in " << model_folder();
    }
  }
};

TEST_F(ModelTest, TortureFileGivesTheReferencesIds) {
  const WordPiece tokenizer = WordPiece::load(model_folder());
  LineReader lines(ANIRECO_SOURCE_DIR "/tests/data/tokenizer_torture.jsonl");
  std::size_t texts = 0;
  while (lines.next()) {
    const std::string_view line = lines.line();
    const boost::json::value value = boost::json::parse({line.data(), line.size()});
    const auto& text = value.at("text").as_string();
    const Ids expected = boost::json::value_to<Ids>(value.at("ids"));
    EXPECT_EQ(tokenizer.encode({text.data(), text.size()}, 1 << 20), expected)
        << "line " << lines.line_number();
    ++texts;
  }
  EXPECT_GE(texts, 80U);
}

TEST_F(ModelTest, VocabularyFileGivesTheSameIdsAsTokenizerJson) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("anireco-vocabulary-" + std::to_string(::getpid()));
  for (const char* name : {"vocab.txt", "tokenizer_config.json"}) {
    write_file_atomic(folder / name, read_file(model_folder() / name));
  }
  const WordPiece from_text = WordPiece::load(folder);
  const WordPiece from_json = WordPiece::load(model_folder());
  std::filesystem::remove_all(folder);
  EXPECT_EQ(from_text.vocabulary_size(), from_json.vocabulary_size());
  EXPECT_EQ(from_text.pad_id(), from_json.pad_id());
  LineReader lines(ANIRECO_SOURCE_DIR "/tests/data/tokenizer_torture.txt");
  while (lines.next()) {
    EXPECT_EQ(from_text.encode_plain(lines.line()), from_json.encode_plain(lines.line()));
  }
}

TEST_F(ModelTest, LongTextsAreCutAtTheLimit) {
  const WordPiece tokenizer = WordPiece::load(model_folder());
  const std::string text =
      "a quiet show about unbelievably extraordinary travelling doctors [MASK]";
  const Ids whole = tokenizer.encode(text, 1000);
  for (std::size_t limit = 2; limit <= whole.size() + 1; ++limit) {
    Ids expected = whole;
    if (limit < whole.size()) {
      expected.resize(limit - 1);
      expected.push_back(tokenizer.sep_id());
    }
    EXPECT_EQ(tokenizer.encode(text, limit), expected) << limit;
  }
  EXPECT_THROW(tokenizer.encode(text, 1), Error);
  EXPECT_THAT(tokenizer.encode("", 2), ElementsAre(tokenizer.cls_id(), tokenizer.sep_id()));
}

TEST_F(ModelTest, AnyBytesGiveIdsOfTheVocabulary) {
  const WordPiece tokenizer = WordPiece::load(model_folder());
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 100, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    for (const std::int32_t id : tokenizer.encode(bytes, 256)) {
      EXPECT_GE(id, 0);
      EXPECT_LT(id, tokenizer.vocabulary_size());
    }
  }
  EXPECT_EQ(tokenizer.encode_plain("ab\xff\xc3"
                                   "cd"),
            tokenizer.encode_plain("abcd"));
}

TEST_F(ModelTest, HugeTextsAreNoTrouble) {
  const WordPiece tokenizer = WordPiece::load(model_folder());
  EXPECT_THAT(tokenizer.encode_plain(std::string(1 << 20, 'a')),
              ElementsAre(tokenizer.unknown_id()));
  EXPECT_EQ(tokenizer.encode_plain(std::string(1 << 20, '[')).size(), 1U << 20);
  EXPECT_EQ(tokenizer.encode(std::string(1 << 20, '!'), 256).size(), 256U);
}

TEST_F(ModelTest, ThreadsShareOneTokenizer) {
  const WordPiece tokenizer = WordPiece::load(model_folder());
  const std::string text = "Cowboy Бибоп カウボーイ [MASK] extraordinarily";
  const Ids expected = tokenizer.encode(text, 256);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) EXPECT_EQ(tokenizer.encode(text, 256), expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// A tokenizer of our own with a dozen pieces.
class SmallTokenizerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("anireco-tokenizer-" + std::to_string(::getpid()));
    document_ = boost::json::parse(R"({
      "added_tokens": [
        {"id": 0, "content": "[PAD]", "normalized": false},
        {"id": 3, "content": "[SEP]", "normalized": false, "single_word": true},
        {"id": 11, "content": "<x>", "normalized": false, "lstrip": true, "rstrip": true},
        {"id": 12, "content": "<x><y>", "normalized": false}],
      "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                     "strip_accents": null, "lowercase": true},
      "pre_tokenizer": {"type": "BertPreTokenizer"},
      "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
      "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 6,
                "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "ab": 5,
                          "##b": 6, "##bc": 7, ".": 8, "É": 9, "e": 10}}})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  WordPiece load() {
    write_file_atomic(folder_ / "tokenizer.json", boost::json::serialize(document_));
    return WordPiece::load(folder_);
  }

  std::string error() {
    try {
      load();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      return error.what();
    }
    return "";
  }

  boost::json::value document_;
  std::filesystem::path folder_;
};

TEST_F(SmallTokenizerTest, TheLongestPieceWins) {
  const WordPiece tokenizer = load();
  EXPECT_THAT(tokenizer.encode_plain("ab abc abbc. ac É"), ElementsAre(5, 1, 5, 7, 8, 1, 10));
  EXPECT_THAT(tokenizer.encode_plain("abbbbb abbbbbb"), ElementsAre(5, 6, 6, 6, 6, 1));
  EXPECT_EQ(tokenizer.piece(7), "##bc");
  EXPECT_EQ(tokenizer.vocabulary_size(), 13);
  EXPECT_THROW(tokenizer.piece(13), Error);
  EXPECT_THROW(tokenizer.piece(-1), Error);
}

TEST_F(SmallTokenizerTest, AddedTokensAreFoundAsTheirFlagsSay) {
  const WordPiece tokenizer = load();
  EXPECT_THAT(tokenizer.encode_plain("a[SEP]a"), ElementsAre(4, 1, 1, 1, 4));
  EXPECT_THAT(tokenizer.encode_plain("a [SEP] a"), ElementsAre(4, 3, 4));
  EXPECT_THAT(tokenizer.encode_plain("a <x> a<x><y>a"), ElementsAre(4, 11, 4, 12, 4));
  EXPECT_THAT(tokenizer.encode_plain("[PAD][PAD"), ElementsAre(0, 1, 1));
}

TEST_F(SmallTokenizerTest, CaseAndAccentsAreKeptWhenTheModelSaysSo) {
  document_.at("normalizer").as_object()["lowercase"] = false;
  EXPECT_THAT(load().encode_plain("É A a"), ElementsAre(9, 1, 4));
  document_.at("normalizer").as_object()["strip_accents"] = true;
  EXPECT_THAT(load().encode_plain("é É"), ElementsAre(10, 1));
}

TEST_F(SmallTokenizerTest, WhatTheFileGetsWrongIsNamed) {
  const boost::json::value good = document_;
  document_.at("normalizer").as_object()["type"] = "NFC";
  EXPECT_THAT(error(), HasSubstr("normalizer.type"));
  document_ = good;
  document_.at("model").as_object()["type"] = "BPE";
  EXPECT_THAT(error(), HasSubstr("model.type"));
  document_ = good;
  document_.at("model").at("vocab").as_object()["z"] = 4;
  EXPECT_THAT(error(), HasSubstr("repeats an id"));
  document_ = good;
  document_.at("model").at("vocab").as_object()["z"] = 1LL << 40;
  EXPECT_THAT(error(), HasSubstr("model.vocab[\"z\"]"));
  document_ = good;
  document_.at("model").at("vocab").as_object()["z"] = -1;
  EXPECT_THAT(error(), HasSubstr("model.vocab[\"z\"]"));
  document_ = good;
  document_.at("model").as_object()["vocab"] = boost::json::array{};
  EXPECT_THAT(error(), HasSubstr("model.vocab"));
  document_ = good;
  document_.at("model").at("vocab").as_object().erase("[UNK]");
  EXPECT_THAT(error(), HasSubstr("unk_token"));
  document_ = good;
  document_.as_object()["post_processor"] = nullptr;
  EXPECT_THAT(error(), HasSubstr("post_processor.type"));
  document_ = good;
  document_.at("added_tokens").as_array()[0].as_object()["normalized"] = true;
  EXPECT_THAT(error(), HasSubstr("added_tokens[0].normalized"));
}

TEST_F(SmallTokenizerTest, DamagedFilesAreCorruptAndMissingOnesNotFound) {
  const std::string whole = boost::json::serialize(document_);
  for (std::size_t size = 0; size < whole.size(); size += 61) {
    write_file_atomic(folder_ / "tokenizer.json", whole.substr(0, size));
    EXPECT_THROW(WordPiece::load(folder_), Error);
  }
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    std::string flipped = whole;
    flipped[random() % flipped.size()] = static_cast<char>(random());
    write_file_atomic(folder_ / "tokenizer.json", flipped);
    try {
      WordPiece::load(folder_).encode("ab [SEP] <x> é", 16);
    } catch (const Error&) {
    }
  }
  std::filesystem::remove_all(folder_);
  try {
    WordPiece::load(folder_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

}  // namespace
}  // namespace anireco
