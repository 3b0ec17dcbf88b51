#include "api/trusted_proxies.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "api/ascii.h"
#include "base/error.h"

namespace anireco {

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) {
    const auto network = parse_network(text);
    if (!network) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("trusted_proxies: \"{}\" is no address and no network", text));
    }
    networks_.push_back(*network);
  }
}

bool TrustedProxies::trusts(const IpAddress& address) const {
  return std::ranges::any_of(networks_, [&](const IpNetwork& n) { return n.contains(address); });
}

std::optional<IpAddress> TrustedProxies::client(const HttpRequest& request) const {
  std::optional<IpAddress> client = parse_ip(request.peer);
  if (!client || networks_.empty()) return client;
  for (const auto& [name, value] : request.headers | std::views::reverse) {
    if (name != "x-forwarded-for") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      if (!trusts(*client)) return client;
      const std::size_t comma = rest.rfind(',');
      const std::string_view item =
          ascii_trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
      const auto address = parse_ip(item);
      // A proxy that hides its client, or a client's own invention: the proxy stands for it.
      if (!address) return client;
      client = address;
    }
  }
  return client;
}

}  // namespace anireco
