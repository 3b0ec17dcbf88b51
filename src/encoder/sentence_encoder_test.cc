#include "encoder/sentence_encoder.h"

#include <gtest/gtest.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "encoder/model_config.h"
#include "encoder/tiny_model.h"
#include "tensor/matmul.h"
#include "tensor/thread_team.h"
#include "text/tokenizer.h"

namespace anireco {
namespace {

const std::string kText = "A quiet show about the sea, the night and a train of dreams.";

double cosine(const std::vector<float>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * b[i];
  return sum;
}

ErrorKind kind_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST(SentenceEncoder, AgreesWithNaiveLoopsOverAToyModel) {
  int number = 0;
  for (const tiny::Sizes& sizes :
       {tiny::Sizes{},
        tiny::Sizes{.hidden = 64, .heads = 2, .intermediate = 128, .prefix = "bert."},
        tiny::Sizes{.hidden = 30, .heads = 3, .layers = 1, .intermediate = 50},
        tiny::Sizes{.head_width = 20, .dimension = 10}}) {
    const auto folder = tiny::new_folder("tiny_" + std::to_string(number++));
    const tiny::Model model(sizes);
    model.write(folder);
    const auto encoder = SentenceEncoder::load(folder, {.precision = EncoderPrecision::fp32});
    EXPECT_EQ(encoder->dimension(), sizes.dimension != 0 ? sizes.dimension : sizes.hidden);
    EXPECT_EQ(encoder->max_tokens(), sizes.max_tokens);
    for (const std::string& text : {kText, std::string("cats"), std::string()}) {
      const TextEncoder::Tokens tokens = encoder->tokenize(text);
      const std::vector<double> expected = model.encode(tokens);
      const std::vector<float> got = encoder->encode(text);
      ASSERT_EQ(got.size(), expected.size());
      for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 2e-5) << text;
      if (cpu_multiplies_bf16()) {
        const auto narrow = SentenceEncoder::load(folder, {.precision = EncoderPrecision::bf16});
        EXPECT_GT(cosine(narrow->encode(text), expected), 0.999);
      }
      if (cpu_multiplies_int8()) {
        const auto small = SentenceEncoder::load(folder, {.precision = EncoderPrecision::int8});
        EXPECT_GT(cosine(small->encode(text), expected), 0.998);
      } else {
        EXPECT_THROW(SentenceEncoder::load(folder, {.precision = EncoderPrecision::int8}), Error);
      }
    }
  }
}

TEST(SentenceEncoder, Int8HoldsForEveryActivation) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  for (const char* activation : {"gelu", "gelu_new", "relu"}) {
    const auto folder = tiny::new_folder("tiny_activation");
    tiny::Model({.activation = activation}).write(folder);
    const auto wide = SentenceEncoder::load(folder, {.precision = EncoderPrecision::fp32});
    const auto small = SentenceEncoder::load(folder, {.precision = EncoderPrecision::int8});
    const std::vector<float> exact = wide->encode(kText);
    EXPECT_GT(cosine(small->encode(kText), std::vector<double>(exact.begin(), exact.end())), 0.998)
        << activation;
  }
}

TEST(SentenceEncoder, RefusesWeightsThatAreNotFinite) {
  for (const char* name :
       {"encoder.layer.0.intermediate.dense.weight", "encoder.layer.1.output.dense.bias",
        "encoder.layer.1.attention.self.key.weight", "encoder.layer.0.output.LayerNorm.weight"}) {
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      const auto folder = tiny::new_folder("tiny_not_finite");
      tiny::Model model(tiny::Sizes{});
      model.tensors().at(name).values[3] = value;
      model.write(folder);
      try {
        SentenceEncoder::load(folder);
        ADD_FAILURE() << name;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
      }
    }
  }
}

