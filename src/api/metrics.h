#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/search_result.h"

namespace anireco {

/// What the server did, for /metrics, in the Prometheus text format. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  struct Request {
    std::string_view route;  ///< Pattern, "static" or "none": few different values.
    std::string_view method;
    int status = 0;
    double seconds = 0;
    std::size_t bytes = 0;  ///< Of the body.
  };
  void record(const Request& request);
  /// One search: a histogram a stage, in seconds, and what it had to do without.
  void record(const StageTimes& times, Degraded degraded);

  /// States that are read when somebody asks.
  struct Gauges {
    std::uint64_t generation = 0;
    std::size_t titles = 0;
    std::size_t connections = 0;
    std::size_t queued_requests = 0;  ///< Waiting for a worker.
    std::size_t queued_texts = 0;     ///< Waiting for the encoder.
    std::uint64_t encoded_batches = 0;
    std::uint64_t encoded_texts = 0;
    std::uint64_t cache_hits = 0;
    std::uint64_t cache_misses = 0;
    bool encoder_ready = false;
    std::vector<std::pair<std::string, bool>> engines = {};  ///< Name, and whether it answers.
  };
  std::string render(const Gauges& gauges) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
