#include "api/host_policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "api/ascii.h"

namespace anireco {
namespace {

bool is_address(const std::string& text) {
  in6_addr buffer{};
  return inet_pton(AF_INET, text.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// The name or address of "name:port", "[::1]:port"; nullopt when malformed.
std::optional<std::string> without_port(std::string_view host) {
  std::string_view port;
  std::string_view name;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    name = host.substr(1, end - 1);
    port = host.substr(end + 1);
    if (!port.empty() && port.front() != ':') return std::nullopt;
  } else {
    const std::size_t colon = std::min(host.find(':'), host.size());
    name = host.substr(0, colon);
    port = host.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  const bool digits = std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (name.empty() || !digits || port.size() > 5) return std::nullopt;
  return ascii_lower(name);
}

}  // namespace

HostPolicy::HostPolicy(std::string_view bound, std::vector<std::string> names) {
  const std::string address = ascii_lower(bound);
  any_address_ = address == "0.0.0.0" || address == "::" || address.empty();
  for (const std::string& name : names) names_.push_back(ascii_lower(name));
  names_.push_back(address);
  if (any_address_ || is_loopback(address)) {
    names_.insert(names_.end(), {"localhost", "127.0.0.1", "::1"});
  }
}

bool HostPolicy::allows(std::string_view host) const {
  auto name = without_port(host);
  if (!name) return false;
  if (name->size() > 1 && name->ends_with('.')) name->pop_back();
  if (any_address_ && is_address(*name)) return true;
  return std::ranges::find(names_, *name) != names_.end();
}

}  // namespace anireco
