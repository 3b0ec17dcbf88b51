#include "triplet_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "encoder/sentence_encoder.h"
#include "encoder/tiny_model.h"
#include "model_folder.h"
#include "space_report.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

/// A toy encoder and titles of two kinds, told by words that a raw encoder does not weigh.
struct Fixture {
  explicit Fixture(const std::string& name) : folder(fs::path(testing::TempDir()) / name) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    tiny::Model(tiny::Sizes{}).write(folder / "model");
    encoder = SentenceEncoder::load(folder / "model", {.precision = EncoderPrecision::fp32});
    const std::vector<std::string> kinds = {"sea", "robot"};
    const std::vector<std::string> words = {"night", "cat", "moon", "tower", "dream", "rain"};
    for (std::size_t n = 0; n < 12; ++n) {
      const std::string text = words[n / 2] + " of the " + kinds[n % 2];
      data.record.push_back(encoder->tokenize(text));
      data.story.push_back(encoder->tokenize("a quiet show about the " + text));
    }
    // Titles of even numbers are of one kind.
    for (std::size_t a = 0; a < 12; ++a) {
      for (std::size_t step = 2; step < 12; step += 4) {
        const TitleTriplet triplet = {a, (a + step) % 12, (a + step + 1) % 12};
        (a < 8 ? data.train : data.validation).push_back(triplet);
      }
    }
  }

  TrainableBert bert() const {
    return TrainableBert(Safetensors::open(folder / "model" / "model.safetensors"),
                         read_model_config(folder / "model"), TrainableBertOptions{});
  }

  TripletHead head(double dropout = 0.4) const {
    torch::manual_seed(3);
    return TripletHead(
        TripletHeadOptions{.hidden = 48, .width = 24, .dimension = 16, .dropout = dropout});
  }

  TripletRun run(const std::string& name) const {
    return {.checkpoint = folder / (name + ".checkpoint"),
            .best = folder / (name + ".pt"),
            .fingerprint = "a run",
            .on_look = [](const TripletLook&) {},
            .on_step = [](std::int64_t, std::int64_t, double) {}};
  }

  fs::path folder;
  std::shared_ptr<const SentenceEncoder> encoder;
  TripletData data;
};

TripletRecipe small_recipe() {
  TripletRecipe recipe;
  recipe.batch = 6;
  recipe.epochs = 5;
  recipe.encoder_rate = 1e-3;
  recipe.head_rate = 1e-2;
  recipe.unfreeze_first = 0;
  recipe.unfreeze_each = 1;
  recipe.patience = 100;
  return recipe;
}

StateDict trained(const Fixture& f, const std::string& name, std::int64_t first_stop,
                  const TripletRecipe& recipe = small_recipe()) {
  TripletRun run = f.run(name);
  if (first_stop > 0) {
    run.stop_after = first_stop;
    EXPECT_TRUE(TripletTrainer(recipe, f.bert(), f.head(), f.data).train(run).empty());
    run.stop_after = INT64_MAX;
  }
  const TrainableBert bert = f.bert();
  const TripletHead head = f.head();
  EXPECT_FALSE(TripletTrainer(recipe, bert, head, f.data).train(run).empty());
  return state_of(bert, head);
}

TEST(TripletTrainer, KeptStatesGiveWhatTheWholeEncoderGives) {
  const Fixture f("states");
  TrainableBert bert = f.bert();
  const torch::Tensor whole = bert->means(f.data.record);
  for (std::size_t depth = 1; depth <= bert->layers(); ++depth) {
    std::vector<torch::Tensor> states;
    for (const auto& tokens : f.data.record) states.push_back(bert->state(tokens, depth));
    EXPECT_LT((bert->means_of_states(states, depth) - whole).abs().max().item<double>(), 1e-4)
        << depth;
  }
}

