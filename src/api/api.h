#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/access_control.h"
#include "api/encoder_gate.h"
#include "api/finish.h"
#include "api/host_policy.h"
#include "api/http_message.h"
#include "api/labels.h"
#include "api/list_services.h"
#include "api/metrics.h"
#include "api/poster_shelf.h"
#include "api/static_files.h"
#include "api/url.h"
#include "base/circuit_breaker.h"
#include "catalog/level.h"
#include "search/list_views.h"
#include "search/search_result.h"
#include "search/snapshot.h"

namespace anireco {

/// Figures of the machinery around the API, read for /metrics.
struct ServerLoad {
  std::size_t connections = 0;
  std::size_t queued_requests = 0;
};

/// What a server is there for.
enum class Serves {
  everything,
  encoder  ///< It only encodes texts for other servers.
};

struct ApiOptions {
  Serves serves = Serves::everything;
  Level max_level = Level::adult;  ///< What a request may ask for at most.
  FinishOptions finish = {};
  HostPolicy hosts = {"127.0.0.1", {}};
  AccessOptions access = {};
};

/// The other servers that searches need. Null: that work is done in the process.
struct EngineHealth {
  std::shared_ptr<const CircuitBreaker> words = nullptr;
  std::shared_ptr<const CircuitBreaker> vectors = nullptr;

  std::vector<std::shared_ptr<const CircuitBreaker>> all() const {
    std::vector<std::shared_ptr<const CircuitBreaker>> servers;
    if (words) servers.push_back(words);
    if (vectors) servers.push_back(vectors);
    return servers;
  }
};

/// What handlers work with. Everything is thread-safe.
struct ApiServices {
  const SnapshotHolder& snapshots;
  const EncoderGate& encoder;
  Metrics& metrics;
  Labels labels = Labels::builtin();
  StaticFiles files = {};
  std::shared_ptr<const PosterShelf> posters = std::make_shared<const PosterShelf>();
  ListServices lists = {};
  std::shared_ptr<ListViews> list_views = std::make_shared<ListViews>();
  /// Encodes titles' texts where the API serves an encoder; null: only requests are encoded.
  const EncoderGate* document_encoder = nullptr;
  EngineHealth engines = {};
};

class Api;

/// A request on its way through a handler.
struct ApiCall {
  const Api& api;
  HttpRequest request;
  Target target = {};
  std::vector<std::string> path_values = {};           ///< Of the route's {…} parts.
  Language accept_language = Language::en;             ///< Where the request names none itself.
  std::shared_ptr<const Snapshot> snapshot = nullptr;  ///< Never null in routes that need one.
  std::shared_ptr<const PosterSet> posters = nullptr;  ///< Of the same moment; never null then.
  std::string etag = {};                               ///< For an answer that can be revalidated.
  NameValues limits = {};  ///< What is left of the caller's limit, for the answer.
};

/// A text must become a vector before the answer can be written.
struct NeedsVector {
  std::string text;
  /// Its model is the one that the request's vectors are of; never null.
  std::shared_ptr<EncoderScheduler> encoder;
  /// Called once, in a worker, with the vector or without one and why.
  std::function<HttpResponse(std::optional<std::span<const float>>, Degraded)> answer;
};
/// The answer waits for another server: it is made on threads of its own, so that no worker is
/// held up.
struct NeedsWaiting {
  std::function<HttpResponse()> answer;
};
/// Texts must become vectors, and those are the answer.
struct NeedsVectors {
  std::vector<std::string> texts;  ///< At least one.
  std::shared_ptr<EncoderScheduler> encoder;
  /// Called once, in a worker, with a result a text, in their order.
  std::function<HttpResponse(std::span<const EncodeResult>)> answer;
};
using Outcome = std::variant<HttpResponse, NeedsVector, NeedsWaiting, NeedsVectors>;

/// Which bodies an operation takes.
enum class BodyKind {
  none,  ///< GET, DELETE: a body is not looked at.
  json,  ///< application/json.
  list   ///< Somebody's list as a file of any form: told by its content, not by its type.
};

/// One operation of src/api/openapi.json.
struct Route {
  std::string_view method;  ///< "GET" also answers HEAD.
  std::string_view path;    ///< "/api/v1/anime/{id}"
  Outcome (*handler)(ApiCall& call);
  bool light = false;          ///< Takes microseconds: answered without a worker, also under load.
  bool needs_snapshot = true;  ///< 503 before the first one is loaded.
  bool revalidates = false;    ///< Same catalogue and request, same answer: gets an ETag.
  BodyKind body = BodyKind::none;
  Access access = Access::limited;
  bool needs_profiles = false;  ///< 403 where they are switched off, before the body is read.
};

/// The operations, in the order of the description.
std::span<const Route> routes();
/// Those of an encoder server, for the owner's other servers alone (docs/operations.md).
std::span<const Route> encoder_routes();

/// Everything between a request's text and an answer's: routing, the Host check, handlers, errors
/// to problems. Knows no sockets. Thread-safe.
class Api {
 public:
  Api(ApiServices services, ApiOptions options);

  /// A call whose handler is to be run in a worker.
  struct Accepted {
    std::shared_ptr<ApiCall> call;
    const Route* route = nullptr;
  };
  /// Routes a request and settles whether its caller may ask, by its head alone: the body may still
  /// be on its way and is put into call->request before run(). What needs no worker is answered at
  /// once, ready for the wire. Never throws.
  std::variant<HttpResponse, Accepted> accept(HttpRequest request) const;
  /// Runs the handler. Responses are ready for the wire. Never throws.
  Outcome run(const Accepted& accepted) const;
  /// The last step of a NeedsVector, ready for the wire. Never throws.
  HttpResponse answer(const Accepted& accepted, const NeedsVector& pending,
                      std::optional<std::span<const float>> vector, Degraded degraded) const;
  /// The last step of a NeedsWaiting, ready for the wire. Never throws.
  HttpResponse answer(const Accepted& accepted, const NeedsWaiting& pending) const;
  /// The last step of a NeedsVectors, ready for the wire. Never throws.
  HttpResponse answer(const Accepted& accepted, const NeedsVectors& pending,
                      std::span<const EncodeResult> results) const;
  /// A problem as an answer that is ready for the wire.
  HttpResponse refuse(const HttpRequest& request, const Problem& problem) const;

  const ApiServices& services() const { return services_; }
  const ApiOptions& options() const { return options_; }
  ServerLoad load() const;
  /// Where /metrics reads the load from; set before requests come.
  void set_load_source(std::function<ServerLoad()> source) { load_source_ = std::move(source); }
  /// From now on /readyz says that the server is going.
  void start_draining() { draining_ = true; }
  bool draining() const { return draining_; }

 private:
  /// pattern: set to the matching route's.
  std::variant<HttpResponse, Accepted> route(HttpRequest& request, std::string& pattern) const;
  Outcome run_handler(const Accepted& accepted) const;
  HttpResponse page(const HttpRequest& request, const Target& target) const;
  void finish(const ApiCall& call, const Route& route, HttpResponse& response) const;
  HttpResponse guarded(const HttpRequest& request, const std::function<HttpResponse()>& work) const;

  ApiServices services_;
  ApiOptions options_;
  std::span<const Route> routes_;
  AccessControl access_;
  std::function<ServerLoad()> load_source_;
  std::atomic<bool> draining_ = false;
};

/// A 200 in JSON that varies with the language and can be revalidated when the call can.
HttpResponse json_response(const ApiCall& call, std::string json);

}  // namespace anireco
