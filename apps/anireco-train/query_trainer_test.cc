#include "query_trainer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "encoder/sentence_encoder.h"
#include "encoder/tiny_model.h"
#include "fulltext/document_text.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kWords = {"sea", "night", "cat", "moon", "tower", "robot", "dream"};

fs::path new_folder(const std::string& name) {
  fs::path folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

/// A toy encoder and a catalogue of seven titles, encoded by it: each is about one word.
struct Fixture {
  explicit Fixture(const std::string& name) : folder(new_folder(name)) {
    tiny::Model(tiny::Sizes{}).write(folder / "model");
    encoder = SentenceEncoder::load(folder / "model", {.precision = EncoderPrecision::fp32});
    std::vector<Anime> records;
    for (std::size_t i = 0; i < kWords.size(); ++i) {
      Anime anime;
      anime.id = "a" + std::to_string(i);
      anime.titles.romaji = "the " + kWords[i];
      anime.synopses = {{"en", "our " + kWords[i] + ".", "anireco"},
                        {"en", "a show about the " + kWords[i] + ". rain and train.", "mal"}};
      anime.remembered = {{"en", "a quiet " + kWords[i], false}};
      records.push_back(anime);
    }
    snapshot.catalog = std::make_unique<const Catalog>(records);
    VectorFileWriter writer(folder / "vectors.bin",
                            {encoder->fingerprint(), encoder->dimension(), 1});
    for (DocId doc = 0; doc < kWords.size(); ++doc) {
      const Anime& anime = (*snapshot.catalog)[doc];
      std::vector<std::uint16_t> windows;
      for (const Window& window : document_windows(anime)) append(windows, window.text);
      std::vector<std::uint16_t> own;
      append(own, document_text(anime));
      writer.add(own, windows);
    }
    writer.commit();
    file = MappedFile(folder / "vectors.bin");
    view = parse_vector_file(file.bytes());
    all = std::make_unique<TitleRows>(
        snapshot, view, TitleRowsOptions{.takes = [](DocId) { return true; }, .own_words = true});
    foreign_documents = encode_foreign_documents(*snapshot.catalog, *encoder);
    foreign = std::make_unique<TitleRows>(snapshot, view,
                                          TitleRowsOptions{.takes = [](DocId) { return true; },
                                                           .own_words = false,
                                                           .foreign = &foreign_documents});
    // Nothing of the text tells the titles apart in the way the raw encoder would.
    for (DocId doc = 0; doc < kWords.size(); ++doc) {
      const std::string word = kWords[(doc + 3) % kWords.size()];
      examples.push_back({"blue " + word + " song", snapshot.catalog->franchise(doc)});
    }
  }

  void append(std::vector<std::uint16_t>& to, const std::string& text) const {
    for (const float v : encoder->encode(text)) to.push_back(to_bfloat16(v).bits);
  }

  TrainableBert bert(std::int64_t rank = 4) const {
    torch::manual_seed(3);
    return TrainableBert(Safetensors::open(folder / "model" / "model.safetensors"),
                         read_model_config(folder / "model"),
                         TrainableBertOptions{.rank = rank, .alpha = 8});
  }

  QueryTrainerTitles titles() const { return {foreign.get(), all.get(), foreign.get(), all.get()}; }

  TrainingRun run(const std::string& checkpoint) const {
    return {.checkpoint = folder / checkpoint,
            .fingerprint = "a run",
            .on_validation = [](const Validation&) {},
            .on_step = [](std::int64_t, double) {}};
  }

  fs::path folder;
  std::shared_ptr<const SentenceEncoder> encoder;
  Snapshot snapshot;
  MappedFile file;
  VectorFileView view;
  ForeignDocuments foreign_documents;
  std::unique_ptr<TitleRows> all, foreign;
  std::vector<QueryExample> examples;
};

Recipe small_recipe() {
  Recipe recipe;
  recipe.steps = 60;
  recipe.batch = 4;
  recipe.learning_rate = 0.02;
  recipe.weight_decay = 0;
  recipe.word_dropout = 0.3;
  recipe.validate_every = 20;
  return recipe;
}

TEST(TrainableBert, GivesTheEnginesVectorsBeforeAnyStep) {
  const Fixture f("agree");
  std::vector<TextEncoder::Tokens> sequences;
  for (const char* text : {"a quiet show about the sea", "cats", "", "robot dream , moon ."}) {
    sequences.push_back(f.encoder->tokenize(text));
  }
  const torch::Tensor ours = f.bert()->forward(sequences);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    std::vector<float> engine(f.encoder->dimension());
    f.encoder->encode_tokens(std::span(&sequences[i], 1), engine);
    const torch::Tensor row = ours[static_cast<std::int64_t>(i)];
    EXPECT_GT(torch::dot(row, torch::tensor(engine)).item<double>(), 0.99999);
  }
}