TEST(SentenceEncoder, ATextGivesTheSameBytesAloneAndInAnyBatchAndTeam) {
  const auto folder = tiny::new_folder("tiny_same");
  tiny::Model(tiny::Sizes{.hidden = 128, .intermediate = 256, .head_width = 32, .dimension = 24})
      .write(folder);
  std::vector<EncoderPrecision> precisions = {EncoderPrecision::fp32};
  if (cpu_multiplies_bf16()) precisions.push_back(EncoderPrecision::bf16);
  if (cpu_multiplies_int8()) precisions.push_back(EncoderPrecision::int8);
  for (const EncoderPrecision precision : precisions) {
    const auto encoder =
        SentenceEncoder::load(folder, {.precision = precision, .max_team_size = 3});
    const size_t dimension = encoder->dimension();
    std::vector<TextEncoder::Tokens> sequences;
    std::vector<float> alone;
    for (size_t i = 0; i < 90; ++i) {
      TextEncoder::Tokens tokens;
      for (size_t t = 0; t < 1 + i * 7 % 32; ++t) {
        tokens.push_back(static_cast<int32_t>((i * 5 + t * t) % tiny::vocabulary().size()));
      }
      sequences.push_back(tokens);
      std::vector<float> vector(dimension);
      encoder->encode_tokens(std::span(&sequences.back(), 1), vector);
      alone.insert(alone.end(), vector.begin(), vector.end());
    }
    for (size_t team_size = 1; team_size <= 5; ++team_size) {
      ThreadTeam team(team_size);
      for (const size_t n : {1U, 2U, 3U, 10U, 37U, 90U}) {
        for (size_t first = 0; first + n <= sequences.size(); first += 29) {
          std::vector<float> batch(n * dimension);
          encoder->encode_tokens(std::span(sequences).subspan(first, n), batch, &team);
          ASSERT_EQ(std::memcmp(batch.data(), alone.data() + first * dimension,
                                batch.size() * sizeof(float)),
                    0)
              << "team " << team_size << ", texts " << n << " from " << first;
        }
      }
    }
  }
}

TEST(SentenceEncoder, ManyThreadsMayEncodeAtOnce) {
  const auto folder = tiny::new_folder("tiny_threads");
  tiny::Model(tiny::Sizes{}).write(folder);
  const auto encoder = SentenceEncoder::load(folder);
  const std::vector<float> expected = encoder->encode(kText);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int run = 0; run < 20; ++run) wrong += encoder->encode(kText) != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(SentenceEncoder, TheFingerprintNamesTheModelAndNotItsPrecisionOrPlace) {
  const auto here = tiny::new_folder("tiny_here");
  const auto there = tiny::new_folder("tiny_there");
  const auto other = tiny::new_folder("tiny_other");
  tiny::Model model(tiny::Sizes{});
  model.write(here);
  model.write(there);
  model.tensors().begin()->second.values[0] += 1;
  model.write(other);
  const auto fingerprint = [](const std::filesystem::path& folder) {
    return SentenceEncoder::load(folder, {.precision = EncoderPrecision::fp32})->fingerprint();
  };
  EXPECT_EQ(fingerprint(here), fingerprint(there));
  EXPECT_NE(fingerprint(here), fingerprint(other));
  EXPECT_EQ(fingerprint(here).size(), 32U);
  EXPECT_EQ(SentenceEncoder::load(here)->fingerprint(), fingerprint(here));
  tiny::write_text(there / "sentence_bert_config.json", R"({"max_seq_length":16})");
  EXPECT_NE(fingerprint(here), fingerprint(there));
}

