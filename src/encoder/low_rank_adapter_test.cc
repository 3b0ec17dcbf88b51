#include "encoder/low_rank_adapter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "encoder/safetensors_writer.h"
#include "encoder/sentence_encoder.h"
#include "encoder/tiny_model.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = R"({"peft_type": "LORA", "r": 3, "lora_alpha": 6})";
const std::string kMatrix = "encoder.layer.1.intermediate.dense";
const std::string kQuery = "encoder.layer.0.attention.self.query";

NamedTensor random_tensor(const std::string& name, std::uint64_t rows, std::uint64_t columns) {
  std::mt19937 random(static_cast<unsigned>(rows * 31 + columns + name.size()));
  std::normal_distribution<float> normal(0, 0.3F);
  NamedTensor tensor{name, {rows, columns}, {}};
  for (std::uint64_t i = 0; i < rows * columns; ++i) tensor.values.push_back(normal(random));
  return tensor;
}

std::vector<NamedTensor> change(const std::string& matrix, std::uint64_t out, std::uint64_t in) {
  return {random_tensor("base_model.model." + matrix + ".lora_A.weight", 3, in),
          random_tensor("base_model.model." + matrix + ".lora_B.weight", out, 3)};
}

void write_adapter(const fs::path& folder, const std::vector<NamedTensor>& tensors,
                   std::string_view config = kConfig) {
  write_file_atomic(folder / "adapter_model.safetensors",
                    format_safetensors(tensors, TensorType::f32));
  write_file_atomic(folder / "adapter_config.json", config);
}

/// The tensor + alpha / r * B * A, by loops.
void apply(tiny::Tensor& weight, const NamedTensor& a, const NamedTensor& b) {
  const std::size_t in = weight.shape[1];
  for (std::size_t o = 0; o < weight.shape[0]; ++o) {
    for (std::size_t i = 0; i < in; ++i) {
      for (std::size_t r = 0; r < 3; ++r) {
        weight.values[o * in + i] += 2 * b.values[o * 3 + r] * a.values[r * in + i];
      }
    }
  }
}

ErrorKind refusal(const fs::path& model, const fs::path& adapter) {
  try {
    SentenceEncoder::load(model, {.adapter = adapter});
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << adapter << " was taken";
  return ErrorKind::internal;
}

class LowRankAdapterTest : public testing::Test {
 protected:
  LowRankAdapterTest() : folder_(tiny::new_folder("low_rank")) { model_.write(folder_ / "model"); }

  std::vector<float> encode(const fs::path& adapter) const {
    return SentenceEncoder::load(folder_ / "model",
                                 {.precision = EncoderPrecision::fp32, .adapter = adapter})
        ->encode("a quiet show about the sea");
  }

  fs::path folder_;
  tiny::Model model_{tiny::Sizes{.prefix = "bert."}};
};

TEST_F(LowRankAdapterTest, ChangesTheMatricesThatItNames) {
  auto tensors = change(kMatrix, 96, 48);
  const auto query = change(kQuery, 48, 48);
  tensors.insert(tensors.end(), query.begin(), query.end());
  write_adapter(folder_ / "adapter", tensors);
  apply(model_.tensors().at("bert." + kMatrix + ".weight"), tensors[0], tensors[1]);
  apply(model_.tensors().at("bert." + kQuery + ".weight"), tensors[2], tensors[3]);
  model_.write(folder_ / "merged");
  const std::vector<float> adapted = encode(folder_ / "adapter");
  const std::vector<float> merged =
      SentenceEncoder::load(folder_ / "merged", {.precision = EncoderPrecision::fp32})
          ->encode("a quiet show about the sea");
  const std::vector<float> plain = encode({});
  float difference = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(adapted[i], merged[i], 1e-5);
    difference += std::abs(adapted[i] - plain[i]);
  }
  EXPECT_GT(difference, 0.1F);
}