TEST(TrainableBert, AWrittenAdapterGivesTheEngineWhatWasTrained) {
  const Fixture f("written");
  TrainableBert bert = f.bert();
  QueryTrainer trainer(small_recipe(), bert, *f.encoder, f.titles());
  trainer.train(f.examples, {}, f.examples, f.run("checkpoint.pt"));
  write_file_atomic(f.folder / "adapter" / "adapter_model.safetensors",
                    format_safetensors(bert->adapter_tensors(), TensorType::f32));
  write_file_atomic(f.folder / "adapter" / "adapter_config.json",
                    R"({"peft_type": "LORA", "r": 4, "lora_alpha": 8})");
  const auto adapted = SentenceEncoder::load(
      f.folder / "model", {.precision = EncoderPrecision::fp32, .adapter = f.folder / "adapter"});
  const TextEncoder::Tokens tokens = f.encoder->tokenize("blue moon song");
  const torch::Tensor trained = bert->forward({tokens})[0];
  const auto cosine = [&](const SentenceEncoder& encoder) {
    std::vector<float> vector(encoder.dimension());
    encoder.encode_tokens(std::span(&tokens, 1), vector);
    return torch::dot(trained, torch::tensor(vector)).item<double>();
  };
  EXPECT_GT(cosine(*adapted), 0.9999);
  EXPECT_LT(cosine(*f.encoder), 0.99) << "training changed nothing";
}

TEST(QueryTrainer, LearnsOneBatchByHeart) {
  const Fixture f("heart");
  Recipe recipe = small_recipe();
  recipe.word_dropout = 0;
  recipe.batch = 7;
  std::vector<Validation> looks;
  TrainingRun run = f.run("checkpoint.pt");
  run.on_validation = [&](const Validation& v) { looks.push_back(v); };
  QueryTrainer trainer(recipe, f.bert(), *f.encoder, f.titles());
  trainer.train(f.examples, {}, f.examples, run);
  ASSERT_EQ(looks.size(), 4U);
  EXPECT_LT(looks.front().mrr_own, 0.6);
  EXPECT_EQ(looks.back().mrr_own, 1);
  EXPECT_LT(looks.back().loss, looks[1].loss / 4);
}

