#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"

namespace anireco {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "anireco-file-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

template <typename Action>
ErrorKind kind_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST_F(FileTest, WhatIsWrittenIsRead) {
  const std::string text("a\0b\n\xff", 5);
  write_file_atomic(folder_ / "new" / "x", text);
  EXPECT_EQ(read_file(folder_ / "new" / "x"), text);
  EXPECT_EQ(size_of_file(folder_ / "new" / "x"), 5U);
}

TEST_F(FileTest, ReplacingLeavesNoTemporaryFile) {
  write_file_atomic(folder_ / "x", "old");
  write_file_atomic(folder_ / "x", std::string(3'000'000, 'n'));
  EXPECT_EQ(read_file(folder_ / "x").size(), 3'000'000U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, ALinkIsFollowedAndWhatIsNoFileIsLeftAlone) {
  write_file_atomic(folder_ / "x", "old");
  std::filesystem::create_symlink("x", folder_ / "link");
  write_file_atomic(folder_ / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "x"), "new");
  std::filesystem::create_symlink("later", folder_ / "ahead");
  write_file_atomic(folder_ / "ahead", "new");
  EXPECT_EQ(read_file(folder_ / "later"), "new");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(kind_of([&] { write_file_atomic(folder_ / "pipe", "new"); }),
            ErrorKind::invalid_argument);
  EXPECT_TRUE(std::filesystem::is_fifo(folder_ / "pipe"));
  EXPECT_EQ(kind_of([&] { write_file_atomic(folder_, "new"); }), ErrorKind::invalid_argument);
}

TEST_F(FileTest, WhoMayReadANewFileIsTheUmasksOrTheOwnersAffair) {
  const auto mode = [&](const char* name, FileReaders readers) {
    AtomicFileWriter writer(folder_ / name, readers);
    writer.commit();
    return static_cast<unsigned>(std::filesystem::status(folder_ / name).permissions());
  };
  const mode_t before = ::umask(022);
  EXPECT_EQ(mode("a", FileReaders::umask), 0644U);
  EXPECT_EQ(mode("b", FileReaders::owner), 0600U);
  ::umask(077);
  EXPECT_EQ(mode("c", FileReaders::umask), 0600U);
  ::umask(before);
}

TEST_F(FileTest, AWriterThatIsNotCommittedChangesNothing) {
  write_file_atomic(folder_ / "x", "old");
  {
    AtomicFileWriter writer(folder_ / "x");
    writer.append("new");
  }
  EXPECT_EQ(read_file(folder_ / "x"), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(FileTest, AHeaderCanBeWrittenLast) {
  AtomicFileWriter writer(folder_ / "x");
  writer.append("????");
  writer.append(std::string(2'000'000, 'b'));
  const std::string header = "HEAD";
  writer.overwrite(0, std::as_bytes(std::span(header)));
  EXPECT_EQ(writer.size(), 2'000'004U);
  EXPECT_THROW(writer.overwrite(2'000'002, std::as_bytes(std::span(header))), Error);
  writer.commit();
  const std::string all = read_file(folder_ / "x");
  EXPECT_EQ(all.substr(0, 5), "HEADb");
  EXPECT_EQ(all.size(), 2'000'004U);
  EXPECT_EQ(kind_of([&] { writer.append("x"); }), ErrorKind::internal);
}

TEST_F(FileTest, ErrorsNameTheFileAndKeepThePathPrivate) {
  EXPECT_EQ(kind_of([&] { read_file(folder_ / "none"); }), ErrorKind::not_found);
  EXPECT_EQ(kind_of([&] { read_file(folder_); }), ErrorKind::invalid_argument);
  EXPECT_EQ(kind_of([&] { MappedFile map(folder_ / "none"); }), ErrorKind::not_found);
  EXPECT_EQ(kind_of([&] { size_of_file(folder_ / "none"); }), ErrorKind::not_found);
  try {
    read_file(folder_ / "none");
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("none"));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr(folder_.string())));
    EXPECT_THAT(error.context(), testing::HasSubstr(folder_.string()));
  }
}

TEST_F(FileTest, ALimitOfBytesIsKept) {
  write_file_atomic(folder_ / "x", "12345");
  EXPECT_EQ(read_file(folder_ / "x", 5), "12345");
  EXPECT_EQ(kind_of([&] { read_file(folder_ / "x", 4); }), ErrorKind::invalid_argument);
}

TEST_F(FileTest, AMappedFileOutlivesItsReplacement) {
  write_file_atomic(folder_ / "x", "first");
  MappedFile map(folder_ / "x");
  write_file_atomic(folder_ / "x", "second");
  EXPECT_EQ(map.text(), "first");
  map.prefetch();
  MappedFile moved = std::move(map);
  EXPECT_EQ(moved.text(), "first");
  moved = MappedFile(folder_ / "x");
  EXPECT_EQ(moved.text(), "second");
}

TEST_F(FileTest, AnEmptyFileMapsToAnEmptySpan) {
  write_file_atomic(folder_ / "x", "");
  const MappedFile map(folder_ / "x");
  EXPECT_TRUE(map.bytes().empty());
  EXPECT_TRUE(map.text().empty());
}

TEST_F(FileTest, RemovingTellsWhetherThereWasAFile) {
  write_file_atomic(folder_ / "x", "");
  EXPECT_TRUE(remove_file(folder_ / "x"));
  EXPECT_FALSE(remove_file(folder_ / "x"));
}

}  // namespace
}  // namespace anireco
