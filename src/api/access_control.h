#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/api_keys.h"
#include "api/http_message.h"
#include "api/rate_limiter.h"
#include "api/trusted_proxies.h"

namespace anireco {

/// What an operation asks of its caller.
enum class Access {
  open,    ///< Nothing: whether the server lives, and what it offers.
  keyed,   ///< A key where keys are required; only wrong ones count.
  limited  ///< That, and it counts against the caller's limit.
};

struct AccessOptions {
  ApiKeys keys = {};
  bool key_required = true;  ///< Only looked at where there are keys.
  TrustedProxies proxies = {};
  ClientLimit per_address = {};  ///< Of callers without a key.
  ClientLimit per_key = {};      ///< Of each name that has keys.
  std::size_t max_clients = 65536;
};

/// Who may ask, and how often. A key comes as "Authorization: Bearer KEY" or as "X-API-Key: KEY";
/// it is neither logged nor answered. Thread-safe.
class AccessControl {
 public:
  explicit AccessControl(AccessOptions options, std::shared_ptr<const Clock> clock =
                                                    std::make_shared<const SystemClock>());

  /// Lets a request pass, and gives the header fields of its answer that tell what is left.
  /// Throws Problem: 401 without a key where one is required, or with one that is not known; 429
  /// above the limit. A key that is not known counts against the address unless access is open.
  NameValues admit(const HttpRequest& request, Access access) const;

 private:
  /// The name of the request's key; empty: none was sent, or none is known here.
  std::string key_owner(const HttpRequest& request) const;
  NameValues count(const std::string& client, const ClientLimit& limit) const;

  AccessOptions options_;
  std::shared_ptr<const Clock> clock_;
  std::unique_ptr<RateLimiter> limiter_;
};

}  // namespace anireco
