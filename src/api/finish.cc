#include "api/finish.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "api/gzip.h"

namespace anireco {
namespace {

constexpr std::size_t kOnePacket = 1400;  // What fits into one packet gains nothing.
constexpr int kFastCompression = 2;
constexpr std::size_t kMaxRequestId = 64;

/// Posters come from other hosts; scripts and styles only from here.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' https: data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

bool has_header(const HttpResponse& response, std::string_view name) {
  return std::ranges::any_of(response.headers,
                             [&](const auto& header) { return header.first == name; });
}

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos;
}

void add_security(HttpResponse& response) {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", response.page ? kPagePolicy : kDataPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  if (response.page) {
    headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  }
}

void add_cors(const HttpRequest& request, const FinishOptions& options, HttpResponse& response) {
  const std::vector<std::string>& allowed = options.cors_origins;
  if (allowed.empty()) {
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    return;
  }
  const std::string_view origin = request.header("origin");
  const bool any = allowed.front() == "*";
  if (!any) response.headers.emplace_back("Vary", "Origin");
  if (origin.empty() || (!any && std::ranges::find(allowed, origin) == allowed.end())) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : std::string(origin));
  response.headers.emplace_back(
      "Access-Control-Expose-Headers",
      "ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id");
  if (request.method == "OPTIONS") {
    response.headers.emplace_back("Access-Control-Allow-Methods",
                                  "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    response.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, If-None-Match, X-API-Key, X-Request-Id");
    response.headers.emplace_back("Access-Control-Max-Age", "86400");
  }
}

void compress(const HttpRequest& request, HttpResponse& response) {
  if (!is_text(response.content_type) || has_header(response, "Content-Encoding")) return;
  if (!has_header(response, "Vary") || !response.page) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  if (response.body_size() < kOnePacket || !accepts_gzip(request.header("accept-encoding"))) {
    return;
  }
  response.set_body(gzip(*response.body, kFastCompression));
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace

bool matches_etag(std::string_view header, std::string_view etag) {
  if (etag.empty() || header.empty()) return false;
  if (header == "*") return true;
  const auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    std::string_view item = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    if (opaque(item) == opaque(etag)) return true;
  }
  return false;
}

std::string request_id(std::string_view from_client) {
  const bool sane = !from_client.empty() && from_client.size() <= kMaxRequestId &&
                    std::ranges::all_of(from_client, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
                    });
  if (sane) return std::string(from_client);
  thread_local std::mt19937_64 random(std::random_device{}());
  return fmt::format("{:016x}", random());
}

void finish_response(const HttpRequest& request, const FinishOptions& options,
                     HttpResponse& response) {
  if (response.status == 200 && matches_etag(request.header("if-none-match"), response.etag)) {
    response.status = 304;
    response.content_type.clear();
    response.body = nullptr;
    std::erase_if(response.headers,
                  [](const auto& header) { return header.first == "Content-Encoding"; });
  }
  if (!response.etag.empty()) response.headers.emplace_back("ETag", response.etag);
  if (!has_header(response, "Cache-Control")) {
    response.headers.emplace_back("Cache-Control",
                                  response.etag.empty() ? "no-store" : "private, no-cache");
  }
  compress(request, response);
  response.headers.emplace_back("X-Request-Id", request.id);
  add_security(response);
  add_cors(request, options, response);
  response.head_only = request.method == "HEAD";
}

}  // namespace anireco
