#include "index/vector_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "index/exact_vector_index.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDimension = 8;
constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kChecksumAt = 40;

/// Bytes aligned as a mapped file's are.
class AlignedBytes {
 public:
  explicit AlignedBytes(const std::string& text) : words_(text.size() / 8 + 1), size_(text.size()) {
    std::memcpy(words_.data(), text.data(), text.size());
  }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)).first(size_); }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

std::vector<std::uint16_t> bits(std::size_t rows, float value) {
  return std::vector<std::uint16_t>(rows * kDimension, to_bfloat16(value).bits);
}

class VectorFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::path(::testing::TempDir()) /
            (std::string("vector_file_") +
             ::testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  void TearDown() override { fs::remove(path_); }

  std::string written() {
    VectorFileWriter writer(path_, {"model", kDimension, 3});
    writer.add(bits(1, 0.25F), bits(2, -0.5F));
    writer.add({}, {});
    writer.add(bits(1, 0.125F), {});
    writer.commit();
    return read_file(path_);
  }

  static void expect_corrupt(const std::string& bytes) {
    const AlignedBytes aligned(bytes);
    try {
      parse_vector_file(aligned.bytes());
      FAIL() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
    }
  }

  /// Makes the checksum right again, so that the checks behind it are reached.
  static std::string sealed(std::string bytes) {
    std::memset(bytes.data() + kChecksumAt, 0, 8);
    const std::string content = bytes.substr(kHeaderBytes) + bytes.substr(0, kHeaderBytes);
    const std::uint64_t checksum = xxh3_64(content);
    std::memcpy(bytes.data() + kChecksumAt, &checksum, 8);
    return bytes;
  }

  fs::path path_;
};

TEST_F(VectorFileTest, ReadsWhatWasWritten) {
  const AlignedBytes file(written());
  const VectorFileView view = parse_vector_file(file.bytes());
  EXPECT_EQ(view.info.model_fingerprint, "model");
  EXPECT_EQ(view.info.dimension, kDimension);
  EXPECT_EQ(view.info.generation, 3U);
  EXPECT_EQ(view.documents, 3U);
  EXPECT_EQ(view.rows, 4U);
  EXPECT_EQ(std::vector<std::uint32_t>(view.first_row.begin(), view.first_row.end()),
            (std::vector<std::uint32_t>{0, 3, 3, 4}));
  EXPECT_EQ(to_float(view.exact[0]), 0.25F);
  EXPECT_EQ(to_float(view.exact[kDimension]), -0.5F);
  EXPECT_EQ(view.quantised[kDimension], -127);
}

TEST_F(VectorFileTest, BoundsTheErrorOfEveryRow) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1, 1);
  VectorFileWriter writer(path_, {"model", kDimension, 0});
  for (int i = 0; i < 200; ++i) {
    std::vector<std::uint16_t> row(kDimension);
    for (auto& value : row) value = to_bfloat16(uniform(random)).bits;
    writer.add(row, {});
  }
  writer.commit();
  const AlignedBytes file(read_file(path_));
  const VectorFileView view = parse_vector_file(file.bytes());
  for (std::size_t row = 0; row < view.rows; ++row) {
    double squares = 0;
    for (std::size_t i = row * kDimension; i < (row + 1) * kDimension; ++i) {
      squares += std::pow(static_cast<double>(to_float(view.exact[i])) -
                              static_cast<double>(view.scales[row]) * view.quantised[i],
                          2);
    }
    EXPECT_GE(view.errors[row], std::sqrt(squares));
    EXPECT_LE(view.errors[row], std::sqrt(squares) * 1.00001 + 1e-6);
  }
}

TEST_F(VectorFileTest, IsTheSameForTheSameInput) {
  const std::string first = written();
  EXPECT_EQ(first, written());
}

TEST_F(VectorFileTest, ShowsNothingBeforeCommit) {
  {
    VectorFileWriter writer(path_, {"model", kDimension, 3});
    writer.add(bits(1, 0.25F), {});
  }
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(VectorFileTest, HoldsAnEmptyCatalogue) {
  VectorFileWriter writer(path_, {"model", kDimension, 0});
  writer.commit();
  const auto index = ExactVectorIndex::open(path_);
  const std::vector<float> vector(kDimension, 0.3F);
  EXPECT_TRUE(index.search({.vector = vector}).empty());
}

TEST_F(VectorFileTest, RefusesVectorsThatCannotBe) {
  EXPECT_THROW(VectorFileWriter(path_, {"model", 0, 0}), Error);
  EXPECT_THROW(VectorFileWriter(path_, {"model", 5000, 0}), Error);
  EXPECT_THROW(VectorFileWriter(path_, {"", kDimension, 0}), Error);
  VectorFileWriter writer(path_, {"model", kDimension, 0});
  const std::vector<std::uint16_t> short_row(kDimension - 1);
  EXPECT_THROW(writer.add(short_row, {}), Error);
  EXPECT_THROW(writer.add(bits(1, 0), short_row), Error);
  EXPECT_THROW(writer.add({}, bits(1, 0)), Error);
  EXPECT_THROW(writer.add(bits(1, 3.0F), {}), Error);
  EXPECT_THROW(writer.add(bits(1, NAN), {}), Error);
}

TEST_F(VectorFileTest, RefusesEveryTruncation) {
  const std::string bytes = written();
  for (std::size_t size = 0; size < bytes.size(); ++size) expect_corrupt(bytes.substr(0, size));
  expect_corrupt(bytes + std::string(1, '\0'));
}

TEST_F(VectorFileTest, RefusesEveryFlippedByte) {
  const std::string bytes = written();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x41);
    expect_corrupt(flipped);
  }
}

TEST_F(VectorFileTest, SaysWhichVersionItCannotRead) {
  std::string bytes = written();
  bytes[8] = 9;
  const AlignedBytes aligned(sealed(bytes));
  try {
    parse_vector_file(aligned.bytes());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_NE(std::string(error.what()).find("version 9"), std::string::npos) << error.what();
  }
}

TEST_F(VectorFileTest, SurvivesCraftedFilesWithARightChecksum) {
  const std::string bytes = written();
  std::mt19937 random(11);
  std::size_t accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string crafted = bytes;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int i = 0; i < changes; ++i) {
      // The header and the tables more often than the rows.
      const std::size_t at = random() % 2 == 0 ? random() % kHeaderBytes : random() % bytes.size();
      crafted[at] = static_cast<char>(random() % 4 == 0 ? 0xff : random());
    }
    const AlignedBytes aligned(sealed(crafted));
    try {
      const auto index = ExactVectorIndex::over(aligned.bytes());
      const std::vector<float> vector(index.dimension(), 0.1F);
      for (const DenseHit& hit : index.search({.vector = vector, .limit = 2})) {
        ASSERT_LT(hit.doc, index.size());
      }
      ++accepted;
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
    }
  }
  EXPECT_GT(accepted, 0U) << "some changes touch only the values of vectors";
}

}  // namespace
}  // namespace anireco
