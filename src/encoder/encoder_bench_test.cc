#include "encoder/encoder_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"

namespace anireco {
namespace {

TEST(EncoderBench, MeasuresEveryFigure) {
  const char* variable = std::getenv("ANIRECO_MODEL_DIR");
  const std::filesystem::path folder =
      variable != nullptr
          ? std::filesystem::path(variable)
          : std::filesystem::path(ANIRECO_SOURCE_DIR) / "build/models/all-MiniLM-L6-v2";
  if (!std::filesystem::exists(folder / "model.safetensors")) GTEST_SKIP() << "no weights";
  const EncoderBenchResult result = bench_encoder(folder, {.threads = 2, .seconds = 0.01});
  EXPECT_EQ(result.threads, 2U);
  EXPECT_GT(result.load_ms, 0);
  EXPECT_GT(result.query_p50_ms, 0);
  EXPECT_GE(result.query_p99_ms, result.query_p50_ms);
  EXPECT_GT(result.query_floor_ms, 0);
  EXPECT_GT(result.short_per_second, 0);
  EXPECT_GT(result.documents_per_second, 0);
  EXPECT_GT(result.documents_floor_per_second, 0);
  EXPECT_GT(result.documents_floor_share, 0);
}

TEST(EncoderBench, RefusesATimeOutOfRange) {
  EXPECT_THROW(bench_encoder("nowhere", {.seconds = 0}), Error);
  EXPECT_THROW(bench_encoder("nowhere", {.seconds = 61}), Error);
}

TEST(EncoderBench, ShortTextsHaveSixteenTokensOnAverage) {
  size_t total = 0;
  for (size_t i = 0; i < 17; ++i) total += short_text_tokens(i);
  EXPECT_EQ(total, 17U * 16U);
}

}  // namespace
}  // namespace anireco