TEST_F(LowRankAdapterTest, KeepsTheModelsFingerprintAndRefusesAnAdapterOfAnother) {
  const std::string fingerprint = SentenceEncoder::load(folder_ / "model")->fingerprint();
  const auto config = [](const std::string& base) {
    return R"({"peft_type": "LORA", "r": 3, "lora_alpha": 6, "base_model_fingerprint": ")" + base +
           "\"}";
  };
  write_adapter(folder_ / "ours", change(kMatrix, 96, 48), config(fingerprint));
  EXPECT_EQ(SentenceEncoder::load(folder_ / "model", {.adapter = folder_ / "ours"})->fingerprint(),
            fingerprint);
  write_adapter(folder_ / "other", change(kMatrix, 96, 48), config("0123456789abcdef"));
  EXPECT_EQ(refusal(folder_ / "model", folder_ / "other"), ErrorKind::invalid_argument);
}

TEST_F(LowRankAdapterTest, RefusesWhatDoesNotFit) {
  const auto good = change(kMatrix, 96, 48);
  const auto expect = [&](ErrorKind kind, const std::vector<NamedTensor>& tensors,
                          std::string_view config = kConfig) {
    write_adapter(folder_ / "bad", tensors, config);
    EXPECT_EQ(refusal(folder_ / "model", folder_ / "bad"), kind) << config;
  };
  expect(ErrorKind::corrupt, {good[0]});
  expect(ErrorKind::corrupt, {good[1]});
  expect(ErrorKind::corrupt, change(kMatrix, 48, 96));
  expect(ErrorKind::corrupt, change("encoder.layer.7.intermediate.dense", 96, 48));
  expect(ErrorKind::corrupt, change("embeddings.word_embeddings", 27, 48));
  expect(ErrorKind::corrupt, good, R"({"peft_type": "LORA", "r": 4, "lora_alpha": 6})");
  expect(ErrorKind::corrupt, good, R"({"peft_type": "LORA", "r": 0, "lora_alpha": 6})");
  expect(ErrorKind::corrupt, good, R"({"peft_type": "LORA", "r": 3})");
  expect(ErrorKind::corrupt, good, R"({"peft_type": "LORA", "r": 3, "lora_alpha": -1})");
  expect(ErrorKind::corrupt, good, "no json");
  expect(ErrorKind::invalid_argument, good, R"({"peft_type": "IA3", "r": 3, "lora_alpha": 6})");
  auto infinite = good;
  infinite[0].values[5] = INFINITY;
  expect(ErrorKind::corrupt, infinite);
  auto huge = good;
  for (NamedTensor& tensor : huge) tensor.values.assign(tensor.values.size(), 3e20F);
  expect(ErrorKind::corrupt, huge);
  for (const char* kind : {R"("use_rslora": true)", R"("use_dora": true)",
                           R"("alpha_pattern": {"a": 1})", R"("rank_pattern": {"a": 1})"}) {
    expect(ErrorKind::invalid_argument, good,
           R"({"peft_type": "LORA", "r": 3, "lora_alpha": 6, )" + std::string(kind) + "}");
  }
  EXPECT_EQ(refusal(folder_ / "model", folder_ / "absent"), ErrorKind::not_found);
}

TEST(SafetensorsWriter, WritesWhatTheReaderReads) {
  const std::vector<NamedTensor> tensors = {{"b", {2, 3}, {1, -2, 3.5F, 0, 1e-3F, 7}},
                                            {"a", {1}, {0.1F}}};
  for (const TensorType type : {TensorType::f32, TensorType::bf16}) {
    const std::string bytes = format_safetensors(tensors, type);
    const Safetensors file = Safetensors::parse(std::as_bytes(std::span(bytes)));
    EXPECT_EQ(file.tensors().size(), 2U);
    for (const NamedTensor& tensor : tensors) {
      const std::vector<float> read = file.at(tensor.name, tensor.shape).to_floats();
      for (std::size_t i = 0; i < read.size(); ++i) {
        const float tolerance = type == TensorType::f32 ? 0 : std::abs(tensor.values[i]) / 256;
        EXPECT_NEAR(read[i], tensor.values[i], tolerance);
      }
    }
    EXPECT_EQ(bytes, format_safetensors(tensors, type));
  }
}

TEST(SafetensorsWriter, RefusesWhatIsNoTensor) {
  EXPECT_THROW(format_safetensors({{"a", {2}, {1}}}, TensorType::f32), Error);
  EXPECT_THROW(format_safetensors({{"a", {1}, {1}}, {"a", {1}, {1}}}, TensorType::f32), Error);
  EXPECT_THROW(format_safetensors({{"a", {1}, {1}}}, TensorType::f16), Error);
}

}  // namespace
}  // namespace anireco