TEST(QueryTrainer, LearnsFromMaskedSentences) {
  const Fixture f("sentences");
  const TitleRows documents(f.snapshot, f.view,
                            TitleRowsOptions{.takes = [](DocId) { return true; },
                                             .own_words = false,
                                             .foreign = &f.foreign_documents,
                                             .window_weight = 0});
  std::vector<MaskedSentence> sentences;
  for (DocId doc = 0; doc < kWords.size(); ++doc) {
    const std::string text = "a show about the " + kWords[(doc + 2) % kWords.size()];
    sentences.push_back({text, f.snapshot.catalog->franchise(doc),
                         f.encoder->encode("the " + kWords[doc] + " rain and train")});
  }
  Recipe recipe = small_recipe();
  recipe.word_dropout = 0;
  recipe.batch = 7;
  recipe.sentences = 0.9;
  QueryTrainerTitles titles = f.titles();
  titles.sentence = &documents;
  const auto run_to = [&](const std::string& checkpoint, std::int64_t stop,
                          std::vector<Validation>& looks) {
    TrainingRun run = f.run(checkpoint);
    run.stop_after = stop;
    run.on_validation = [&](const Validation& v) { looks.push_back(v); };
    TrainableBert bert = f.bert();
    QueryTrainer(recipe, bert, *f.encoder, titles).train(f.examples, sentences, f.examples, run);
    return bert->adapter_tensors();
  };
  std::vector<Validation> looks;
  const auto whole = run_to("whole.pt", INT64_MAX, looks);
  ASSERT_EQ(looks.size(), 4U);
  EXPECT_LT(looks.back().loss, looks[1].loss / 2);
  std::vector<Validation> rest;
  run_to("parts.pt", 30, rest);
  const auto continued = run_to("parts.pt", INT64_MAX, rest);
  ASSERT_EQ(continued.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(continued[i].values, whole[i].values) << whole[i].name;
  }
}

TEST(QueryTrainer, ItsGradientIsTheSlopeOfItsLoss) {
  const Fixture f("gradient");
  TrainableBert bert = f.bert();
  // B is zero at first, where A has no slope.
  const torch::NoGradGuard no_gradients;
  for (auto& parameter : bert->named_parameters()) {
    if (parameter.key().find("lora_b") != std::string::npos) {
      parameter.value().copy_(torch::randn_like(parameter.value()) * 0.1);
    }
  }
  std::vector<TextEncoder::Tokens> sequences;
  std::vector<std::int64_t> targets;
  for (const QueryExample& example : f.examples) {
    sequences.push_back(f.encoder->tokenize(example.text));
    targets.push_back(f.all->column(example.franchise));
  }
  const auto loss = [&] {
    return torch::nn::functional::cross_entropy(f.all->scores(bert->forward(sequences)),
                                                torch::tensor(targets));
  };
  {
    const torch::AutoGradMode gradients(true);
    loss().backward();
  }
  std::size_t checked = 0;
  for (auto& parameter : bert->named_parameters()) {
    torch::Tensor values = parameter.value();
    if (!values.grad().defined()) continue;
    // One random direction for each matrix.
    const torch::Tensor direction = torch::randn_like(values);
    const double expected = (values.grad() * direction).sum().item<double>();
    constexpr double kStep = 1e-3;
    values.add_(direction, kStep);
    const double above = loss().item<double>();
    values.add_(direction, -2 * kStep);
    const double below = loss().item<double>();
    values.add_(direction, kStep);
    EXPECT_NEAR((above - below) / (2 * kStep), expected, 0.02 * std::abs(expected) + 2e-3)
        << parameter.key();
    ++checked;
  }
  EXPECT_EQ(checked, 2 * 6 * tiny::Sizes{}.layers);
}

Recipe long_recipe() {
  Recipe recipe = small_recipe();
  recipe.steps = 200;
  return recipe;
}

std::vector<NamedTensor> train_to_the_end(const Fixture& f, const std::string& checkpoint,
                                          std::int64_t first_stop) {
  TrainingRun run = f.run(checkpoint);
  if (first_stop > 0) {
    run.stop_after = first_stop;
    QueryTrainer(long_recipe(), f.bert(), *f.encoder, f.titles())
        .train(f.examples, {}, f.examples, run);
    run.stop_after = INT64_MAX;
  }
  TrainableBert bert = f.bert();
  QueryTrainer(long_recipe(), bert, *f.encoder, f.titles()).train(f.examples, {}, f.examples, run);
  return bert->adapter_tensors();
}

TEST(QueryTrainer, ARunThatIsContinuedEndsWithTheSameBytes) {
  const Fixture f("resume");
  const auto whole = train_to_the_end(f, "whole.pt", 0);
  const auto again = train_to_the_end(f, "again.pt", 0);
  const auto resumed = train_to_the_end(f, "resumed.pt", 77);
  ASSERT_EQ(whole.size(), resumed.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i].values, again[i].values) << whole[i].name;
    EXPECT_EQ(whole[i].values, resumed[i].values) << whole[i].name;
  }
}