TEST(TripletTrainer, UnfreezesFromTheTop) {
  const Fixture f("unfreeze");
  const TrainableBert bert = f.bert();
  TripletTrainer trainer(small_recipe(), bert, f.head(), f.data);
  const auto learning = [&] {
    std::string names;
    for (const auto& [name, tensor] : bert->own_tensors()) {
      if (!tensor.requires_grad()) continue;
      if (name == "embeddings.word_embeddings.weight") names += "E";
      if (name == "embeddings.LayerNorm.bias") names += "e";
      if (name == "encoder.layer.0.attention.self.query.weight") names += "0";
      if (name == "encoder.layer.1.output.LayerNorm.weight") names += "1";
    }
    return names;
  };
  EXPECT_EQ(learning(), "");
  trainer.unfreeze_for(2);
  EXPECT_EQ(learning(), "1");
  trainer.unfreeze_for(3);
  EXPECT_EQ(learning(), "01");
  trainer.unfreeze_for(4);
  EXPECT_EQ(learning(), "Ee01");
}

void expect_the_gradient_to_be_the_slope(const Fixture& f, bool training) {
  TripletRecipe recipe = small_recipe();
  recipe.unfreeze_first = 3;
  recipe.margin = 2;  // No triplet is beyond it, where the loss has a kink.
  TrainableBert bert = f.bert();
  TripletHead head = f.head(0);
  // In floats the differences below drown in rounding.
  bert->to(torch::kFloat64);
  head->to(torch::kFloat64);
  TripletTrainer trainer(recipe, bert, head, f.data);
  head->train(training);
  const auto loss = [&] { return trainer.loss_of(f.data.train, 1); };
  loss().backward();
  StateDict parameters = bert->own_tensors();
  for (const auto& parameter : head->named_parameters()) {
    parameters.emplace_back(parameter.key(), parameter.value());
  }
  const torch::NoGradGuard no_gradients;
  std::size_t checked = 0;
  torch::manual_seed(1);
  for (auto& [name, tensor] : parameters) {
    ASSERT_TRUE(tensor.grad().defined()) << name;
    const torch::Tensor direction = torch::randn_like(tensor);
    const double expected = (tensor.grad() * direction).sum().item<double>();
    constexpr double kStep = 1e-6;
    tensor.add_(direction, kStep);
    const double above = loss().item<double>();
    tensor.add_(direction, -2 * kStep);
    const double below = loss().item<double>();
    tensor.add_(direction, kStep);
    EXPECT_NEAR((above - below) / (2 * kStep), expected, 1e-3 * std::abs(expected) + 1e-6) << name;
    ++checked;
  }
  EXPECT_EQ(checked, 5 + 2 * 16 + 6);
}

TEST(TripletTrainer, ItsGradientIsTheSlopeOfItsLoss) {
  const Fixture f("gradient");
  expect_the_gradient_to_be_the_slope(f, false);
  // As it learns: the batch norm goes by the batch.
  expect_the_gradient_to_be_the_slope(f, true);
}

TEST(TripletTrainer, ARunThatDivergesStopsAtTheStep) {
  const Fixture f("diverged");
  TripletRecipe recipe = small_recipe();
  recipe.head_rate = 1e38;
  const TripletRun run = f.run("run");
  try {
    TripletTrainer(recipe, f.bert(), f.head(), f.data).train(run);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("of step 2 is not finite"), std::string::npos)
        << error.what();
  }
  EXPECT_FALSE(fs::exists(run.checkpoint));
}

TEST(TripletTrainer, StartsOnlyWithACheckpointOfItsOwn) {
  const Fixture f("start");
  TripletRun run = f.run("run");
  run.stop_after = 1;
  int starts = 0;
  run.on_start = [&] { ++starts; };
  TripletTrainer(small_recipe(), f.bert(), f.head(), f.data).train(run);
  EXPECT_EQ(starts, 1);
  run.fingerprint = "another run";
  EXPECT_THROW(TripletTrainer(small_recipe(), f.bert(), f.head(), f.data).train(run), Error);
  EXPECT_EQ(starts, 1);
}

