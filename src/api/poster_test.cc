// Posters over the wire: addresses, pictures, levels.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <thread>

#include "api/api_fixture.h"
#include "base/file.h"
#include "base/hash.h"

namespace anireco {
namespace {

using testing_api::small_catalogue;
using testing_api::TestApi;

const std::string kJpeg = "\xFF\xD8\xFF\xE0 a picture";

class PosterApi : public ::testing::Test {
 protected:
  PosterApi() {
    std::string pattern = (std::filesystem::temp_directory_path() / "anireco-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    records_ = small_catalogue();
    for (std::size_t i : {std::size_t{0}, std::size_t{5}}) {
      write_file_atomic(folder_ / poster_name({records_[i].id, 7, ImageForm::jpeg}), kJpeg);
    }
    write_file_atomic(folder_ / "secret.txt", "secret");
  }
  ~PosterApi() override { std::filesystem::remove_all(folder_); }

  std::shared_ptr<const PosterShelf> shelf() const {
    return std::make_shared<const PosterShelf>(folder_);
  }
  std::string path(std::size_t title) const { return "/posters/" + records_[title].id; }

  std::filesystem::path folder_;
  std::vector<Anime> records_;
};

TEST_F(PosterApi, SendsAPictureThatCanBeRevalidated) {
  TestApi api(records_, {}, {}, shelf());
  const auto reply = api.get(path(0));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "image/jpeg");
  EXPECT_EQ(reply.body, kJpeg);
  EXPECT_EQ(reply.headers.at("Cache-Control"), "private, max-age=86400");
  EXPECT_EQ(reply.headers.at("X-Content-Type-Options"), "nosniff");
  const std::string etag = reply.headers.at("ETag");
  EXPECT_EQ(api.get(path(0), {{"if-none-match", etag}}).status, 304);
  EXPECT_EQ(api.get("/posters/mal:1").body, kJpeg) << "any id of the title";
}

TEST_F(PosterApi, IsWhereTheImageUrlLeads) {
  TestApi api(records_, {}, {}, shelf());
  const auto url = [&](const std::string& target) {
    return api.get(target).json().at("image_url");
  };
  EXPECT_EQ(url("/api/v1/anime/" + records_[0].id).as_string(), path(0).c_str());
  EXPECT_EQ(url("/api/v1/anime/" + records_[5].id + "?level=adult").as_string(),
            (path(5) + "?level=adult").c_str());
  EXPECT_EQ(url("/api/v1/anime/" + records_[2].id), boost::json::value(nullptr));
  const auto hits = api.get("/api/v1/search?q=mushishi").json().at("hits").as_array();
  EXPECT_EQ(hits.at(0).at("image_url").as_string(), path(0).c_str());
  const auto names = api.get("/api/v1/suggest?q=mushishi").json().at("suggestions").as_array();
  EXPECT_EQ(names.at(0).at("image_url").as_string(), path(0).c_str());
}

TEST_F(PosterApi, HidesWhatIsAboveTheLevel) {
  TestApi api(records_, {}, {}, shelf());
  const auto none = api.get(path(1));
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(api.get(path(5)).status, 404);
  EXPECT_EQ(api.get(path(5)).body, none.body) << "as if there were none";
  EXPECT_EQ(api.get(path(5) + "?level=adult").status, 200);
  TestApi family(records_, {.max_level = Level::family}, {}, shelf());
  EXPECT_EQ(family.get(path(5) + "?level=adult").status, 404);
}

TEST_F(PosterApi, ReachesNoOtherFile) {
  TestApi api(records_, {}, {}, shelf());
  for (const char* target :
       {"/posters/secret.txt", "/posters/..%2Fsecret.txt", "/posters/%2e%2e/secret.txt",
        "/posters/../posters/secret.txt", "/posters/", "/posters/a/b", "/posters/%00"}) {
    const int status = api.get(target).status;
    EXPECT_TRUE(status == 404 || status == 400) << target << ": " << status;
  }
}

TEST_F(PosterApi, ShowsWhatWasFetchedMeanwhileAndGivesAnswersAnotherEtag) {
  TestApi api(records_, {}, {}, shelf());
  const std::string target = "/api/v1/anime/" + records_[2].id;
  const std::string before = api.get(target).headers.at("ETag");
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  write_file_atomic(folder_ / poster_name({records_[2].id, 7, ImageForm::png}), "\x89PNG");
  EXPECT_EQ(api.get(target, {{"if-none-match", before}}).status, 200);
  EXPECT_EQ(api.get(target).json().at("image_url").as_string(), path(2).c_str());
  std::filesystem::remove_all(folder_);
  EXPECT_EQ(api.get(path(2)).status, 404);
}

}  // namespace
}  // namespace anireco
