#include "api/access_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/ascii.h"
#include "api/problem.h"

namespace anireco {
namespace {

constexpr std::string_view kPolicy = "\"client\"";

std::string bucket_of(const std::optional<IpAddress>& address) {
  return address ? "address " + subscriber_of(*address) : "address";
}

/// The key as sent; nullopt: none. Another scheme belongs to somebody between client and server.
std::optional<std::string_view> sent_key(const HttpRequest& request) {
  if (request.count_headers("x-api-key") > 0) return request.header("x-api-key");
  std::string_view value = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (ascii_lower(value.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

}  // namespace

AccessControl::AccessControl(AccessOptions options, std::shared_ptr<const Clock> clock)
    : options_(std::move(options)),
      clock_(std::move(clock)),
      limiter_(std::make_unique<RateLimiter>(*clock_, options_.max_clients)) {}

std::string AccessControl::key_owner(const HttpRequest& request) const {
  if (options_.keys.empty()) return {};
  const auto key = sent_key(request);
  if (!key) return {};
  if (auto owner = options_.keys.owner(*key)) return *std::move(owner);
  throw Problem(401, "the API key is not known", {},
                {{"WWW-Authenticate", "Bearer realm=\"anireco\", error=\"invalid_token\""}});
}

NameValues AccessControl::count(const std::string& client, const ClientLimit& limit) const {
  if (!limit.limits()) return {};
  const RateLimiter::Verdict verdict = limiter_->take(client, limit);
  NameValues headers = {{"RateLimit-Policy", fmt::format("{};q={};w={}", kPolicy, limit.capacity(),
                                                         limit.window().count())},
                        {"RateLimit", fmt::format("{};r={};t={}", kPolicy, verdict.remaining,
                                                  verdict.until_full.count())}};
  if (verdict.allowed) return headers;
  const auto wait = std::max<std::chrono::seconds::rep>(1, verdict.until_next.count());
  headers.emplace_back("Retry-After", std::to_string(wait));
  throw Problem(429, fmt::format("too many requests; the next is taken in {} s", wait), {},
                std::move(headers));
}

NameValues AccessControl::admit(const HttpRequest& request, Access access) const {
  if (access == Access::open) return {};
  const auto by_address = [&] {
    return count(bucket_of(options_.proxies.client(request)), options_.per_address);
  };
  std::string owner;
  try {
    owner = key_owner(request);
  } catch (const Problem&) {
    // Guesses count too, also where nothing else does.
    by_address();
    throw;
  }
  if (!owner.empty()) {
    return access == Access::limited ? count("key " + owner, options_.per_key) : NameValues{};
  }
  const NameValues headers = access == Access::limited ? by_address() : NameValues{};
  if (!options_.keys.empty() && options_.key_required) {
    throw Problem(401, "an API key is required: Authorization: Bearer KEY", {},
                  {{"WWW-Authenticate", "Bearer realm=\"anireco\""}});
  }
  return headers;
}

}  // namespace anireco
