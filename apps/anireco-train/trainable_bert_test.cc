#include "trainable_bert.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "encoder/sentence_encoder.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = ANIRECO_SOURCE_DIR;

fs::path model_folder() {
  const char* folder = std::getenv("ANIRECO_MODEL_DIR");
  return folder != nullptr ? fs::path(folder) : kRoot / "build/models/all-MiniLM-L6-v2";
}

/// Every fifth text: of all lengths up to the cut.
std::vector<std::string> some_texts() {
  std::ifstream file(kRoot / "tests/data/encoder_reference.jsonl");
  std::vector<std::string> texts;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    if (number++ % 5 != 0) continue;
    texts.emplace_back(boost::json::parse(line).at("text").as_string());
  }
  return texts;
}

/// The real encoder in the form that learns.
class RealModel : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(model_folder() / "model.safetensors")) {
      GTEST_SKIP() << "no weights in " << model_folder();
    }
    texts_ = some_texts();
    ASSERT_EQ(texts_.size(), 40U);
  }

  TrainableBert bert(const TrainableBertOptions& options) const {
    return TrainableBert(Safetensors::open(model_folder() / "model.safetensors"),
                         read_model_config(model_folder()), options);
  }

  double least_cosine(TrainableBert& bert, const SentenceEncoder& engine) const {
    const torch::NoGradGuard no_gradients;
    bert->eval();
    double least = 1;
    // Some at once, so that padding is part of it.
    constexpr std::size_t kBatch = 8;
    for (std::size_t begin = 0; begin < texts_.size(); begin += kBatch) {
      std::vector<TextEncoder::Tokens> tokens;
      for (std::size_t i = begin; i < begin + kBatch; ++i) {
        tokens.push_back(engine.tokenize(texts_[i]));
      }
      const torch::Tensor rows = bert->forward(tokens);
      for (std::size_t i = 0; i < kBatch; ++i) {
        const std::vector<float> vector = engine.encode(texts_[begin + i]);
        least = std::min(
            least,
            torch::dot(rows[static_cast<std::int64_t>(i)], torch::tensor(vector)).item<double>());
      }
    }
    RecordProperty("least_cosine", std::to_string(least));
    return least;
  }

  std::vector<std::string> texts_;
};

TEST_F(RealModel, GivesTheVectorsOfTheEngine) {
  const auto engine = SentenceEncoder::load(model_folder(), {.precision = EncoderPrecision::fp32});
  TrainableBert plain = bert({});
  EXPECT_GE(least_cosine(plain, *engine), 0.9999);
}

TEST_F(RealModel, WithTheAdapterThatShipsGivesTheVectorsOfTheEngineWithIt) {
  const fs::path adapter = kRoot / "data/encoder/query_adapter";
  std::ifstream stream(adapter / "adapter_config.json");
  const boost::json::value config = boost::json::parse(stream);
  TrainableBert adapted = bert({.rank = config.at("r").to_number<std::int64_t>(),
                                .alpha = config.at("lora_alpha").to_number<double>()});
  const Safetensors file = Safetensors::open(adapter / "adapter_model.safetensors");
  const std::vector<NamedTensor> names = adapted->adapter_tensors();
  std::size_t next = 0;
  for (auto& parameter : adapted->named_parameters()) {
    if (parameter.key().find("lora_") == std::string::npos) continue;
    ASSERT_LT(next, names.size());
    torch::Tensor target = parameter.value().detach();
    const auto view = std::ranges::find(file.tensors(), names[next++].name,
                                        [](const auto& tensor) { return tensor.first; });
    ASSERT_NE(view, file.tensors().end()) << parameter.key();
    target.copy_(torch::tensor(view->second.to_floats()).reshape(target.sizes()));
  }
  EXPECT_EQ(next, file.tensors().size());
  const auto engine = SentenceEncoder::load(
      model_folder(), {.precision = EncoderPrecision::fp32, .adapter = adapter});
  EXPECT_GE(least_cosine(adapted, *engine), 0.9999);
  const auto plain = SentenceEncoder::load(model_folder(), {.precision = EncoderPrecision::fp32});
  EXPECT_LT(least_cosine(adapted, *plain), 0.99) << "the adapter changed nothing";
}

}  // namespace
}  // namespace anireco::trainer
