#include "training/request_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace anireco {
namespace {

std::filesystem::path written(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "requests.jsonl";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(RequestFile, ReadsOneRequestALine) {
  const auto requests = read_training_requests(
      written("{\"mal\": 7, \"kind\": \"plot\", \"query\": \"witches in rome\"}\n"
              "{\"kind\":\"mood\",\"query\":\"тихое\",\"mal\":4294967295}\n"));
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].mal, 7U);
  EXPECT_EQ(requests[0].kind, "plot");
  EXPECT_EQ(requests[0].query, "witches in rome");
  EXPECT_EQ(requests[1].mal, 4294967295U);
  EXPECT_EQ(requests[1].query, "тихое");
}

TEST(RequestFile, NamesFileAndLineOfWhatItCannotUse) {
  const std::string good = "{\"mal\": 7, \"kind\": \"plot\", \"query\": \"witches\"}\n";
  for (const char* bad :
       {"no json", "[]", "{\"kind\":\"plot\",\"query\":\"x\"}",
        "{\"mal\":0,\"kind\":\"plot\",\"query\":\"x\"}",
        "{\"mal\":-1,\"kind\":\"plot\",\"query\":\"x\"}",
        "{\"mal\":4294967296,\"kind\":\"plot\",\"query\":\"x\"}",
        "{\"mal\":\"7\",\"kind\":\"plot\",\"query\":\"x\"}", "{\"mal\":7,\"query\":\"x\"}",
        "{\"mal\":7,\"kind\":\"plot\",\"query\":\"\"}", "{\"mal\":7,\"kind\":\"plot\"}"}) {
    try {
      read_training_requests(written(good + bad + "\n"));
      ADD_FAILURE() << bad << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
      EXPECT_NE(std::string(error.what()).find("requests.jsonl:2:"), std::string::npos)
          << error.what();
    }
  }
  EXPECT_THROW(read_training_requests("/nowhere/requests.jsonl"), Error);
}

TEST(ValidationSplit, IsATenthByTheDigestOfTheNumber) {
  // Taken by Python's hashlib: int(sha256(b"1").hexdigest(), 16) % 10 and so on.
  const std::vector<int> remainders = {5, 1, 8, 2, 3, 3, 9, 9, 7, 7, 8, 6, 2, 5, 3,
                                       3, 1, 0, 3, 3, 7, 3, 8, 5, 7, 2, 1, 6, 4, 4};
  for (std::uint32_t id = 1; id <= remainders.size(); ++id) {
    EXPECT_EQ(is_validation_franchise(id), remainders[id - 1] == 0) << id;
  }
  int share = 0;
  for (std::uint32_t id = 1; id <= 10000; ++id) share += is_validation_franchise(id) ? 1 : 0;
  EXPECT_NEAR(share, 1000, 100);
}

}  // namespace
}  // namespace anireco
