#include "api/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>

namespace anireco {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<IpAddress> parse_bare(std::string_view text) {
  const std::string terminated(text.substr(0, text.find('%')));
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(kMappedPrefix, address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kMappedPrefix.size()) == 1) {
    return address;
  }
  return std::nullopt;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::ranges::equal(kMappedPrefix, std::span(bytes).first(kMappedPrefix.size()));
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.size() > 64 || text.find('\0') != std::string_view::npos) return std::nullopt;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(end + 1);
    if (!port.empty() && (port.front() != ':' || !all_digits(port.substr(1)))) return std::nullopt;
    return parse_bare(text.substr(1, end - 1));
  }
  const bool one_colon = std::ranges::count(text, ':') == 1;
  if (one_colon) {
    if (!all_digits(text.substr(text.find(':') + 1))) return std::nullopt;
    text = text.substr(0, text.find(':'));
  }
  return parse_bare(text);
}

std::string subscriber_of(const IpAddress& address) {
  constexpr std::size_t kSubscriberBytes = 8;
  const std::size_t size = address.is_v4() ? address.bytes.size() : kSubscriberBytes;
  return {address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

bool is_loopback(const IpAddress& address) {
  static constexpr IpAddress kOne = {.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  return address == kOne || (address.is_v4() && address.bytes[kMappedPrefix.size()] == 127);
}

bool IpNetwork::contains(const IpAddress& other) const {
  const std::size_t whole = prefix_bits / 8;
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) return false;
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  return ((address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest)) == 0;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  if (text.starts_with('[')) return std::nullopt;
  if (text.find('%') != std::string_view::npos) return std::nullopt;
  const auto address = text.size() <= 64 ? parse_bare(text.substr(0, slash)) : std::nullopt;
  if (!address) return std::nullopt;
  IpNetwork network{.address = *address};
  if (slash == text.size()) return network;
  const std::string_view bits = text.substr(slash + 1);
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
  if (!all_digits(bits) || error != std::errc() || prefix > (v4 ? 32 : 128)) return std::nullopt;
  network.prefix_bits = v4 ? prefix + 96 : prefix;
  return network;
}

}  // namespace anireco
