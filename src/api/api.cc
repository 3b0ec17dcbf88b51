#include "api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/embedded.h"
#include "api/gzip.h"
#include "api/handlers.h"
#include "api/language.h"
#include "api/problem.h"
#include "api/profile_call.h"
#include "base/hash.h"
#include "base/log.h"

namespace anireco {
namespace {

/// The values of a pattern's {…} parts, nullopt when the path does not fit.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> values;
  while (!pattern.empty() && !path.empty()) {
    const std::size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
    const std::size_t path_end = std::min(path.find('/', 1), path.size());
    const std::string_view wanted = pattern.substr(1, pattern_end - 1);
    const std::string_view given = path.substr(1, path_end - 1);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      values.emplace_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

/// The server's own paths, where an unknown one is an error and never the page.
bool is_api_path(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") || path.starts_with("/docs/") ||
         path.starts_with("/posters/");
}

struct EmbeddedFile {
  std::string_view path;
  std::string_view content_type;
  std::string_view (*text)();
};
constexpr std::array kEmbedded = {
    EmbeddedFile{"/docs/docs.js", "text/javascript; charset=utf-8", embedded::docs_js},
    EmbeddedFile{"/docs/docs.css", "text/css; charset=utf-8", embedded::docs_css},
};

HttpResponse static_response(const HttpRequest& request, const StaticFile& file) {
  HttpResponse response{
      .content_type = file.content_type, .body = file.bytes, .etag = file.etag, .page = true};
  response.route = "static";
  if (file.immutable) {
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  }
  if (file.gzipped) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (accepts_gzip(request.header("accept-encoding"))) {
      response.body = file.gzipped;
      response.headers.emplace_back("Content-Encoding", "gzip");
    }
  }
  return response;
}

std::string allowed_methods(std::span<const Route> routes, std::string_view path) {
  std::string methods;
  for (const Route& route : routes) {
    if (!match(route.path, path)) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods.empty() ? methods : methods + ", OPTIONS";
}

/// The media type of a body in lower case, without its parameters.
std::string body_type(const HttpRequest& request) {
  std::string_view header = request.header("content-type");
  header = header.substr(0, header.find(';'));
  while (header.ends_with(' ')) header.remove_suffix(1);
  std::string type(header);
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

/// A page of another origin can send only a few types without asking first: none of those are
/// taken, but for text, which a PUT must ask for all the same.
void check_body(const HttpRequest& request, BodyKind kind) {
  if (kind == BodyKind::none) return;
  const std::string type = body_type(request);
  if (kind == BodyKind::json && type != "application/json") {
    throw Problem(415, "the body must be application/json");
  }
  constexpr std::array<std::string_view, 8> kListTypes = {
      "",         "application/octet-stream", "application/json", "application/xml",
      "text/xml", "application/gzip",         "text/plain",       "application/x-gzip"};
  if (kind == BodyKind::list && std::ranges::find(kListTypes, type) == kListTypes.end()) {
    throw Problem(415, "a list is sent as application/octet-stream, JSON, XML, gzip or text");
  }
}

}  // namespace

Api::Api(ApiServices services, ApiOptions options)
    : services_(std::move(services)),
      options_(std::move(options)),
      routes_(options_.serves == Serves::encoder ? encoder_routes() : routes()),
      access_(options_.access) {}

ServerLoad Api::load() const { return load_source_ ? load_source_() : ServerLoad{}; }

HttpResponse Api::refuse(const HttpRequest& request, const Problem& problem) const {
  HttpResponse response = problem_response(problem, request.id);
  finish_response(request, options_.finish, response);
  return response;
}

HttpResponse Api::guarded(const HttpRequest& request,
                          const std::function<HttpResponse()>& work) const {
  try {
    return work();
  } catch (const Problem& problem) {
    return problem_response(problem, request.id);
  } catch (const Error& error) {
    if (http_status(error.kind()) == 500) {
      log_error("request {}: {} ({})", request.id, error.what(), error.context());
    }
    return problem_response(to_problem(error), request.id);
  } catch (const std::exception& error) {
    log_error("request {}: {}", request.id, error.what());
    return problem_response(Problem(500, "the server made a mistake"), request.id);
  }
}

void Api::finish(const ApiCall& call, const Route& route, HttpResponse& response) const {
  response.route = route.path;
  response.headers.insert(response.headers.end(), call.limits.begin(), call.limits.end());
  finish_response(call.request, options_.finish, response);
}

std::variant<HttpResponse, Api::Accepted> Api::accept(HttpRequest request) const {
  std::optional<Accepted> accepted;
  std::string pattern;
  HttpResponse response = guarded(request, [&] {
    auto routed = route(request, pattern);
    if (auto* call = std::get_if<Accepted>(&routed)) accepted = std::move(*call);
    return accepted ? HttpResponse{} : std::get<HttpResponse>(std::move(routed));
  });
  if (accepted && accepted->route->light) {
    Outcome outcome = run(*accepted);
    return std::get<HttpResponse>(std::move(outcome));
  }
  if (accepted) return *std::move(accepted);
  if (!pattern.empty()) response.route = pattern;
  finish_response(request, options_.finish, response);
  return response;
}

std::variant<HttpResponse, Api::Accepted> Api::route(HttpRequest& request,
                                                     std::string& pattern) const {
  const bool has_host = request.count_headers("host") > 0;
  if (has_host && !options_.hosts.allows(request.header("host"))) {
    throw Problem(421, "this server does not answer under that host name; see the setting hosts");
  }
  if (request.method == "OPTIONS" && request.target == "*") return HttpResponse{.status = 204};
  Target target = parse_target(request.target);
  const bool head = request.method == "HEAD";
  for (const Route& route : routes_) {
    if (route.method != request.method && !(head && route.method == "GET")) continue;
    auto values = match(route.path, target.path);
    if (!values) continue;
    pattern = route.path;
    NameValues limits = access_.admit(request, route.access);
    if (route.needs_profiles && !services_.lists.profiles) throw profiles_off();
    check_body(request, route.body);
    auto call = std::make_shared<ApiCall>(ApiCall{.api = *this, .request = std::move(request)});
    request = HttpRequest{.id = call->request.id, .method = call->request.method};
    call->accept_language = preferred_language(call->request.header("accept-language"));
    call->target = std::move(target);
    call->path_values = *std::move(values);
    call->limits = std::move(limits);
    return Accepted{std::move(call), &route};
  }
  if (const std::string allowed = allowed_methods(routes_, target.path); !allowed.empty()) {
    const NameValues headers = {{"Allow", allowed}};
    if (request.method == "OPTIONS") return HttpResponse{.status = 204, .headers = headers};
    throw Problem(405, "this path takes only " + allowed, {}, headers);
  }
  return page(request, target);
}

HttpResponse Api::page(const HttpRequest& request, const Target& target) const {
  if (options_.serves == Serves::encoder) throw Problem(404, "nothing is here");
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const StaticFile* file =
      services_.files.find(target.path == "/" ? "/index.html" : std::string_view(target.path));
  const bool wants_page = request.header("accept").find("text/html") != std::string_view::npos;
  if (file == nullptr && wants_page && !is_api_path(target.path)) file = services_.files.index();
  for (const EmbeddedFile& own : kEmbedded) {
    if (!reads || own.path != target.path) continue;
    HttpResponse response{.content_type = std::string(own.content_type), .page = true};
    response.route = "/docs";
    response.etag = fmt::format("W/\"{:016x}\"", xxh3_64(own.text()));
    response.set_body(std::string(own.text()));
    return response;
  }
  if (file == nullptr && target.path == "/" && reads) {
    return HttpResponse{.status = 303, .headers = {{"Location", "/docs"}}};
  }
  if (file == nullptr) throw Problem(404, "nothing is here");
  if (request.method == "OPTIONS") {
    return HttpResponse{.status = 204, .headers = {{"Allow", "GET, HEAD, OPTIONS"}}};
  }
  if (!reads) {
    throw Problem(405, "this path takes only GET, HEAD", {}, {{"Allow", "GET, HEAD, OPTIONS"}});
  }
  return static_response(request, *file);
}

Outcome Api::run(const Accepted& accepted) const {
  std::optional<Outcome> pending;
  HttpResponse response = guarded(accepted.call->request, [&] {
    Outcome outcome = run_handler(accepted);
    if (auto* ready = std::get_if<HttpResponse>(&outcome)) return std::move(*ready);
    pending = std::move(outcome);
    return HttpResponse{};
  });
  if (pending) return *std::move(pending);
  finish(*accepted.call, *accepted.route, response);
  return response;
}

Outcome Api::run_handler(const Accepted& accepted) const {
  ApiCall& call = *accepted.call;
  const Route& route = *accepted.route;
  call.snapshot = services_.snapshots.current();
  call.posters = services_.posters->current();
  if (!call.snapshot && route.needs_snapshot) {
    throw unavailable("the catalogue is still being loaded");
  }
  if (route.revalidates) {
    const Generation& g = call.snapshot->generation;
    const std::string all = fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}{}", ANIRECO_VERSION, g.number, g.content_hash,
        g.model_fingerprint, call.posters->version, to_string(services_.encoder.state()),
        to_string(options_.max_level), to_string(call.accept_language), call.request.target,
        services_.lists.profiles != nullptr, services_.lists.fetch != nullptr);
    call.etag = fmt::format("W/\"{}-{:016x}\"", g.number, xxh3_64(all));
    const std::string_view known = call.request.header("if-none-match");
    // Only answers that were right get an ETag, so a client that knows it asks for a right one.
    if (known != "*" && matches_etag(known, call.etag)) {
      return json_response(call, std::string());
    }
  }
  return route.handler(call);
}

HttpResponse Api::answer(const Accepted& accepted, const NeedsVector& pending,
                         std::optional<std::span<const float>> vector, Degraded degraded) const {
  HttpResponse response =
      guarded(accepted.call->request, [&] { return pending.answer(vector, degraded); });
  finish(*accepted.call, *accepted.route, response);
  return response;
}

HttpResponse Api::answer(const Accepted& accepted, const NeedsWaiting& pending) const {
  HttpResponse response = guarded(accepted.call->request, pending.answer);
  finish(*accepted.call, *accepted.route, response);
  return response;
}

HttpResponse Api::answer(const Accepted& accepted, const NeedsVectors& pending,
                         std::span<const EncodeResult> results) const {
  HttpResponse response = guarded(accepted.call->request, [&] { return pending.answer(results); });
  finish(*accepted.call, *accepted.route, response);
  return response;
}

HttpResponse json_response(const ApiCall& call, std::string json) {
  HttpResponse response{.content_type = "application/json",
                        .headers = {{"Vary", "Accept-Language"}},
                        .etag = call.etag};
  response.set_body(std::move(json));
  return response;
}

}  // namespace anireco
