#include "encoder/encoder_role.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

TEST(EncoderRoleTest, ReadsTheNamesThatItWritesAndNoOther) {
  for (const EncoderRole role : {EncoderRole::documents, EncoderRole::queries}) {
    EXPECT_EQ(parse_role(to_string(role)), role);
  }
  for (const char* other : {"", "titles", "Queries", "documents "}) {
    EXPECT_EQ(parse_role(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace anireco