TEST(QueryTrainer, RefusesACheckpointOfAnotherRunOrADamagedOne) {
  const Fixture f("refuse");
  TrainingRun run = f.run("checkpoint.pt");
  run.stop_after = 2;
  QueryTrainer trainer(small_recipe(), f.bert(), *f.encoder, f.titles());
  trainer.train(f.examples, {}, f.examples, run);
  run.fingerprint = "another run";
  EXPECT_THROW(trainer.train(f.examples, {}, f.examples, run), Error);
  run.fingerprint = "a run";
  fs::resize_file(run.checkpoint, fs::file_size(run.checkpoint) / 2);
  try {
    trainer.train(f.examples, {}, f.examples, run);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
  }
}

TEST(QueryTrainer, ARunThatDivergesStopsAtTheStep) {
  const Fixture f("diverged_query");
  Recipe recipe = small_recipe();
  recipe.learning_rate = 1e38;
  const TrainingRun run = f.run("checkpoint.pt");
  try {
    QueryTrainer(recipe, f.bert(), *f.encoder, f.titles()).train(f.examples, {}, f.examples, run);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("is not finite"), std::string::npos) << error.what();
  }
  EXPECT_FALSE(fs::exists(run.checkpoint));
}

TEST(TitleRows, ScoresATitleByItsOwnVectorAndItsBestWindow) {
  const Fixture f("rows");
  const std::vector<float> query = f.encoder->encode("a quiet moon");
  const torch::Tensor row = f.all->scores(torch::tensor(query).unsqueeze(0))[0];
  const std::size_t dimension = f.view.info.dimension;
  const auto cosine = [&](std::size_t at) {
    double sum = 0;
    for (std::size_t c = 0; c < dimension; ++c) {
      sum += double{to_float(f.view.exact[at * dimension + c])} * query[c];
    }
    return sum;
  };
  for (DocId doc = 0; doc < kWords.size(); ++doc) {
    double best = -1;
    for (std::size_t at = f.view.first_row[doc] + 1; at < f.view.first_row[doc + 1]; ++at) {
      best = std::max(best, cosine(at));
    }
    const double expected = cosine(f.view.first_row[doc]) + best;
    EXPECT_NEAR(row[f.all->column(f.snapshot.catalog->franchise(doc))].item<double>(), expected,
                1e-5);
  }
}

TEST(TitleRows, LeavesOurOwnWordsOutWhenAsked) {
  const Fixture f("own");
  EXPECT_EQ(f.all->windows(), 3 * kWords.size());
  EXPECT_EQ(f.foreign->windows(), kWords.size());
}

TEST(TitleRows, TakesOurSynopsisOutOfATitlesOwnVectorWhenAsked) {
  const Fixture f("own_vector");
  ASSERT_EQ(f.foreign_documents.size(), kWords.size());
  const std::vector<float> query = f.encoder->encode("our moon");
  const torch::Tensor row = f.foreign->scores(torch::tensor(query).unsqueeze(0))[0];
  for (DocId doc = 0; doc < kWords.size(); ++doc) {
    Anime anime = (*f.snapshot.catalog)[doc];
    anime.remembered.clear();
    std::erase_if(anime.synopses, [](const SourcedText& text) { return text.source == "anireco"; });
    double expected = 0;
    for (const std::string& text : {document_text(anime), document_windows(anime)[0].text}) {
      const std::vector<float> vector = f.encoder->encode(text);
      expected += std::inner_product(vector.begin(), vector.end(), query.begin(), 0.0);
    }
    EXPECT_NEAR(row[f.foreign->column(f.snapshot.catalog->franchise(doc))].item<double>(), expected,
                1e-2);  // The window is stored in bfloat16.
  }
}

}  // namespace
}  // namespace anireco::trainer
