#include "api/api_keys.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"

namespace anireco {
namespace {

const std::string kAnnsKey = "ann-has-this-long-key-0123";
const std::string kBensKey = "ben-has-another-key-456789";

TEST(ApiKeys, are_found_by_hash_and_by_text) {
  std::string hash = sha256_hex(kAnnsKey);
  for (char& c : hash) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const ApiKeys keys("# who may ask\r\n\n  ann \t sha256:" + hash + "\r\nben " + kBensKey);
  EXPECT_FALSE(keys.empty());
  EXPECT_EQ(keys.owner(kAnnsKey), "ann");
  EXPECT_EQ(keys.owner(kBensKey), "ben");
  for (const std::string& wrong : {std::string(), kAnnsKey + "x", kAnnsKey.substr(1), hash}) {
    EXPECT_EQ(keys.owner(wrong), std::nullopt) << wrong;
  }
  EXPECT_TRUE(ApiKeys("# nobody\n").empty());
}

TEST(ApiKeys, a_name_may_have_two_while_they_change) {
  const ApiKeys keys("ann " + kAnnsKey + "\nann " + kBensKey + "\n");
  EXPECT_EQ(keys.owner(kAnnsKey), "ann");
  EXPECT_EQ(keys.owner(kBensKey), "ann");
}

TEST(ApiKeys, a_made_line_is_read_and_does_not_hold_the_key) {
  const std::string line = ApiKeys::line("ann", kAnnsKey);
  EXPECT_EQ(line.find(kAnnsKey), std::string::npos);
  EXPECT_EQ(ApiKeys(line).owner(kAnnsKey), "ann");
  EXPECT_THROW(ApiKeys::line("an n", kAnnsKey), Error);
  EXPECT_THROW(ApiKeys::line("ann", "short"), Error);
}

TEST(ApiKeys, a_bad_line_is_named_but_not_shown) {
  for (const std::string& bad :
       {std::string("ann"), std::string("ann short"), "ann sha256:" + std::string(63, 'a'),
        "ann sha256:" + std::string(64, 'g'), "ann with blanks " + kAnnsKey, kAnnsKey + " ",
        "a/b " + kAnnsKey, "ann " + std::string(201, 'x'), std::string(65, 'n') + " " + kAnnsKey}) {
    try {
      const ApiKeys keys("ben " + kBensKey + "\n" + bad + "\n");
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
      EXPECT_STREQ(error.what(), "line 2 is not NAME sha256:HASH or NAME KEY");
      EXPECT_TRUE(error.context().empty());
    }
  }
}

}  // namespace
}  // namespace anireco
