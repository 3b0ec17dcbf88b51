#include "text/sentence_piece.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "text/tokenizer.h"
#include "text/word_piece.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = SentencePiece::kFileName;

/// A folder with a model of a hundred-odd pieces, made of a few sentences in three scripts.
class SentencePieceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::string text;
    for (int n = 0; n < 40; ++n) {
      text += fmt::format(
          "a quiet show about the sea {0}\nthe night train of dreams {0}\nтихий сериал про море\n"
          "ночной поезд и лунный кот\n静かな海の夜\n月の猫と夜の列車\n",
          n % 10);
    }
    write_file_atomic(folder_ / "text", text);
    make("--bos_id=1 --eos_id=2 --unk_id=0");
  }

  void make(const std::string& ids) {
    const auto status = sentencepiece::SentencePieceTrainer::Train(fmt::format(
        "--input={0}/text --model_prefix={0}/made --vocab_size=110 --character_coverage=1 "
        "--hard_vocab_limit=false --minloglevel=2 {1}",
        folder_.string(), ids));
    ASSERT_TRUE(status.ok()) << status.ToString();
    fs::copy_file(folder_ / "made.model", folder_ / kFile, fs::copy_options::overwrite_existing);
    ASSERT_TRUE(library_.Load((folder_ / kFile).string()).ok());
  }

  ErrorKind refused() const {
    try {
      SentencePiece::load(folder_);
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
  }

  fs::path folder_;
  sentencepiece::SentencePieceProcessor library_;
};

TEST_F(SentencePieceTest, GivesTheIdsOfXlmRoberta) {
  const SentencePiece tokenizer = SentencePiece::load(folder_);
  EXPECT_EQ(tokenizer.vocabulary_size(), library_.GetPieceSize() + 2);
  for (const std::string text :
       {"a quiet show about the sea", "Тихий сериал про море", "夜の列車", "  two   spaces ", "",
        "ｆｕｌｌ　ｗｉｄｔｈ sea", "no piece of this: ☃ß"}) {
    std::vector<int> pieces;
    ASSERT_TRUE(library_.Encode(text, &pieces).ok());
    std::vector<std::int32_t> wanted = {0};
    // Python's slow tokenizer: one further on, and 3 for the library's 0.
    for (const int piece : pieces) wanted.push_back(piece == 0 ? 3 : piece + 1);
    wanted.push_back(2);
    EXPECT_EQ(tokenizer.encode(text, 512), wanted) << text;
  }
  EXPECT_EQ(tokenizer.encode("", 512), (std::vector<std::int32_t>{0, 2}));
  const std::vector<std::int32_t> snowman = tokenizer.encode("☃", 512);
  EXPECT_EQ(snowman[snowman.size() - 2], 3);
}

TEST_F(SentencePieceTest, AgreesWithTheLibraryOnTextsOfTheStarterCatalogue) {
  const SentencePiece tokenizer = SentencePiece::load(folder_);
  std::ifstream lines(ANIRECO_SOURCE_DIR "/data/starter/0001-0100.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    std::vector<int> pieces;
    ASSERT_TRUE(library_.Encode(line, &pieces).ok());
    std::vector<std::int32_t> wanted = {0};
    for (const int piece : pieces) wanted.push_back(piece == 0 ? 3 : piece + 1);
    wanted.push_back(2);
    ASSERT_EQ(tokenizer.encode(line, line.size() + 2), wanted) << line;
  }
  EXPECT_EQ(count, 100U);
}

