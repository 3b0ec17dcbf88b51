#include "encoder/encoder_bench.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "base/error.h"
#include "encoder/encoder_scheduler.h"
#include "encoder/model_config.h"
#include "encoder/parallel.h"
#include "encoder/transformer_layer.h"
#include "tensor/aligned_buffer.h"
#include "tensor/matmul.h"
#include "tensor/thread_team.h"

namespace anireco {
namespace {

using BenchClock = std::chrono::steady_clock;

constexpr size_t kQueryTokens = 16;
constexpr size_t kShortTexts = 32;
constexpr size_t kDocumentTokens = 128;
constexpr size_t kFloorRows = 512;
constexpr std::chrono::milliseconds kPatience{60'000};

double seconds_since(BenchClock::time_point start) {
  return std::chrono::duration<double>(BenchClock::now() - start).count();
}

// Calls body until `seconds` are over; returns the seconds of each call, sorted.
std::vector<double> repeat(double seconds, const std::function<void()>& body) {
  std::vector<double> times;
  const BenchClock::time_point start = BenchClock::now();
  do {
    const BenchClock::time_point before = BenchClock::now();
    body();
    times.push_back(seconds_since(before));
  } while (seconds_since(start) < seconds);
  std::sort(times.begin(), times.end());
  return times;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

// New texts with a given number of tokens, from words that are one token each.
class TextSource {
 public:
  explicit TextSource(const TextEncoder& encoder) : special_(encoder.tokenize("").size()) {
    for (const char* word :
         {"quiet", "doctor", "spirit",  "village", "night", "train", "robot",  "sea",
          "moon",  "music",  "school",  "war",     "cat",   "king",  "future", "city",
          "rain",  "friend", "brother", "sword",   "magic", "game",  "winter", "bird"}) {
      if (encoder.tokenize(word).size() == special_ + 1) words_.emplace_back(word);
    }
    if (special_ >= kQueryTokens) {
      throw Error(ErrorKind::invalid_argument, "The model's prompt leaves a request no room.");
    }
    if (words_.size() < 8) {
      throw Error(ErrorKind::invalid_argument, "The model's vocabulary lacks plain English words.");
    }
  }

  std::string next(size_t tokens) {
    std::string text;
    for (size_t i = special_; i < tokens; ++i) {
      text.append(words_[random_() % words_.size()]).append(" ");
    }
    return text;
  }

 private:
  size_t special_;
  std::vector<std::string> words_;
  std::mt19937 random_{1};
};

// All matrix products of a model, with weights of their own for each layer.
class Products {
 public:
  Products(const ModelConfig& config, LayerNumbers numbers, size_t max_parts) {
    const LayerProducts products = layer_products(config, numbers, max_parts);
    for (size_t layer = 0; layer < config.layers; ++layer) {
      for (const LinearOptions& options :
           {products.qkv, products.attention_output, products.inner, products.outer}) {
        linears_.emplace_back(std::vector<float>(options.in * options.out, 0.01F),
                              std::vector<float>(options.out, 0.1F), options);
      }
    }
    widest_ = std::max(3 * config.hidden, config.intermediate);
  }

  AlignedBuffer<float> buffer(size_t rows) const {
    AlignedBuffer<float> made(PackedLinear::padded_rows(rows) * widest_);
    std::fill_n(made.data(), made.size(), 0.0F);
    return made;
  }

  void run(size_t rows, const float* x, float* y, MatmulContext& context) const {
    for (const PackedLinear& linear : linears_) linear.run(x, rows, y, context);
  }

  void run_parts(size_t member, size_t members, size_t rows, const float* x, float* y,
                 MatmulContext& context) const {
    for (const PackedLinear& linear : linears_) {
      for (size_t part = member; part < linear.parts(); part += members) {
        linear.run_part(part, x, rows, y, context);
      }
    }
  }

 private:
  std::vector<PackedLinear> linears_;
  size_t widest_ = 0;
};

double floor_query_seconds(const Products& products, size_t threads, double seconds) {
  ThreadTeam team(threads);
  std::vector<MatmulContext> contexts(threads);
  const AlignedBuffer<float> x = products.buffer(kQueryTokens);
  // One output a member: nothing makes them wait for each other between the products.
  std::vector<AlignedBuffer<float>> y;
  for (size_t i = 0; i < threads; ++i) y.push_back(products.buffer(kQueryTokens));
  const auto pass = [&] {
    team.run([&](size_t member) {
      products.run_parts(member, threads, kQueryTokens, x.data(), y[member].data(),
                         contexts[member]);
    });
  };
  pass();
  return percentile(repeat(seconds, pass), 0.5);
}

// Tokens a second of all threads together, each with rows of its own.
double floor_tokens_per_second(const Products& products, size_t threads, double seconds) {
  std::vector<double> rates(threads);
  parallel_for(threads, threads, [&](size_t i) {
    MatmulContext context;
    const AlignedBuffer<float> x = products.buffer(kFloorRows);
    AlignedBuffer<float> y = products.buffer(kFloorRows);
    const auto pass = [&] { products.run(kFloorRows, x.data(), y.data(), context); };
    pass();
    rates[i] = static_cast<double>(kFloorRows) / percentile(repeat(seconds, pass), 0.5);
  });
  double total = 0;
  for (const double rate : rates) total += rate;
  return total;
}

std::vector<double> time_queries(EncoderScheduler& scheduler, TextSource& source, double seconds) {
  const auto query = [&] {
    if (!scheduler.encode_query(source.next(kQueryTokens), kPatience)) {
      throw Error(ErrorKind::unavailable, "The encoder did not answer.");
    }
  };
  for (int i = 0; i < 20; ++i) query();
  return repeat(seconds, query);
}

double short_texts_per_second(EncoderScheduler& scheduler, TextSource& source, double seconds) {
  size_t texts = 0;
  const auto batch = [&] {
    std::vector<std::string> waiting;
    for (size_t i = 0; i < kShortTexts; ++i) waiting.push_back(source.next(short_text_tokens(i)));
    // Shared: a worker may still be inside count_down() when wait() returns.
    const auto done = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(kShortTexts));
    for (std::string& text : waiting) {
      if (!scheduler.submit(std::move(text), [done](const EncodeResult&) { done->count_down(); })) {
        throw Error(ErrorKind::unavailable, "The encoder's queue is full.");
      }
    }
    done->wait();
    texts += kShortTexts;
  };
  for (int i = 0; i < 5; ++i) batch();
  texts = 0;
  const BenchClock::time_point start = BenchClock::now();
  repeat(seconds, batch);
  return static_cast<double>(texts) / seconds_since(start);
}

double documents_per_second(EncoderScheduler& scheduler, TextSource& source, double seconds) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < 16 * scheduler.stats().threads; ++i) {
    texts.push_back(source.next(kDocumentTokens));
  }
  std::vector<float> out(texts.size() * scheduler.encoder().dimension());
  const auto bulk = [&] { scheduler.encode(texts, out); };
  bulk();
  return static_cast<double>(texts.size()) / percentile(repeat(seconds, bulk), 0.5);
}

}  // namespace