TEST(TripletTrainer, LearnsItsTripletsByHeart) {
  const Fixture f("heart");
  TripletRecipe recipe = small_recipe();
  recipe.epochs = 30;
  recipe.dropout = 0;
  TripletTrainer trainer(recipe, f.bert(), f.head(0), f.data);
  const auto looks = trainer.train(f.run("run"));
  ASSERT_EQ(looks.size(), 31U);
  EXPECT_LT(looks.back().train_loss, looks[1].train_loss / 4);
  EXPECT_GT(looks.back().accuracy, 0.9);
}

TEST(TripletTrainer, ARunThatIsContinuedEndsWithTheSameBytes) {
  const Fixture f("resume");
  const StateDict whole = trained(f, "whole", 0);
  const StateDict again = trained(f, "again", 0);
  // Within an epoch and at its end, with layers still frozen and with all of them learning.
  for (const std::int64_t stop : {2, 4, 14}) {
    const StateDict resumed = trained(f, "resumed" + std::to_string(stop), stop);
    ASSERT_EQ(whole.size(), resumed.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_TRUE(torch::equal(whole[i].second, again[i].second)) << whole[i].first;
      EXPECT_TRUE(torch::equal(whole[i].second, resumed[i].second)) << whole[i].first << stop;
    }
  }
}

TEST(TripletTrainer, StopsEarlyAndKeepsTheBestEpoch) {
  const Fixture f("early");
  TripletRecipe recipe = small_recipe();
  recipe.epochs = 40;
  recipe.patience = 3;
  recipe.encoder_rate = 0.5;  // Ruins the encoder as soon as a layer learns.
  const TrainableBert bert = f.bert();
  const TripletHead head = f.head();
  TripletTrainer trainer(recipe, bert, head, f.data);
  const auto looks = trainer.train(f.run("run"));
  ASSERT_LT(looks.size(), 41U);
  const auto best = std::ranges::max_element(looks, {}, &TripletLook::accuracy);
  EXPECT_EQ(looks.end() - best, 4);
  // What is left is the best epoch, not the last one.
  std::vector<std::size_t> places;
  for (std::size_t role = 0; role < 3; ++role) {
    for (const TitleTriplet& t : f.data.validation) places.push_back(t[role]);
  }
  EXPECT_DOUBLE_EQ(ranked_right(trainer.encode(places)).mean().item<double>(), best->accuracy);
  // Run again, it has nothing left to do.
  EXPECT_EQ(TripletTrainer(recipe, f.bert(), f.head(), f.data).train(f.run("run")).size(),
            looks.size());
}

TEST(ModelFolder, AWrittenModelGivesTheEngineWhatWasTrained) {
  const Fixture f("folder");
  const TrainableBert bert = f.bert();
  const TripletHead head = f.head();
  TripletTrainer trainer(small_recipe(), bert, head, f.data);
  ASSERT_FALSE(trainer.train(f.run("run")).empty());
  write_model_folder(f.folder / "model", f.folder / "out", split_state(state_of(bert, head)));
  const auto engine =
      SentenceEncoder::load(f.folder / "out", {.precision = EncoderPrecision::fp32});
  ASSERT_EQ(engine->dimension(), 16U);
  EXPECT_NE(engine->fingerprint(), f.encoder->fingerprint());
  for (std::size_t title = 0; title < f.data.record.size(); ++title) {
    std::vector<float> vector(engine->dimension());
    engine->encode_tokens(std::span(&f.data.record[title], 1), vector);
    const torch::Tensor ours = trainer.encode(std::span(&title, 1))[0];
    EXPECT_GT(torch::dot(ours, torch::tensor(vector)).item<double>(), 0.9999) << title;
  }
}

/// The model's tensors after one change, beside the model itself; false when they are refused.
bool is_written(const Fixture& f, const std::function<void(ModelTensors&)>& change) {
  ModelTensors tensors = split_state(state_of(f.bert(), f.head()));
  change(tensors);
  const fs::path out = f.folder / "converted";
  fs::remove_all(out);
  try {
    write_model_folder(f.folder / "model", out, tensors);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_FALSE(fs::exists(out)) << error.what();
    return false;
  }
  return fs::exists(out / "config.json");
}