TEST(SentenceEncoder, PutsThePromptOfItsRoleBeforeEveryText) {
  const auto plain = tiny::new_folder("tiny_plain");
  const auto prompted = tiny::new_folder("tiny_prompted");
  tiny::Model(tiny::Sizes{}).write(plain);
  tiny::Model(tiny::Sizes{}).write(prompted);
  const auto encoder = [](const std::filesystem::path& folder, EncoderRole role) {
    return SentenceEncoder::load(folder, {.role = role, .precision = EncoderPrecision::fp32});
  };
  const auto write_prompts = [&](const std::string& json) {
    tiny::write_text(prompted / "config_sentence_transformers.json", json);
  };
  write_prompts(R"({"prompts": {"query": "about: ", "passage": "show: ", "corpus": "no: "}})");
  const auto bare = encoder(plain, EncoderRole::documents);
  const auto requests = encoder(prompted, EncoderRole::queries);
  const auto titles = encoder(prompted, EncoderRole::documents);
  EXPECT_EQ(requests->encode(kText), bare->encode("about: " + kText));
  EXPECT_EQ(titles->encode(kText), bare->encode("show: " + kText));
  EXPECT_NE(titles->encode(kText), bare->encode(kText));
  // What stands before titles is part of their vectors' name; what stands before requests is not.
  EXPECT_EQ(requests->fingerprint(), titles->fingerprint());
  EXPECT_NE(requests->fingerprint(), bare->fingerprint());
  write_prompts(R"({"prompts": {"query": "about: "}, "default_prompt_name": null})");
  EXPECT_EQ(encoder(prompted, EncoderRole::queries)->fingerprint(), bare->fingerprint());
  EXPECT_EQ(encoder(prompted, EncoderRole::documents)->encode(kText), bare->encode(kText));
  for (const char* wrong : {"[]", "{\"prompts\": 1}", "{\"prompts\": {\"query\": [1]}}", "{"}) {
    write_prompts(wrong);
    EXPECT_EQ(kind_of([&] { encoder(prompted, EncoderRole::queries); }), ErrorKind::corrupt)
        << wrong;
  }
}

TEST(SentenceEncoder, RefusesPromptsThatItCannotHonour) {
  const auto folder = tiny::new_folder("tiny_refused_prompts");
  tiny::Model(tiny::Sizes{}).write(folder);
  const auto load = [&] { SentenceEncoder::load(folder); };
  std::string prompt = "show";
  for (int n = 0; n < 15; ++n) prompt += " show";
  const std::string settings = R"({"prompts": {"query": ")" + prompt + R"("}})";
  tiny::write_text(folder / "config_sentence_transformers.json", settings);
  EXPECT_EQ(kind_of(load), ErrorKind::invalid_argument);
  tiny::write_text(folder / "config_sentence_transformers.json", R"({"prompts": {"query": "a"}})");
  EXPECT_NO_THROW(load());
  const std::string pooling = R"({"pooling_mode_mean_tokens":true,"include_prompt":)";
  tiny::write_text(folder / "1_Pooling/config.json", pooling + "true}");
  EXPECT_NO_THROW(load());
  tiny::write_text(folder / "1_Pooling/config.json", pooling + "false}");
  EXPECT_EQ(kind_of(load), ErrorKind::invalid_argument);
  tiny::write_text(folder / "config_sentence_transformers.json", "{}");
  EXPECT_NO_THROW(load());
}

TEST(SentenceEncoder, TakesPiecesWhereTheFolderHasThem) {
  const auto folder = tiny::new_folder("tiny_pieces");
  tiny::Model(tiny::Sizes{}).write(folder);
  EXPECT_FALSE(is_multilingual(folder));
  const auto words = SentenceEncoder::load(folder);
  std::string text;
  for (int n = 0; n < 40; ++n) text += "а sea море\nsee the sea\nмоё море\n";
  tiny::write_text(folder / "text", text);
  const std::string path = folder.string();
  const auto status = sentencepiece::SentencePieceTrainer::Train(
      "--input=" + path + "/text --model_prefix=" + path + "/sentencepiece.bpe " +
      "--vocab_size=24 --hard_vocab_limit=false --bos_id=1 --eos_id=2 --unk_id=0 " +
      "--normalization_rule_name=identity --minloglevel=2");
  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_TRUE(is_multilingual(folder));
  const auto pieces = SentenceEncoder::load(folder);
  EXPECT_NE(pieces->fingerprint(), words->fingerprint());
  const TextEncoder::Tokens tokens = pieces->tokenize("моё море");
  EXPECT_EQ(tokens, load_tokenizer(folder)->encode("моё море", pieces->max_tokens()));
  EXPECT_EQ(tokens.front(), 0);
  EXPECT_EQ(tokens.back(), 2);
  EXPECT_NE(pieces->encode("моё море"), pieces->encode("see the sea"));
}

