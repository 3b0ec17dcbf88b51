#include "net/url.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

TEST(UrlTest, origins_are_scheme_host_and_port) {
  EXPECT_TRUE(same_origin("https://Example.org/a", "https://example.org:443/b?c"));
  EXPECT_FALSE(same_origin("https://example.org", "http://example.org"));
  EXPECT_FALSE(same_origin("https://example.org", "https://example.org:8443"));
  EXPECT_FALSE(same_origin("https://example.org", "https://example.org.evil.example"));
  EXPECT_FALSE(same_origin("no url at all", "no url at all"));
}

TEST(UrlTest, locations_are_resolved_against_the_request) {
  EXPECT_EQ(resolve_location("http://a.example/x/y?z=1", "../w"), "http://a.example/w");
  EXPECT_EQ(resolve_location("http://a.example/x", "//b.example/c"), "http://b.example/c");
  EXPECT_EQ(resolve_location("http://a.example/x", "https://c.example/#part"),
            "https://c.example/");
  EXPECT_THROW(resolve_location("http://a.example/", "file:///etc/hostname"), Error);
}

TEST(UrlTest, what_is_shown_names_no_secret) {
  EXPECT_EQ(shown_url("https://user:secret@a.example:81/b?key=secret#c"), "https://a.example:81/b");
  EXPECT_EQ(shown_url("javascript:1"), "(no URL)");
}

TEST(UrlTest, credentials_are_seen) {
  for (const char* url : {"http://user@a.example", "https://user:secret@a.example:81/b",
                          "http://:secret@a.example/", "http://@a.example/"}) {
    EXPECT_TRUE(has_credentials(url)) << url;
  }
  for (const char* url : {"http://a.example:81/b?c=d@e", "http://a.example/@b", "no url@all"}) {
    EXPECT_FALSE(has_credentials(url)) << url;
  }
}

TEST(UrlTest, loopback_is_this_machine_alone) {
  for (const char* url :
       {"http://localhost:1/", "http://127.0.0.1/x", "http://[::1]:8/", "http://LOCALHOST/"}) {
    EXPECT_TRUE(is_loopback(url)) << url;
  }
  for (const char* url : {"http://127.example.org/", "http://localhost.example.org/",
                          "https://example.org/127.0.0.1", "127.0.0.1.nip.example"}) {
    EXPECT_FALSE(is_loopback(url)) << url;
  }
}

}  // namespace
}  // namespace anireco
