#include "net/local_file_fetcher.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

class LocalFileFetcherTest : public testing::Test {
 protected:
  LocalFileFetcherTest()
      : path_(fs::temp_directory_path() / fmt::format("anireco-file-{}.json", ::getpid())) {
    write_file_atomic(path_, std::string_view("{\"data\": []}"));
  }
  ~LocalFileFetcherTest() override { fs::remove(path_); }
  std::string url() const { return "file://" + path_.string(); }
  fs::path path_;
};

TEST_F(LocalFileFetcherTest, brings_the_file_and_says_when_it_is_as_before) {
  LocalFileFetcher fetcher;
  const FetchResponse first = fetcher.fetch({.url = url()});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "{\"data\": []}");
  const std::string etag = first.headers.at("etag");
  EXPECT_EQ(fetcher.fetch({.url = url(), .headers = {{"If-None-Match", etag}}}).status, 304);
  write_file_atomic(path_, std::string_view("{\"data\": [1]}"));
  EXPECT_EQ(fetcher.fetch({.url = url(), .headers = {{"If-None-Match", etag}}}).status, 200);
}

TEST_F(LocalFileFetcherTest, unpacks_gzip) {
  gzFile file = gzopen(path_.c_str(), "wb");
  gzputs(file, "{\"data\":\n []}");
  gzclose(file);
  EXPECT_EQ(LocalFileFetcher().fetch({.url = url()}).body, "{\"data\":\n []}\n");
}

TEST_F(LocalFileFetcherTest, refuses_other_addresses_and_large_files) {
  LocalFileFetcher fetcher;
  EXPECT_THROW(fetcher.fetch({.url = "http://a.example/"}), Error);
  EXPECT_THROW(fetcher.fetch({.url = "file://relative"}), Error);
  EXPECT_THROW(fetcher.fetch({.url = url() + ".gone"}), Error);
  EXPECT_THROW(fetcher.fetch({.url = url(), .max_body_bytes = 3}), Error);
}

}  // namespace
}  // namespace anireco
