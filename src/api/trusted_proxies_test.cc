#include "api/trusted_proxies.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

HttpRequest forwarded_from(const std::string& peer,
                           const std::vector<std::string>& forwarded = {}) {
  HttpRequest request;
  request.peer = peer;
  for (const std::string& value : forwarded) {
    request.headers.emplace_back("x-forwarded-for", value);
  }
  return request;
}

TEST(TrustedProxies, a_stranger_is_not_believed) {
  const TrustedProxies none;
  EXPECT_EQ(none.client(forwarded_from("192.0.2.1", {"203.0.113.9"})), parse_ip("192.0.2.1"));
  const TrustedProxies another({"10.0.0.0/8"});
  EXPECT_EQ(another.client(forwarded_from("192.0.2.1", {"203.0.113.9"})), parse_ip("192.0.2.1"));
}

TEST(TrustedProxies, the_last_address_that_is_no_proxy_is_the_client) {
  const TrustedProxies proxies({"10.0.0.0/8", "127.0.0.1"});
  EXPECT_EQ(proxies.client(forwarded_from("127.0.0.1", {"203.0.113.9"})), parse_ip("203.0.113.9"));
  // What the client wrote itself stands left of what the first proxy added.
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"8.8.8.8, 203.0.113.9, 10.0.0.3"})),
            parse_ip("203.0.113.9"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"8.8.8.8", "203.0.113.9 ,10.0.0.3"})),
            parse_ip("203.0.113.9"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"203.0.113.9", "10.0.0.4"})),
            parse_ip("203.0.113.9"));
}

TEST(TrustedProxies, without_a_believable_client_the_proxy_stands_for_it) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2")), parse_ip("10.0.0.2"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"unknown"})), parse_ip("10.0.0.2"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"203.0.113.9, nonsense"})),
            parse_ip("10.0.0.2"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"", ",,"})), parse_ip("10.0.0.2"));
  EXPECT_EQ(proxies.client(forwarded_from("10.0.0.2", {"10.0.0.9"})), parse_ip("10.0.0.9"));
  EXPECT_EQ(proxies.client(forwarded_from("", {"203.0.113.9"})), std::nullopt);
}

TEST(TrustedProxies, what_is_no_network_is_refused) {
  EXPECT_THROW(TrustedProxies({"10.0.0.0/8", "proxy.example"}), Error);
}

}  // namespace
}  // namespace anireco
