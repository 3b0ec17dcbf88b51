#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "encoder/sentence_encoder.h"

namespace anireco {

struct EncoderBenchOptions {
  EncoderPrecision precision = EncoderPrecision::automatic;
  size_t threads = 0;    ///< 0: one a core.
  double seconds = 2.0;  ///< Time of each of the measurements, in (0, 60].
};

/// Speeds of one machine. A floor is the time or rate of the model's matrix products alone, by the
/// same oneDNN calls, weights and threads, without anything between them; a share is floor / ours
/// in time, at most about 1.
struct EncoderBenchResult {
  size_t threads = 0;
  std::string precision;  ///< "fp32", "bf16" or "int8".
  double load_ms = 0;     ///< Model folder to ready encoder.
  double query_p50_ms =
      0;  ///< One text of 16 tokens, submitted to an idle scheduler, to its vector.
  double query_p99_ms = 0;
  double query_floor_ms = 0;
  double query_floor_share = 0;
  double short_per_second = 0;  ///< Texts of 8 to 24 tokens (16 on average), 32 at a time.
  double short_floor_per_second = 0;
  double short_floor_share = 0;
  double documents_per_second = 0;  ///< Texts of 128 tokens, in bulk.
  double documents_floor_per_second = 0;
  double documents_floor_share = 0;
};

/// Measures an EncoderScheduler over the model in `folder`, its cache never hit. Takes about six
/// times `seconds`. Throws what SentenceEncoder::load throws, Error{invalid_argument} on options.
EncoderBenchResult bench_encoder(const std::filesystem::path& folder,
                                 const EncoderBenchOptions& options = {});

/// Tokens of the i-th text of a batch of short texts: 8 to 24, 16 on average over 17 texts.
constexpr size_t short_text_tokens(size_t i) { return 8 + i * 7 % 17; }

}  // namespace anireco
