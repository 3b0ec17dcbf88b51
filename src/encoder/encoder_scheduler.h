#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encoder/text_encoder.h"

namespace anireco {

struct EncoderSchedulerOptions {
  /// Texts or batches that are encoded at once, and threads of a lone text; 0 means one a core.
  size_t threads = 0;
  /// Texts that may wait; one more is refused. >= 1.
  size_t queue_capacity = 256;
  /// Query vectors remembered, least recently used go first; 0 switches the cache off.
  size_t cache_capacity = 4096;
  /// Tokens a worker takes at once, about; one text is always taken whole. >= 1.
  size_t max_batch_tokens = 512;
  /// A lone text is spread over all threads; false where that gains nothing (an encoder elsewhere).
  bool team = true;
};

/// What became of a submitted text: a vector, or else a message (never both).
struct EncodeResult {
  std::shared_ptr<const std::vector<float>> vector;  ///< [dimension], null on failure.
  std::string error;                                 ///< Public message, empty on success.
  bool ok() const { return vector != nullptr; }
};

struct EncoderSchedulerStats {
  size_t threads = 0;
  size_t queue_depth = 0;  ///< Texts waiting now, not those being encoded.
  uint64_t submitted = 0;  ///< Texts accepted, cache hits included.
  uint64_t refused = 0;    ///< Texts refused because the queue was full.
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;
  size_t cache_size = 0;       ///< Vectors remembered now.
  uint64_t batches = 0;        ///< Runs of the encoder for queries.
  uint64_t batched_texts = 0;  ///< Texts in those runs; / batches = mean batch size.
  uint64_t lone_runs = 0;      ///< Runs that had all cores for one text.
};

/// Turns a stream of query texts into vectors: one bounded queue, a fixed set of worker threads,
/// a cache. A text that finds the machine idle is encoded by a team of threads together; texts that
/// come meanwhile go to workers of one thread each and of lower priority (`team`), which take what
/// waits, up to `max_batch_tokens`. Neither changes a single bit of a vector. All methods are
/// thread-safe.
class EncoderScheduler {
 public:
  using Done = std::function<void(EncodeResult)>;

  /// Starts the workers. Throws Error{invalid_argument} on options out of range.
  explicit EncoderScheduler(std::shared_ptr<const TextEncoder> encoder,
                            EncoderSchedulerOptions options = {});
  /// Finishes what is being encoded; what still waits gets an error.
  ~EncoderScheduler();
  EncoderScheduler(const EncoderScheduler&) = delete;
  EncoderScheduler& operator=(const EncoderScheduler&) = delete;

  const TextEncoder& encoder() const;

  /// The vector of a text that is remembered, which counts as submitted; else null.
  std::shared_ptr<const std::vector<float>> recall(const std::string& text);

  /// Queues a text. `done` is called exactly once if true is returned: before the return on a cache
  /// hit, otherwise from a worker thread, where it must be brief, must not throw, and must not
  /// call encode_query() or encode(). Returns false, and drops `done`, when the queue is full or
  /// the scheduler is stopping.
  bool submit(std::string text, Done done);

  /// Waits for one text, or encodes it on the calling thread (and the team) when all is idle, which
  /// takes milliseconds whatever `timeout` says. Empty when the queue is full, the time is over
  /// or the encoder failed.
  std::optional<std::vector<float>> encode_query(std::string text,
                                                 std::chrono::milliseconds timeout);

  /// Encodes many texts with all threads, for imports: sorted by length, packed into batches of
  /// `max_batch_tokens`; queue and cache are not used. out: [n, dimension] row-major, in the order
  /// of texts. `on_progress`, if given, gets the number of texts done so far, from any thread, one
  /// call at a time. Best with 1,000 texts or more a call. Throws what the encoder throws.
  void encode(std::span<const std::string> texts, std::span<float> out,
              const std::function<void(size_t)>& on_progress = {});

  EncoderSchedulerStats stats() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
