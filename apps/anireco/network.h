#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace anireco::app {

/// True for names and addresses that only this machine reaches.
bool is_loopback(const std::string& host);

/// IPv4 addresses of the interfaces that are up, the loopback's too. Empty if they cannot be read.
std::vector<std::string> own_addresses();

/// The address another device of the same network most likely reaches: one of a home network before
/// others, those that containers use last. Empty if there is none beside the loopback.
std::string address_for_others(const std::vector<std::string>& addresses);

/// "http://192.168.1.5:8080/", an IPv6 address in brackets.
std::string url_of(const std::string& host, std::uint16_t port);

/// A QR code of the text for a terminal of any colours, two rows a line, lines ended. Empty if the
/// text is too long for one.
std::string qr_code(const std::string& text);

}  // namespace anireco::app
