#include "api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace anireco {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

/// Seconds: from 50 µs, what a filter takes, to 10 s, what nothing may take.
const Buckets kBuckets = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                          0.05,    0.1,    0.25,    0.5,    1,     2.5,    5,     10};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("anireco_http_requests_total")
          .Help("Requests by route, method and status.")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& request_seconds =
      prometheus::BuildHistogram()
          .Name("anireco_http_request_seconds")
          .Help("From the last byte of a request to its answer being ready.")
          .Register(registry);
  prometheus::Counter& bytes = prometheus::BuildCounter()
                                   .Name("anireco_http_response_bytes_total")
                                   .Help("Bytes of bodies.")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Histogram>& stage_seconds =
      prometheus::BuildHistogram()
          .Name("anireco_search_stage_seconds")
          .Help("Time of each stage of a search.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& searches =
      prometheus::BuildCounter()
          .Name("anireco_searches_total")
          .Help("Searches by what they had to do without.")
          .Register(registry);
  mutable std::mutex gauges_mutex;

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& generation = gauge("anireco_generation", "Generation that answers.");
  prometheus::Gauge& titles = gauge("anireco_titles", "Titles of that generation.");
  prometheus::Gauge& connections = gauge("anireco_http_connections", "Open connections.");
  prometheus::Gauge& queued_requests =
      gauge("anireco_queued_requests", "Requests that wait for a worker.");
  prometheus::Gauge& queued_texts =
      gauge("anireco_queued_texts", "Texts that wait for the encoder.");
  prometheus::Gauge& batches = gauge("anireco_encoder_batches", "Runs of the encoder so far.");
  prometheus::Gauge& texts = gauge("anireco_encoder_texts", "Texts in those runs.");
  prometheus::Gauge& hits = gauge("anireco_encoder_cache_hits", "Texts whose vector was known.");
  prometheus::Gauge& misses = gauge("anireco_encoder_cache_misses", "Texts that were encoded.");
  prometheus::Family<prometheus::Gauge>& engines =
      prometheus::BuildGauge()
          .Name("anireco_engine_up")
          .Help("1 while the server that searches need answered last.")
          .Register(registry);
  prometheus::Gauge& ready = gauge("anireco_encoder_ready", "1 when requests are encoded.");
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::record(const Request& request) {
  state_->requests
      .Add({{"route", std::string(request.route)},
            {"method", std::string(request.method)},
            {"status", std::to_string(request.status)}})
      .Increment();
  state_->request_seconds.Add({{"route", std::string(request.route)}}, kBuckets)
      .Observe(request.seconds);
  state_->bytes.Increment(static_cast<double>(request.bytes));
}

void Metrics::record(const StageTimes& times, Degraded degraded) {
  const auto observe = [&](const char* stage, double ms) {
    if (ms > 0) state_->stage_seconds.Add({{"stage", stage}}, kBuckets).Observe(ms / 1000);
  };
  observe("understand", times.understand_ms);
  observe("encode", times.encode_ms);
  observe("filter", times.filter_ms);
  observe("dense", times.dense_ms);
  observe("lexical", times.lexical_ms);
  observe("rank", times.rank_ms);
  observe("facets", times.facets_ms);
  state_->searches.Add({{"degraded", std::string(to_string(degraded))}}).Increment();
}

std::string Metrics::render(const Gauges& g) const {
  const std::lock_guard lock(state_->gauges_mutex);
  const auto set = [](prometheus::Gauge& gauge, auto value) {
    gauge.Set(static_cast<double>(value));
  };
  set(state_->generation, g.generation);
  set(state_->titles, g.titles);
  set(state_->connections, g.connections);
  set(state_->queued_requests, g.queued_requests);
  set(state_->queued_texts, g.queued_texts);
  set(state_->batches, g.encoded_batches);
  set(state_->texts, g.encoded_texts);
  set(state_->hits, g.cache_hits);
  set(state_->misses, g.cache_misses);
  set(state_->ready, g.encoder_ready ? 1 : 0);
  for (const auto& [name, up] : g.engines) set(state_->engines.Add({{"engine", name}}), up ? 1 : 0);
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace anireco
