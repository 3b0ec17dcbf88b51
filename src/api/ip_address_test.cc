#include "api/ip_address.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

TEST(IpAddress, is_read_as_proxies_write_it) {
  const auto plain = parse_ip("192.0.2.7");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->is_v4());
  for (const char* same : {"192.0.2.7:4711", "::ffff:192.0.2.7"}) EXPECT_EQ(parse_ip(same), plain);
  const auto six = parse_ip("2001:db8::7");
  ASSERT_TRUE(six);
  EXPECT_FALSE(six->is_v4());
  for (const char* same : {"[2001:db8::7]", "[2001:db8::7]:443", "2001:DB8:0::7%eth0"}) {
    EXPECT_EQ(parse_ip(same), six) << same;
  }
}

TEST(IpAddress, is_nothing_else) {
  for (const char* text : {"", "unknown", "192.0.2", "192.0.2.256", "192.0.2.7:", "192.0.2.7:x",
                           "[2001:db8::7", "[2001:db8::7]x", "_hidden", "1.2.3.4, 5.6.7.8", ":"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
  EXPECT_FALSE(parse_ip(std::string_view("127.0.0.1\0x", 11)));
  EXPECT_FALSE(parse_ip(std::string(1000, '1')));
}

TEST(IpNetwork, holds_what_begins_alike) {
  const auto ten = parse_network("10.0.0.0/8");
  ASSERT_TRUE(ten);
  EXPECT_TRUE(ten->contains(*parse_ip("10.255.0.1")));
  EXPECT_FALSE(ten->contains(*parse_ip("11.0.0.1")));
  const auto odd = parse_network("172.16.0.0/12");
  EXPECT_TRUE(odd->contains(*parse_ip("172.31.255.255")));
  EXPECT_FALSE(odd->contains(*parse_ip("172.32.0.0")));
  const auto one = parse_network("::1");
  EXPECT_TRUE(one->contains(*parse_ip("::1")));
  EXPECT_FALSE(one->contains(*parse_ip("::2")));
  const auto all = parse_network("0.0.0.0/0");
  EXPECT_TRUE(all->contains(*parse_ip("8.8.8.8")));
  EXPECT_FALSE(all->contains(*parse_ip("2001:db8::1")));
  EXPECT_TRUE(parse_network("::/0")->contains(*parse_ip("8.8.8.8")));
}

TEST(IpNetwork, is_nothing_else) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129",
                           "example.org", "[::1]/128", "10.0.0.0:80/8", "fe80::1%eth0"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

}  // namespace
}  // namespace anireco
