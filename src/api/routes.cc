#include <array>

#include "api/handlers.h"

namespace anireco {
namespace {

using Handler = Outcome (*)(ApiCall& call);

/// What tells of the server itself, whatever its catalogue.
constexpr Route service(std::string_view path, Handler handler, Access access) {
  return {.method = "GET",
          .path = path,
          .handler = handler,
          .light = true,
          .needs_snapshot = false,
          .access = access};
}

constexpr Route profile(std::string_view method, std::string_view path, Handler handler,
                        BodyKind body = BodyKind::none) {
  return {.method = method, .path = path, .handler = handler, .body = body, .needs_profiles = true};
}

constexpr Route kHealth = service("/healthz", get_health, Access::open);
constexpr Route kMetrics = service("/metrics", get_metrics, Access::keyed);

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/search", .handler = get_search, .revalidates = true},
    Route{
        .method = "POST", .path = "/api/v1/search", .handler = post_search, .body = BodyKind::json},
    Route{.method = "POST",
          .path = "/api/v1/recommend",
          .handler = post_recommend,
          .body = BodyKind::json},
    Route{.method = "GET", .path = "/api/v1/anime/{id}", .handler = get_anime, .revalidates = true},
    Route{.method = "GET",
          .path = "/api/v1/anime/{id}/similar",
          .handler = get_similar,
          .revalidates = true},
    Route{.method = "GET", .path = "/api/v1/suggest", .handler = get_suggest, .revalidates = true},
    Route{.method = "GET", .path = "/api/v1/filters", .handler = get_filters, .revalidates = true},
    Route{.method = "POST", .path = "/api/v1/ids", .handler = post_ids, .body = BodyKind::json},
    Route{.method = "GET", .path = "/api/v1/random", .handler = get_random},
    Route{.method = "GET", .path = "/posters/{id}", .handler = get_poster, .access = Access::keyed},
    profile("GET", "/api/v1/profiles/{name}", get_profile),
    profile("PUT", "/api/v1/profiles/{name}", put_profile, BodyKind::list),
    profile("DELETE", "/api/v1/profiles/{name}", delete_profile),
    profile("GET", "/api/v1/profiles/{name}/entries", get_profile_entries),
    profile("PATCH", "/api/v1/profiles/{name}/entries/{id}", patch_profile_entry, BodyKind::json),
    profile("DELETE", "/api/v1/profiles/{name}/entries/{id}", delete_profile_entry),
    profile("GET", "/api/v1/profiles/{name}/export", get_profile_export),
    profile("POST", "/api/v1/profiles/{name}/fetch", post_profile_fetch, BodyKind::json),
    Route{.method = "POST",
          .path = "/api/v1/lists/fetch",
          .handler = post_list_fetch,
          .body = BodyKind::json},
    Route{.method = "POST",
          .path = "/recommend",
          .handler = post_legacy_recommend,
          .body = BodyKind::json},
    Route{.method = "GET", .path = "/filters", .handler = get_legacy_filters, .revalidates = true},
    kHealth,
    service("/readyz", get_readiness, Access::open),
    kMetrics,
    service("/openapi.json", get_openapi, Access::open),
    service("/docs", get_docs, Access::open),
};

/// What an encoder server takes: no one but other servers of the same owner asks it.
constexpr std::array kEncoderRoutes = {
    service("/encode", get_encoder, Access::keyed),
    Route{.method = "POST",
          .path = "/encode",
          .handler = post_encode,
          .needs_snapshot = false,
          .body = BodyKind::json,
          .access = Access::keyed},
    kHealth,
    service("/readyz", get_encoder_readiness, Access::open),
    kMetrics,
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

std::span<const Route> encoder_routes() { return kEncoderRoutes; }

}  // namespace anireco