TEST(ModelFolder, OfTensorsThatAreNotTheBasesIsRefused) {
  const Fixture f("mixed");
  EXPECT_TRUE(is_written(f, [](ModelTensors&) {}));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) { t.encoder.pop_back(); }));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) {
    t.encoder.emplace_back("encoder.layer.2.output.dense.bias", torch::ones({48}));
  }));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) {
    t.encoder[0].second = torch::ones({t.encoder[0].second.size(0) + 1, 48});
  }));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) { t.encoder.push_back(t.encoder.front()); }));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) { t.head[0].second = torch::ones({24, 47}); }));
  EXPECT_FALSE(is_written(f, [](ModelTensors& t) { t.head[2].second = torch::ones({23}); }));
}

TEST(ModelFolder, HasThePoolerOfItsBaseAndNothingElseOfIt) {
  const Fixture f("pooler");
  tiny::Model base(tiny::Sizes{});
  base.tensors()["pooler.dense.bias"] = {{48}, std::vector<float>(48, 2)};
  base.tensors()["cls.predictions.bias"] = {{3}, {1, 2, 3}};
  base.write(f.folder / "model");
  EXPECT_TRUE(is_written(f, [](ModelTensors&) {}));
  const auto file = Safetensors::open(f.folder / "converted" / "model.safetensors");
  EXPECT_EQ(file.at("pooler.dense.bias", std::array<std::uint64_t, 1>{48}).to_floats()[0], 2);
  EXPECT_FALSE(file.contains("cls.predictions.bias"));
}

TEST(ModelFolder, HasTheTokenizerAndPromptsOfItsBaseAlone) {
  const Fixture f("tokenizer");
  const fs::path prompts = f.folder / "model" / "config_sentence_transformers.json";
  const fs::path out = f.folder / "written";
  const auto write = [&] {
    write_model_folder(f.folder / "model", out, split_state(state_of(f.bert(), f.head())));
  };
  write_file_atomic(prompts, R"({"prompts": {"query": "about: "}})");
  fs::create_directories(out);
  write_file_atomic(out / "sentencepiece.bpe.model", "of another base");
  write();
  EXPECT_FALSE(fs::exists(out / "sentencepiece.bpe.model"));
  EXPECT_EQ(read_model_config(out).query_prompt, "about: ");
  fs::remove(prompts);
  write();
  EXPECT_EQ(read_model_config(out).query_prompt, "");
}

TEST(ModelFolder, IsUnusableWhileItIsWritten) {
  const Fixture f("half");
  ASSERT_TRUE(is_written(f, [](ModelTensors&) {}));
  const fs::path out = f.folder / "converted";
  // A folder in the file's place stops the writing midway.
  fs::remove(out / "model.safetensors");
  fs::create_directories(out / "model.safetensors" / "x");
  EXPECT_THROW(
      write_model_folder(f.folder / "model", out, split_state(state_of(f.bert(), f.head()))),
      Error);
  EXPECT_FALSE(fs::exists(out / "config.json"));
}

TEST(PrincipalPlane, FindsTheDirectionOfGreatestSpread) {
  torch::manual_seed(4);
  torch::Tensor rows = torch::randn({200, 5}) * 0.1;
  rows.select(1, 3).add_(torch::linspace(-2, 2, 200));
  rows.select(1, 1).add_(torch::randn({200}) * 0.4);
  const torch::Tensor plane = principal_plane(rows);
  ASSERT_EQ(plane.size(0), 200);
  const auto spread = plane.pow(2).mean(0);
  EXPECT_GT(spread[0].item<double>(), spread[1].item<double>());
  EXPECT_GT(plane[199][0].item<double>(), 1.5);
  EXPECT_LT(plane[0][0].item<double>(), -1.5);
}

}  // namespace
}  // namespace anireco::trainer
