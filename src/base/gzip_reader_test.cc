#include "base/gzip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class LineReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "anireco-line-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LineReader reader(const std::string& content, LineReaderOptions options = {}) {
    write_file_atomic(folder_ / "data.jsonl", content);
    return LineReader(folder_ / "data.jsonl", std::move(options));
  }

  std::filesystem::path folder_;
};

std::vector<std::string> all_lines(LineReader reader) {
  std::vector<std::string> lines;
  while (reader.next()) {
    lines.emplace_back(reader.line());
    EXPECT_EQ(reader.line_number(), lines.size());
  }
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.bytes_read(), reader.bytes_total());
  return lines;
}

TEST_F(LineReaderTest, PlainAndPackedFilesGiveTheSameLines) {
  const std::string text = "one\r\n\nthree \xd1\x91\nlast";
  const testing::Matcher<std::vector<std::string>> expected =
      testing::ElementsAre("one", "", "three \xd1\x91", "last");
  EXPECT_THAT(all_lines(reader(text)), expected);
  EXPECT_THAT(all_lines(reader(gzip(text))), expected);
}

TEST_F(LineReaderTest, APipeIsRefusedRatherThanWaitedFor) {
  const auto path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THROW(LineReader reader(path), Error);
}

TEST_F(LineReaderTest, AFinalLineFeedOpensNoFurtherLine) {
  EXPECT_THAT(all_lines(reader("a\nb\n")), testing::ElementsAre("a", "b"));
  EXPECT_THAT(all_lines(reader("")), testing::ElementsAre());
  EXPECT_THAT(all_lines(reader("\n")), testing::ElementsAre(""));
  EXPECT_THAT(all_lines(reader(gzip(""))), testing::ElementsAre());
}

TEST_F(LineReaderTest, AByteOrderMarkIsDropped) {
  EXPECT_THAT(all_lines(reader("\xef\xbb\xbf{}\n{}")), testing::ElementsAre("{}", "{}"));
  EXPECT_THAT(all_lines(reader(gzip("\xef\xbb\xbf{}"))), testing::ElementsAre("{}"));
}

TEST_F(LineReaderTest, SeveralPackedMembersCountAsOneFile) {
  EXPECT_THAT(all_lines(reader(gzip("a\nb") + gzip("c\nd\n"))),
              testing::ElementsAre("a", "bc", "d"));
}

TEST_F(LineReaderTest, LinesLongerThanAnyBufferComeWhole) {
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t length : {1U, 65'535U, 65'536U, 65'537U, 300'000U}) {
    expected.emplace_back(length, 'x');
    text += expected.back() + "\n";
  }
  EXPECT_EQ(all_lines(reader(text)), expected);
  EXPECT_EQ(all_lines(reader(gzip(text))), expected);
}

TEST_F(LineReaderTest, ALineThatIsTooLongIsNamedAndSkipped) {
  LineReader lines = reader("ok\n" + std::string(1000, 'x') + "\nfine\n", {.max_line_bytes = 999});
  ASSERT_TRUE(lines.next());
  try {
    lines.next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), testing::HasSubstr("data.jsonl:2"));
  }
  ASSERT_TRUE(lines.next());
  EXPECT_EQ(lines.line(), "fine");
  EXPECT_EQ(lines.line_number(), 3U);
  EXPECT_THAT(all_lines(reader(std::string(999, 'x'), {.max_line_bytes = 999})),
              testing::SizeIs(1));
}

TEST_F(LineReaderTest, EveryTruncationOfAPackedFileIsCorrupt) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  const std::string packed = gzip(text);
  for (std::size_t size = 2; size < packed.size(); size += 13) {
    LineReader lines = reader(packed.substr(0, size));
    try {
      while (lines.next()) {
      }
      FAIL() << "cut at " << size;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      EXPECT_THAT(error.what(), testing::HasSubstr("data.jsonl:"));
    }
    EXPECT_FALSE(lines.next());
  }
}

TEST_F(LineReaderTest, AFlippedBitOfAPackedFileIsNeverACrash) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  const std::string packed = gzip(text);
  for (std::size_t at = 10; at < packed.size(); at += 7) {
    std::string flipped = packed;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    LineReader lines = reader(flipped);
    EXPECT_THROW(
        {
          while (lines.next()) {
          }
        },
        Error)
        << at;
  }
}

TEST_F(LineReaderTest, StoppingEndsTheLines) {
  std::stop_source source;
  LineReader lines = reader("a\nb\n", {.stop = source.get_token()});
  ASSERT_TRUE(lines.next());
  source.request_stop();
  EXPECT_FALSE(lines.next());
  EXPECT_TRUE(lines.stopped());
}

TEST_F(LineReaderTest, AMissingFileAndAFolderAreToldApart) {
  try {
    LineReader lines(folder_ / "none");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
  try {
    LineReader lines(folder_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
}

}  // namespace
}  // namespace anireco
