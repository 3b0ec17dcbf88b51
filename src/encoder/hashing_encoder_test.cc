#include "encoder/hashing_encoder.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

float likeness(const TextEncoder& encoder, const std::string& a, const std::string& b) {
  const std::vector<float> x = encoder.encode(a);
  const std::vector<float> y = encoder.encode(b);
  return dot_f32(x.data(), y.data(), x.size());
}

TEST(HashingEncoder, SharedWordsMeanNearness) {
  const HashingEncoder encoder(256);
  EXPECT_NEAR(likeness(encoder, "Quiet SEA", "sea, quiet!"), 1.0F, 1e-6F);
  EXPECT_GT(likeness(encoder, "quiet sea show", "quiet sea"), 0.7F);
  EXPECT_LT(likeness(encoder, "quiet sea", "giant robots"), 0.3F);
  EXPECT_NEAR(likeness(encoder, "тихое море", "море тихое"), 1.0F, 1e-6F);
}

TEST(HashingEncoder, EveryTextHasAVectorOfLengthOne) {
  const HashingEncoder encoder(8);
  for (const char* text : {"", " ", "a", "a b c d e f g h i j k l m n", "\xff\xfe"}) {
    const std::vector<float> v = encoder.encode(std::string(text));
    EXPECT_NEAR(dot_f32(v.data(), v.data(), v.size()), 1.0F, 1e-5F) << text;
  }
}

TEST(HashingEncoder, CutsLongTextsAndNamesItsSettings) {
  const HashingEncoder encoder(16, 2);
  EXPECT_EQ(encoder.tokenize("one two three").size(), 2U);
  EXPECT_NE(encoder.fingerprint(), HashingEncoder(16, 3).fingerprint());
  EXPECT_THROW(HashingEncoder(0), Error);
}

}  // namespace
}  // namespace anireco
