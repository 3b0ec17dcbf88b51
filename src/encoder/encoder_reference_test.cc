#include <gtest/gtest.h>
#include <hwy/targets.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "encoder/sentence_encoder.h"
#include "tensor/matmul.h"
#include "tensor/thread_team.h"

namespace anireco {
namespace {

// Set for the child process that runs with AVX2 only.
constexpr const char* kCappedVariable = "ANIRECO_TEST_CAPPED_TO_AVX2";

std::filesystem::path model_folder() {
  const char* folder = std::getenv("ANIRECO_MODEL_DIR");
  return folder != nullptr
             ? std::filesystem::path(folder)
             : std::filesystem::path(ANIRECO_SOURCE_DIR) / "build/models/all-MiniLM-L6-v2";
}

struct Reference {
  std::string text;
  size_t tokens = 0;
  std::vector<float> vector;
};

std::vector<float> decode_base64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bits = (bits << 6) | static_cast<uint32_t>(alphabet.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xffU);
  }
  std::vector<float> floats(bytes.size() / sizeof(float));
  std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
  return floats;
}

std::vector<Reference> read_references() {
  std::ifstream file(std::filesystem::path(ANIRECO_SOURCE_DIR) /
                     "tests/data/encoder_reference.jsonl");
  std::vector<Reference> references;
  for (std::string line; std::getline(file, line);) {
    const boost::json::object record = boost::json::parse(line).as_object();
    references.push_back({std::string(record.at("text").as_string()),
                          record.at("tokens").to_number<size_t>(),
                          decode_base64(record.at("vector").as_string())});
  }
  return references;
}

// Every `step`-th text, for checks that encode each several times.
std::vector<Reference> thinned(const std::vector<Reference>& all, size_t step) {
  std::vector<Reference> some;
  for (size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

class EncoderReference : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_folder() / "model.safetensors")) {
      GTEST_SKIP() << "no weights in " << model_folder();
    }
    references_ = read_references();
    ASSERT_EQ(references_.size(), 200U);
#if defined(__SANITIZE_THREAD__)
    // Instrumented kernels are some thirty times slower, and threads are what matters there.
    references_ = thinned(references_, 10);
#endif
  }

  struct Cosines {
    double least = 1;
    double mean = 0;
  };

  Cosines measure(EncoderPrecision precision) {
    const auto encoder = SentenceEncoder::load(model_folder(), {.precision = precision});
    Cosines result;
    for (const Reference& reference : references_) {
      EXPECT_EQ(encoder->tokenize(reference.text).size(), reference.tokens) << reference.text;
      const std::vector<float> vector = encoder->encode(reference.text);
      EXPECT_EQ(vector.size(), reference.vector.size());
      double cosine = 0;
      double square = 0;
      for (size_t i = 0; i < vector.size(); ++i) {
        cosine += double{vector[i]} * double{reference.vector[i]};
        square += double{vector[i]} * double{vector[i]};
      }
      EXPECT_NEAR(square, 1, 1e-5);
      result.least = std::min(result.least, cosine);
      result.mean += cosine / static_cast<double>(references_.size());
    }
    RecordProperty("least_cosine", std::to_string(result.least));
    return result;
  }

  double least_cosine(EncoderPrecision precision) { return measure(precision).least; }

  std::vector<Reference> references_;
};

TEST_F(EncoderReference, Fp32IsWithinOneHundredThousandth) {
  EXPECT_GE(least_cosine(EncoderPrecision::fp32), 0.99999);
}

TEST_F(EncoderReference, Bf16IsWithinOneThousandth) {
  if (!cpu_multiplies_bf16()) GTEST_SKIP() << "this CPU has no bf16";
  EXPECT_GE(least_cosine(EncoderPrecision::bf16), 0.999);
}

// Texts of a sign or two, without a word, are the furthest.
TEST_F(EncoderReference, Int8IsWithinTwoThousandthsInTheMeanAndOneHundredthAtMost) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  const Cosines cosines = measure(EncoderPrecision::int8);
  EXPECT_GE(cosines.mean, 0.998);
  EXPECT_GE(cosines.least, 0.99);
  EXPECT_EQ(SentenceEncoder::load(model_folder())->precision(), EncoderPrecision::int8);
}

TEST_F(EncoderReference, TheTextsCoverEveryLengthUpToTheCut) {
  size_t least = 1000;
  size_t most = 0;
  for (const Reference& reference : read_references()) {
    least = std::min(least, reference.tokens);
    most = std::max(most, reference.tokens);
  }
  EXPECT_LE(least, 3U);
  EXPECT_EQ(most, 256U);
}

