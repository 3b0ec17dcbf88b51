#include <fmt/format.h>

#include <algorithm>

#include "api/embedded.h"
#include "api/handlers.h"
#include "api/json_writer.h"
#include "api/query_reader.h"
#include "base/hash.h"

namespace anireco {
namespace {

HttpResponse embedded_response(std::string_view text, std::string content_type) {
  HttpResponse response{.content_type = std::move(content_type)};
  response.etag = fmt::format("W/\"{:016x}\"", xxh3_64(text));
  response.set_body(std::string(text));
  return response;
}

/// Whether neither words nor meaning can be searched for.
bool is_lost(const ApiServices& services, const Snapshot& snapshot) {
  const EngineHealth& engines = services.engines;
  if (!engines.words || !engines.words->open()) return false;
  return !snapshot.vectors || (engines.vectors && engines.vectors->open()) ||
         services.encoder.state() != EncoderState::ready;
}

}  // namespace

void mark_not_ready(HttpResponse& response) {
  response.status = 503;
  response.headers.emplace_back("Retry-After", "1");
}

Outcome get_health(ApiCall& call) {
  QueryReader(call.target.query).finish();
  return json_response(call, R"({"status":"ok"})");
}

Outcome get_readiness(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const auto engines = call.api.services().engines.all();
  const bool lacks_some = std::ranges::any_of(engines, [](const auto& e) { return e->open(); }) ||
                          (call.snapshot && call.snapshot->awaits_vectors);
  // While one of them answers, so does the server; the others of its kind lack the same engine.
  const bool lost = call.snapshot && is_lost(call.api.services(), *call.snapshot);
  const bool ready = call.snapshot != nullptr && !call.api.draining() && !lost;
  JsonWriter json;
  json.begin_object();
  json.field("status", !ready       ? (lost ? "unavailable" : "starting")
                       : lacks_some ? "degraded"
                                    : "ready");
  json.field("encoder", to_string(call.api.services().encoder.state()));
  json.key("generation");
  if (call.snapshot) {
    json.integer(static_cast<std::int64_t>(call.snapshot->generation.number));
  } else {
    json.null();
  }
  json.field("titles", call.snapshot ? call.snapshot->catalog->size() : 0);
  json.key("engines");
  json.begin_object();
  for (const auto& engine : engines) json.field(engine->name(), engine->open() ? "down" : "up");
  json.end_object();
  json.end_object();
  HttpResponse response = json_response(call, json.take());
  if (!ready) mark_not_ready(response);
  return response;
}

Outcome get_metrics(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const ServerLoad load = call.api.load();
  Metrics::Gauges gauges{.connections = load.connections, .queued_requests = load.queued_requests};
  if (call.snapshot) {
    gauges.generation = call.snapshot->generation.number;
    gauges.titles = call.snapshot->catalog->size();
  }
  if (const auto encoder = call.api.services().encoder.encoder()) {
    const EncoderSchedulerStats stats = encoder->stats();
    gauges.queued_texts = stats.queue_depth;
    gauges.encoded_batches = stats.batches;
    gauges.encoded_texts = stats.batched_texts;
    gauges.cache_hits = stats.cache_hits;
    gauges.cache_misses = stats.cache_misses;
    gauges.encoder_ready = call.api.services().encoder.state() == EncoderState::ready;
  }
  for (const auto& engine : call.api.services().engines.all()) {
    gauges.engines.emplace_back(engine->name(), !engine->open());
  }
  HttpResponse response{.content_type = "text/plain; version=0.0.4; charset=utf-8"};
  response.set_body(call.api.services().metrics.render(gauges));
  return response;
}

Outcome get_openapi(ApiCall& call) {
  QueryReader(call.target.query).finish();
  return embedded_response(embedded::openapi_json(), "application/json");
}

Outcome get_docs(ApiCall& call) {
  QueryReader(call.target.query).finish();
  HttpResponse response = embedded_response(embedded::docs_html(), "text/html; charset=utf-8");
  response.page = true;
  return response;
}

}  // namespace anireco
