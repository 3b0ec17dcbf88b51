#include "index/qdrant/qdrant_client.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <limits>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "index/qdrant/answer_fields.h"
#include "net/curl_fetcher.h"
#include "net/fetch_error.h"
#include "net/fetcher_pool.h"
#include "net/url.h"

namespace anireco {
namespace {

namespace json = boost::json;

/// Below the 5 s after which Qdrant closes an idle connection.
constexpr std::chrono::seconds kMaxIdle{4};
constexpr std::size_t kMaxSearchBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxReadBytes = std::size_t{256} << 20;

void check(const QdrantOptions& options) {
  const bool positive = options.connect_timeout.count() > 0 && options.search_timeout.count() > 0 &&
                        options.write_timeout.count() > 0 && options.write_tries > 0;
  if (!positive) {
    throw Error(ErrorKind::invalid_argument, "times and tries of Qdrant must be above 0");
  }
}

/// The addresses of a comma-separated list.
std::vector<std::string> split_nodes(const std::string& urls) {
  std::vector<std::string> nodes;
  for (std::size_t begin = 0; begin <= urls.size();) {
    const std::size_t end = std::min(urls.find(',', begin), urls.size());
    std::string url = urls.substr(begin, end - begin);
    while (url.ends_with('/')) url.pop_back();
    if (!is_http_url(url)) {
      throw Error(ErrorKind::invalid_argument,
                  "the address of the Qdrant server is no http address");
    }
    if (has_credentials(url)) {
      throw Error(ErrorKind::invalid_argument,
                  "the address of the Qdrant server must not name a user or password");
    }
    nodes.push_back(std::move(url));
    begin = end + 1;
  }
  return nodes;
}

bool unreachable(FetchFailure failure) {
  return failure == FetchFailure::connect || failure == FetchFailure::resolve;
}

std::unique_ptr<HttpFetcher> make_fetcher(const QdrantOptions& options) {
  const CurlFetcherOptions curl{.ca_file = options.ca_file,
                                .connect_timeout = options.connect_timeout,
                                .max_idle = kMaxIdle,
                                .use_proxy = false};
  return std::make_unique<FetcherPool>([curl] { return std::make_unique<CurlFetcher>(curl); });
}

/// What the server says of an error, for the log.
std::string said(const FetchResponse& response) {
  constexpr std::size_t kMost = 500;
  return fmt::format("status {}: {}", response.status, response.body.substr(0, kMost));
}

void check_status(const FetchResponse& response) {
  const int status = response.status;
  if (status >= 200 && status < 300) return;
  if (status == 404) {
    throw Error(ErrorKind::not_found, "the Qdrant server does not have what was asked for",
                said(response));
  }
  if (status == 401 || status == 403) {
    throw Error(ErrorKind::invalid_argument, "the Qdrant server refuses the API key",
                said(response));
  }
  if (status == 408 || status == 429 || status >= 500) {
    throw Error(ErrorKind::unavailable, "the Qdrant server cannot answer now", said(response));
  }
  throw Error(ErrorKind::corrupt, "the Qdrant server does not take what it was sent",
              said(response));
}

json::value parse(const FetchResponse& response) {
  check_status(response);
  try {
    return json::parse(response.body);
  } catch (const std::exception& error) {
    throw Error(ErrorKind::corrupt, "the Qdrant server's answer is no JSON", error.what());
  }
}

/// A name as part of a path: ours need no escaping, and others are not asked for.
const std::string& in_path(const std::string& name) {
  if (name.size() > 200 || !is_plain_name(name)) {
    throw Error(ErrorKind::invalid_argument, "not the name of a collection", name);
  }
  return name;
}

std::string path_of(const std::string& collection, std::string_view rest = {}) {
  return fmt::format("/collections/{}{}", in_path(collection), rest);
}

json::array as_array(std::span<const std::uint64_t> ids) {
  json::array out;
  out.reserve(ids.size());
  for (const std::uint64_t id : ids) out.emplace_back(id);
  return out;
}

}  // namespace

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

struct QdrantClient::Connections {
  std::vector<std::string> nodes;     ///< Addresses, without a final slash.
  std::atomic<std::size_t> node = 0;  ///< To be asked next.
  std::unique_ptr<HttpFetcher> fetcher;
};

QdrantClient::QdrantClient(QdrantOptions options) : QdrantClient(options, make_fetcher(options)) {}

QdrantClient::QdrantClient(QdrantOptions options, std::unique_ptr<HttpFetcher> fetcher)
    : options_(std::move(options)), connections_(std::make_shared<Connections>()) {
  connections_->nodes = split_nodes(options_.url);
  connections_->fetcher = std::move(fetcher);
  check(options_);
}

QdrantClient QdrantClient::stopped_by(std::stop_token stop) const {
  QdrantClient same = *this;
  same.stop_ = std::move(stop);
  return same;
}

void QdrantClient::leave(std::size_t node) const {
  // Unless another call has left it already.
  connections_->node.compare_exchange_strong(node, (node + 1) % connections_->nodes.size());
}

FetchResponse QdrantClient::fetch(Kind kind, FetchRequest request, const std::string& path) const {
  const std::vector<std::string>& nodes = connections_->nodes;
  request.stop = stop_;
  bool again_if_cut = kind != Kind::write;
  for (std::size_t tries = 1;; ++tries) {
    if (stop_.stop_requested()) throw Error(ErrorKind::unavailable, "stopped");
    const std::size_t node = connections_->node.load();
    request.url = nodes[node] + path;
    try {
      FetchResponse response = connections_->fetcher->fetch(request);
      if (response.status == 503 && kind != Kind::write) leave(node);
      return response;
    } catch (const FetchError& error) {
      if (unreachable(error.failure()) && tries < nodes.size()) {
        log_warning("qdrant: {}: {}; asking the next node", shown_url(nodes[node]), error.what());
        leave(node);
        continue;
      }
      if (error.failure() == FetchFailure::cut && again_if_cut) {
        // The server has closed the idle connection, or its end; a new one is opened.
        again_if_cut = false;
        --tries;
        continue;
      }
      // Who asked cannot wait once more, but the next must not wait for a node that hangs.
      if (error.failure() == FetchFailure::timed_out) leave(node);
      // The fetcher tells of the exchange only; what is shown names whose it was.
      throw Error(ErrorKind::unavailable,
                  fmt::format("the Qdrant server does not answer: {}", error.what()),
                  error.context());
    }
  }
}

FetchRequest QdrantClient::request_of(Kind kind, const std::string& method,
                                      const std::string& body) const {
  FetchRequest request;
  request.method = method;
  request.body = body;
  request.timeout = kind == Kind::search ? options_.search_timeout : options_.write_timeout;
  request.max_body_bytes = kind == Kind::search ? kMaxSearchBytes : kMaxReadBytes;
  if (!body.empty()) request.headers["Content-Type"] = "application/json";
  if (!options_.api_key.empty()) request.headers["api-key"] = options_.api_key;
  return request;
}

json::value QdrantClient::call(Kind kind, const std::string& method, const std::string& path,
                               const std::string& body) const {
  const FetchRequest request = request_of(kind, method, body);
  auto wait = options_.first_wait;
  for (unsigned tries = 1;; ++tries) {
    try {
      json::value answer = parse(fetch(kind, request, path));
      return std::move(member(as_object(answer), "result"));
    } catch (const Error& error) {
      const bool again = kind == Kind::write && error.kind() == ErrorKind::unavailable &&
                         tries < options_.write_tries && !stop_.stop_requested();
      if (!again) throw;
      log_warning("qdrant: {} {}: {}; trying again", method, path, error.what());
    }
    SystemClock clock;
    clock.sleep_until(clock.now() + wait, stop_);
    wait *= 2;
  }
}

QdrantClient::Kind QdrantClient::reading(QdrantPatience patience) {
  return patience == QdrantPatience::brief ? Kind::search : Kind::read;
}

std::string QdrantClient::version() const {
  const json::value answer = parse(fetch(Kind::search, request_of(Kind::search, "GET", {}), "/"));
  std::string version(as_string(member(as_object(answer), "version")));
  // This asks for the key, which "/" does not.
  call(Kind::search, "GET", "/collections");
  return version;
}

std::vector<std::string> QdrantClient::collections() const {
  json::value result = call(Kind::read, "GET", "/collections");
  std::vector<std::string> names;
  for (json::value& collection : as_array(member(as_object(result), "collections"))) {
    names.emplace_back(as_string(member(as_object(collection), "name")));
  }
  return names;
}

std::optional<QdrantCollectionInfo> QdrantClient::collection(const std::string& name,
                                                             QdrantPatience patience) const {
  json::value result;
  try {
    result = call(reading(patience), "GET", path_of(name));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
  json::object& object = as_object(result);
  QdrantCollectionInfo info;
  info.status = as_string(member(object, "status"));
  if (json::value* metadata = as_object(member(object, "config")).if_contains("metadata");
      metadata != nullptr && metadata->is_object()) {
    info.metadata = std::move(metadata->get_object());
  }
  return info;
}

void QdrantClient::create_collection(const std::string& name, const json::object& spec) const {
  call(Kind::write, "PUT", path_of(name), json::serialize(spec));
}

void QdrantClient::delete_collection(const std::string& name) const {
  call(Kind::write, "DELETE", path_of(name));
}

void QdrantClient::update_collection(const std::string& name, const json::object& change) const {
  call(Kind::write, "PATCH", path_of(name), json::serialize(change));
}

void QdrantClient::create_payload_index(const std::string& name, const std::string& field,
                                        const json::value& schema) const {
  call(Kind::write, "PUT", path_of(name, "/index?wait=true"),
       json::serialize(json::object{{"field_name", field}, {"field_schema", schema}}));
}

std::map<std::string, std::string> QdrantClient::aliases(QdrantPatience patience) const {
  json::value result = call(reading(patience), "GET", "/aliases");
  std::map<std::string, std::string> out;
  for (json::value& alias : as_array(member(as_object(result), "aliases"))) {
    json::object& object = as_object(alias);
    out.emplace(as_string(member(object, "alias_name")),
                as_string(member(object, "collection_name")));
  }
  return out;
}

void QdrantClient::switch_alias(const std::string& alias, const std::string& collection) const {
  json::array actions;
  // Both actions are one step for whoever searches.
  if (aliases().contains(alias)) {
    actions.push_back(json::object{{"delete_alias", json::object{{"alias_name", alias}}}});
  }
  actions.push_back(json::object{
      {"create_alias", json::object{{"collection_name", collection}, {"alias_name", alias}}}});
  call(Kind::write, "POST", "/collections/aliases",
       json::serialize(json::object{{"actions", std::move(actions)}}));
}

void QdrantClient::upsert(const std::string& name, const std::string& body) const {
  call(Kind::write, "PUT", path_of(name, "/points?wait=true"), body);
}

void QdrantClient::delete_points(const std::string& name,
                                 std::span<const std::uint64_t> ids) const {
  call(Kind::write, "POST", path_of(name, "/points/delete?wait=true"),
       json::serialize(json::object{{"points", as_array(ids)}}));
}

std::uint64_t QdrantClient::count(const std::string& name, const json::object& filter) const {
  json::value result = call(Kind::read, "POST", path_of(name, "/points/count"),
                            json::serialize(json::object{{"exact", true}, {"filter", filter}}));
  return as_count(member(as_object(result), "count"));
}

std::vector<QdrantHit> QdrantClient::query(const std::string& name, const std::string& body,
                                           std::size_t limit) const {
  json::value result = call(Kind::search, "POST", path_of(name, "/points/query"), body);
  json::array& points = as_array(member(as_object(result), "points"));
  if (points.size() > limit) throw_unexpected("more points than asked for");
  std::vector<QdrantHit> hits;
  hits.reserve(points.size());
  std::unordered_set<std::uint64_t> met;
  met.reserve(points.size());
  for (json::value& point : points) {
    json::object& object = as_object(point);
    const QdrantHit hit{as_count(member(object, "id")), as_float(member(object, "score"))};
    if (!met.insert(hit.id).second) throw_unexpected("a point twice");
    hits.push_back(hit);
  }
  return hits;
}

void QdrantClient::scroll(const std::string& name, const json::object& request,
                          std::size_t page_size,
                          const std::function<void(const json::object&)>& visit) const {
  json::object body = request;
  body["limit"] = page_size;
  std::uint64_t next = 0;
  while (true) {
    body["offset"] = next;
    json::value result =
        call(Kind::read, "POST", path_of(name, "/points/scroll"), json::serialize(body));
    json::object& page = as_object(result);
    json::array& points = as_array(member(page, "points"));
    for (json::value& point : points) {
      json::object& object = as_object(point);
      const std::uint64_t id = as_count(member(object, "id"));
      if (id < next) throw_unexpected("points out of order");
      if (id == std::numeric_limits<std::uint64_t>::max()) throw_unexpected("an id that is none");
      next = id + 1;
      visit(object);
    }
    const json::value* offset = page.if_contains("next_page_offset");
    if (offset == nullptr || offset->is_null()) return;
    const std::uint64_t following = as_count(*offset);
    // Or a server could keep us reading for ever.
    if (points.empty()) throw_unexpected("a page without points that is not the last");
    if (following < next) throw_unexpected("a page that begins before the last one's end");
    next = following;
  }
}

json::array QdrantClient::retrieve(const std::string& name, std::span<const std::uint64_t> ids,
                                   const json::value& with_vector) const {
  const std::string body = json::serialize(
      json::object{{"ids", as_array(ids)}, {"with_payload", false}, {"with_vector", with_vector}});
  json::value result = call(Kind::search, "POST", path_of(name, "/points"), body);
  return std::move(as_array(result));
}

}  // namespace anireco