TEST_F(SentencePieceTest, ADamagedFileIsRefusedOrHarmless) {
  const std::string whole = read_file(folder_ / kFile);
  std::mt19937 random(5);
  std::size_t refused_files = 0;
  for (int n = 0; n < 300; ++n) {
    std::string bytes = whole;
    // Half of them in what is not the long table of rules: the pieces and the settings.
    const std::size_t range = n % 2 == 0 ? bytes.size() : 3000;
    for (int changes = 0; changes < 4; ++changes) {
      bytes[random() % std::min(range, bytes.size())] = static_cast<char>(random());
    }
    if (n % 7 == 0) bytes.resize(random() % bytes.size());
    write_file_atomic(folder_ / kFile, bytes);
    try {
      const SentencePiece tokenizer = SentencePiece::load(folder_);
      for (const char* text : {"a quiet show about the sea", "ｆｕｌｌ ½ тихий ﬁ 静かな海"}) {
        for (const std::int32_t id : tokenizer.encode(text, 64)) {
          ASSERT_GE(id, 0);
          ASSERT_LT(id, tokenizer.vocabulary_size());
        }
      }
    } catch (const Error&) {
      ++refused_files;
    }
  }
  EXPECT_GT(refused_files, 20U);
  EXPECT_LT(refused_files, 290U);
}

TEST_F(SentencePieceTest, CutsAtTheEndAndKeepsTheLastId) {
  const SentencePiece tokenizer = SentencePiece::load(folder_);
  const std::string text = "the night train of dreams and a quiet show about the sea";
  const std::vector<std::int32_t> whole = tokenizer.encode(text, 512);
  ASSERT_GT(whole.size(), 8U);
  std::vector<std::int32_t> cut(whole.begin(), whole.begin() + 7);
  cut.push_back(2);
  EXPECT_EQ(tokenizer.encode(text, 8), cut);
  EXPECT_EQ(tokenizer.encode(text, 2), (std::vector<std::int32_t>{0, 2}));
  EXPECT_THROW(tokenizer.encode(text, 1), Error);
}

TEST_F(SentencePieceTest, TakesAnyBytes) {
  const SentencePiece tokenizer = SentencePiece::load(folder_);
  for (const std::string_view text : {std::string_view("\xff\xfe\x00 sea", 7),
                                      std::string_view("\xd0"), std::string_view("<s></s>")}) {
    const std::vector<std::int32_t> ids = tokenizer.encode(text, 64);
    EXPECT_EQ(ids.front(), 0);
    EXPECT_EQ(ids.back(), 2);
    for (std::size_t i = 1; i + 1 < ids.size(); ++i) {
      EXPECT_GE(ids[i], 3);
      EXPECT_LT(ids[i], tokenizer.vocabulary_size());
    }
  }
}

TEST_F(SentencePieceTest, IsChosenByItsFile) {
  EXPECT_NE(dynamic_cast<const SentencePiece*>(load_tokenizer(folder_).get()), nullptr);
  fs::remove(folder_ / kFile);
  EXPECT_FALSE(SentencePiece::is_in(folder_));
  EXPECT_EQ(refused(), ErrorKind::not_found);
  write_file_atomic(folder_ / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nsea\n");
  EXPECT_NE(dynamic_cast<const WordPiece*>(load_tokenizer(folder_).get()), nullptr);
}

TEST_F(SentencePieceTest, RefusesWhatIsNotXlmRobertas) {
  write_file_atomic(folder_ / "tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
  EXPECT_EQ(refused(), ErrorKind::invalid_argument);
  write_file_atomic(folder_ / "tokenizer_config.json", "[]");
  EXPECT_EQ(refused(), ErrorKind::corrupt);
  write_file_atomic(folder_ / "tokenizer_config.json",
                    R"({"tokenizer_class": "XLMRobertaTokenizerFast"})");
  EXPECT_NO_THROW(SentencePiece::load(folder_));
  // As paraphrase-multilingual-MiniLM-L12-v2 has it.
  write_file_atomic(folder_ / "tokenizer_config.json",
                    R"({"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "<s>"})");
  EXPECT_NO_THROW(SentencePiece::load(folder_));
  make("--bos_id=0 --eos_id=1 --unk_id=2");
  EXPECT_EQ(refused(), ErrorKind::corrupt);
  for (const std::string_view bytes : {"", "no model", "\x0a\x05\x0a\x03"}) {
    write_file_atomic(folder_ / kFile, bytes);
    EXPECT_EQ(refused(), ErrorKind::corrupt) << bytes;
  }
}

}  // namespace
}  // namespace anireco
