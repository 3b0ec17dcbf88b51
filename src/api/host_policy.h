#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// Which Host headers a server answers. A page of another site can make a browser call this
/// machine under that site's own name (DNS rebinding), but not under an address or one of our
/// names. Immutable; thread-safe.
class HostPolicy {
 public:
  /// bound: the address that is listened on. An unspecified one ("0.0.0.0", "::") answers under
  /// any IP address, another one under itself; a loopback or unspecified one also under the
  /// loopback names. names: further host names, without ports.
  HostPolicy(std::string_view bound, std::vector<std::string> names);

  /// host: a Host header, with or without a port. Case does not matter.
  bool allows(std::string_view host) const;

 private:
  bool any_address_ = false;
  std::vector<std::string> names_;  ///< In lower case; addresses without brackets.
};

}  // namespace anireco
