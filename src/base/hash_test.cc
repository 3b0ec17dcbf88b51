#include "base/hash.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

TEST(Sha256Test, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256Test, PiecesGiveTheSameAsTheWholeAndTheObjectStartsAfresh) {
  Sha256 sha;
  sha.update("a");
  sha.update("bc");
  EXPECT_EQ(sha.finish(), sha256_hex("abc"));
  EXPECT_EQ(sha.finish(), sha256_hex(""));
}

TEST(Sha256Test, OfAFileIsThatOfItsBytes) {
  const auto path =
      std::filesystem::temp_directory_path() / ("anireco-hash-" + std::to_string(::getpid()));
  const std::string bytes(3'000'001, 'q');
  write_file_atomic(path, bytes);
  EXPECT_EQ(sha256_file_hex(path), sha256_hex(bytes));
  remove_file(path);
  EXPECT_THROW(sha256_file_hex(path), Error);
}

TEST(EqualInConstantTimeTest, ComparesContents) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secrets"));
}

TEST(Xxh3Test, IsStable) {
  EXPECT_EQ(xxh3_64(""), 0x2d06800538d394c2ULL);
  EXPECT_NE(xxh3_64("abc"), xxh3_64("abc", 1));
}

TEST(Xxh3Test, PiecesGiveTheSameAsTheWhole) {
  const std::string text(1000, 'x');
  Xxh3Stream stream;
  EXPECT_EQ(stream.digest(), xxh3_64(""));
  stream.update(text.substr(0, 300));
  stream.digest();
  stream.update(text.substr(300));
  EXPECT_EQ(stream.digest(), xxh3_64(text));
}

}  // namespace
}  // namespace anireco