TEST(SentenceEncoder, RefusesTokensAndSizesOutOfRange) {
  const auto folder = tiny::new_folder("tiny_range");
  tiny::Model(tiny::Sizes{}).write(folder);
  const auto encoder = SentenceEncoder::load(folder);
  std::vector<float> out(encoder->dimension());
  const auto encode = [&](TextEncoder::Tokens tokens) {
    encoder->encode_tokens(std::span(&tokens, 1), out);
  };
  EXPECT_EQ(kind_of([&] { encode({}); }), ErrorKind::invalid_argument);
  EXPECT_EQ(kind_of([&] { encode({-1}); }), ErrorKind::invalid_argument);
  EXPECT_EQ(kind_of([&] { encode({27}); }), ErrorKind::invalid_argument);
  EXPECT_EQ(kind_of([&] { encode(TextEncoder::Tokens(33, 1)); }), ErrorKind::invalid_argument);
  EXPECT_NO_THROW(encode(TextEncoder::Tokens(32, 1)));
  out.pop_back();
  EXPECT_EQ(kind_of([&] { encode({1}); }), ErrorKind::invalid_argument);
}

TEST(SentenceEncoder, ALongTextIsCutToTheModelsLength) {
  const auto folder = tiny::new_folder("tiny_long");
  tiny::Model(tiny::Sizes{}).write(folder);
  const auto encoder = SentenceEncoder::load(folder);
  std::string text;
  for (int i = 0; i < 100; ++i) text += "blue robot ";
  EXPECT_EQ(encoder->tokenize(text).size(), 32U);
}

TEST(SentenceEncoder, NamesWhatAFolderLacksOrGetsWrong) {
  const tiny::Model model(tiny::Sizes{});
  const auto folder = tiny::new_folder("tiny_broken");
  const auto load = [&] { SentenceEncoder::load(folder); };
  struct Break {
    const char* file;
    const char* content;  // null to remove it
    ErrorKind kind;
  };
  const Break breaks[] = {
      {"config.json", nullptr, ErrorKind::not_found},
      {"model.safetensors", nullptr, ErrorKind::not_found},
      {"sentence_bert_config.json", nullptr, ErrorKind::not_found},
      {"vocab.txt", nullptr, ErrorKind::not_found},
      {"model.safetensors", "short", ErrorKind::corrupt},
      {"projection.safetensors", "short", ErrorKind::corrupt},
      {"config.json", "{", ErrorKind::corrupt},
      {"config.json", "[]", ErrorKind::corrupt},
      {"config.json", R"({"model_type":"bert","hidden_size":0})", ErrorKind::corrupt},
      {"config.json", R"({"model_type":"t5"})", ErrorKind::invalid_argument},
      {"config.json", R"({"position_embedding_type":"relative_key"})", ErrorKind::invalid_argument},
      {"sentence_bert_config.json", R"({"max_seq_length":1})", ErrorKind::invalid_argument},
      {"sentence_bert_config.json", R"({"max_seq_length":"x"})", ErrorKind::corrupt},
      {"modules.json", "[]", ErrorKind::invalid_argument},
      {"modules.json", "[1]", ErrorKind::corrupt},
      {"modules.json", R"([{"type":"x.Dense","path":"2_Dense"}])", ErrorKind::invalid_argument},
      {"modules.json", R"([{"type":"x.Pooling","path":"../1_Pooling"}])",
       ErrorKind::invalid_argument},
      {"1_Pooling/config.json", R"({"pooling_mode_cls_token":true})", ErrorKind::invalid_argument},
      {"config.json",
       R"({"vocab_size":27,"hidden_size":48,"num_hidden_layers":3,"num_attention_heads":4,)"
       R"("intermediate_size":96,"max_position_embeddings":40})",
       ErrorKind::corrupt},
  };
  for (const Break& b : breaks) {
    std::filesystem::remove_all(folder);
    model.write(folder);
    ASSERT_NO_THROW(load());
    if (b.content == nullptr) {
      std::filesystem::remove(folder / b.file);
    } else {
      tiny::write_text(folder / b.file, b.content);
    }
    EXPECT_EQ(kind_of(load), b.kind) << b.file << ": " << (b.content ? b.content : "removed");
  }
}

}  // namespace
}  // namespace anireco
