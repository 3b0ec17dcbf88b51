#include "network.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <qrcodegen/qrcodegen.hpp>
#include <stdexcept>

namespace anireco::app {

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::vector<std::string> own_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return addresses;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & IFF_UP) == 0) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size());
    addresses.emplace_back(text.data());
  }
  freeifaddrs(list);
  return addresses;
}

std::string address_for_others(const std::vector<std::string>& addresses) {
  const auto rank = [](const std::string& address) {
    if (address.starts_with("192.168.")) return 0;
    if (address.starts_with("10.")) return 1;
    if (address.starts_with("169.254.")) return 4;  // No one gave it: RFC 3927.
    return address.starts_with("172.17.") ? 3 : 2;  // Docker's own network.
  };
  std::string best;
  for (const std::string& address : addresses) {
    if (is_loopback(address)) continue;
    if (best.empty() || rank(address) < rank(best)) best = address;
  }
  return best;
}

std::string url_of(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("http://{}:{}/", v6 ? fmt::format("[{}]", host) : host, port);
}

std::string qr_code(const std::string& text) {
  using qrcodegen::QrCode;
  // Black on white whatever the terminal's colours: many readers refuse a code in negative.
  constexpr const char* kBegin = "\x1b[38;5;16;48;5;231m";
  constexpr const char* kEnd = "\x1b[0m\n";
  constexpr int kQuietModules = 2;
  try {
    const QrCode code = QrCode::encodeText(text.c_str(), QrCode::Ecc::LOW);
    const int end = code.getSize() + kQuietModules;
    std::string lines;
    for (int y = -kQuietModules; y < end; y += 2) {
      lines += kBegin;
      for (int x = -kQuietModules; x < end; ++x) {
        const bool upper = code.getModule(x, y);
        const bool lower = code.getModule(x, y + 1);
        lines += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
      }
      lines += kEnd;
    }
    return lines;
  } catch (const std::length_error&) {
    return {};
  }
}

}  // namespace anireco::app
