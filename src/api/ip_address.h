#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anireco {

/// An address of either family; IPv4 in its IPv6 form, ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes = {};

  bool is_v4() const;
  bool operator==(const IpAddress&) const = default;
};

/// "192.0.2.1", "2001:db8::1", and as proxies write them: "192.0.2.1:80", "[2001:db8::1]:80".
/// A zone ("fe80::1%eth0") is left out. Nullopt for anything else.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Whom an address stands for, as bytes: itself, or of IPv6 the first 64 bits, of which a
/// subscriber can use any.
std::string subscriber_of(const IpAddress& address);
/// Whether it is of the machine itself: 127.0.0.0/8 or ::1.
bool is_loopback(const IpAddress& address);

/// Addresses that begin alike.
struct IpNetwork {
  IpAddress address = {};
  unsigned prefix_bits = 128;  ///< Of the IPv6 form: 96 more than an IPv4 network says.

  bool contains(const IpAddress& other) const;
};

/// "192.0.2.0/24", "2001:db8::/32", or one address. Nullopt for anything else.
std::optional<IpNetwork> parse_network(std::string_view text);

}  // namespace anireco
