#pragma once

#include <string>
#include <vector>

#include "api/http_message.h"
#include "api/ip_address.h"

namespace anireco {

/// Whose word about a client's address is taken. Immutable; thread-safe.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// networks: addresses and networks ("127.0.0.1", "10.0.0.0/8"). Throws Error{invalid_argument}.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  /// Where a request comes from: the peer, unless that is a trusted proxy; then the last address of
  /// X-Forwarded-For that is none. What stands left of that was written by the client, so it is not
  /// looked at. Nullopt when the peer is not known (no socket).
  std::optional<IpAddress> client(const HttpRequest& request) const;

  /// Whether it is the address of such a proxy.
  bool trusts(const IpAddress& address) const;

 private:
  std::vector<IpNetwork> networks_;
};

}  // namespace anireco