EncoderBenchResult bench_encoder(const std::filesystem::path& folder,
                                 const EncoderBenchOptions& options) {
  if (!(options.seconds > 0) || options.seconds > 60) {
    throw Error(ErrorKind::invalid_argument, "The time of a measurement must be in (0, 60] s.");
  }
  EncoderBenchResult result;
  const ModelConfig config = read_model_config(folder);
  const BenchClock::time_point start = BenchClock::now();
  const auto encoder = SentenceEncoder::load(folder, {.role = EncoderRole::queries,
                                                      .precision = options.precision,
                                                      .max_team_size = options.threads});
  result.load_ms = 1e3 * seconds_since(start);
  result.precision = name_of(encoder->precision());
  {
    EncoderScheduler scheduler(encoder, {.threads = options.threads, .cache_capacity = 0});
    result.threads = scheduler.stats().threads;
    TextSource source(*encoder);
    const std::vector<double> queries = time_queries(scheduler, source, options.seconds);
    result.query_p50_ms = 1e3 * percentile(queries, 0.5);
    result.query_p99_ms = 1e3 * percentile(queries, 0.99);
    result.short_per_second = short_texts_per_second(scheduler, source, options.seconds);
    result.documents_per_second = documents_per_second(scheduler, source, options.seconds);
  }
  const Products products(config, layer_numbers(encoder->precision()), result.threads);
  result.query_floor_ms = 1e3 * floor_query_seconds(products, result.threads, options.seconds);
  const double tokens = floor_tokens_per_second(products, result.threads, options.seconds);
  double short_tokens = 0;
  for (size_t i = 0; i < kShortTexts; ++i)
    short_tokens += static_cast<double>(short_text_tokens(i));
  result.short_floor_per_second = tokens * static_cast<double>(kShortTexts) / short_tokens;
  result.documents_floor_per_second = tokens / static_cast<double>(kDocumentTokens);
  result.query_floor_share = result.query_floor_ms / result.query_p50_ms;
  result.short_floor_share = result.short_per_second / result.short_floor_per_second;
  result.documents_floor_share = result.documents_per_second / result.documents_floor_per_second;
  return result;
}

}  // namespace anireco