TEST_F(EncoderReference, BytesAreTheSameAloneInAnyBatchAndInATeam) {
  const std::vector<Reference> references = thinned(references_, 6);
  std::mt19937 random(5);
  ThreadTeam team(2);
  ThreadTeam wide(3);
  std::vector<EncoderPrecision> precisions = {EncoderPrecision::fp32};
  if (cpu_multiplies_bf16()) precisions.push_back(EncoderPrecision::bf16);
  if (cpu_multiplies_int8()) precisions.push_back(EncoderPrecision::int8);
  for (const EncoderPrecision precision : precisions) {
    const auto encoder =
        SentenceEncoder::load(model_folder(), {.precision = precision, .max_team_size = 4});
    const size_t dimension = encoder->dimension();
    std::vector<TextEncoder::Tokens> sequences;
    std::vector<std::vector<float>> alone;
    for (const Reference& reference : references) {
      sequences.push_back(encoder->tokenize(reference.text));
      alone.push_back(encoder->encode(reference.text));
    }
    std::vector<size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), 0);
    size_t batch_size = 1;
    for (ThreadTeam* with : {static_cast<ThreadTeam*>(nullptr), &team, &wide}) {
      std::shuffle(order.begin(), order.end(), random);
      for (size_t first = 0; first < order.size();) {
        const size_t n = std::min(batch_size, order.size() - first);
        std::vector<TextEncoder::Tokens> batch;
        for (size_t i = 0; i < n; ++i) batch.push_back(sequences[order[first + i]]);
        std::vector<float> out(n * dimension);
        encoder->encode_tokens(batch, out, with);
        for (size_t i = 0; i < n; ++i) {
          ASSERT_EQ(std::memcmp(out.data() + i * dimension, alone[order[first + i]].data(),
                                dimension * sizeof(float)),
                    0)
              << references[order[first + i]].text << " in a batch of " << n;
        }
        first += n;
        batch_size = batch_size % 48 + 1;
      }
    }
  }
}

// Runs the tests that `filter` names in a process whose oneDNN may use no more than `isa`.
void run_capped(const std::string& isa, const std::string& filter) {
  if (std::getenv(kCappedVariable) != nullptr) GTEST_SKIP() << "this is the capped process";
  const std::string command = "DNNL_MAX_CPU_ISA=" + isa + " " + kCappedVariable + "=1 '" +
                              std::filesystem::read_symlink("/proc/self/exe").string() +
                              "' --gtest_brief=1 --gtest_filter='" + filter + "'";
  const int status = std::system(command.c_str());
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command;
}

TEST_F(EncoderReference, HoldsWithAvx2Only) { run_capped("AVX2", "CappedEncoderReference.*"); }

TEST_F(EncoderReference, Int8HoldsBesideFp32) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  run_capped("AVX512_CORE_VNNI", "EncoderReference.Int8IsWithin*");
}

class CappedEncoderReference : public EncoderReference {
 protected:
  void SetUp() override {
    if (std::getenv(kCappedVariable) == nullptr) GTEST_SKIP() << "runs in a child process";
    EncoderReference::SetUp();
    references_ = thinned(references_, 3);
    hwy::SetSupportedTargetsForTest(HWY_AVX2);
  }
};

TEST_F(CappedEncoderReference, AutomaticPrecisionIsFp32AndExact) {
  ASSERT_FALSE(cpu_multiplies_bf16());
  ASSERT_FALSE(cpu_multiplies_int8());
  EXPECT_EQ(SentenceEncoder::load(model_folder())->precision(), EncoderPrecision::fp32);
  EXPECT_GE(least_cosine(EncoderPrecision::automatic), 0.99999);
}

TEST_F(CappedEncoderReference, BatchesAndTeamsChangeNoByte) {
  const std::vector<Reference> references = thinned(references_, 4);
  const auto encoder = SentenceEncoder::load(model_folder());
  const size_t dimension = encoder->dimension();
  std::vector<TextEncoder::Tokens> sequences;
  for (const Reference& reference : references) {
    sequences.push_back(encoder->tokenize(reference.text));
  }
  std::vector<float> together(sequences.size() * dimension);
  ThreadTeam team(2);
  encoder->encode_tokens(sequences, together, &team);
  for (size_t i = 0; i < sequences.size(); ++i) {
    const std::vector<float> alone = encoder->encode(references[i].text);
    ASSERT_EQ(std::memcmp(alone.data(), together.data() + i * dimension, dimension * 4), 0);
  }
}

}  // namespace
}  // namespace anireco
