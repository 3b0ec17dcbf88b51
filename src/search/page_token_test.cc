#include "search/page_token.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

SearchRequest request_for(const std::string& text) {
  SearchRequest request;
  request.text = text;
  return request;
}

TEST(PageTokenTest, gives_back_its_offset) {
  const std::uint64_t hash = request_hash(request_for("spirits"));
  const std::string token = make_page_token(7, hash, 40);
  EXPECT_EQ(token.size(), 40U);
  EXPECT_EQ(read_page_token(token, 7, hash), 40U);
}

TEST(PageTokenTest, is_bound_to_generation_and_request) {
  const std::uint64_t hash = request_hash(request_for("spirits"));
  const std::string token = make_page_token(7, hash, 40);
  EXPECT_THROW(read_page_token(token, 8, hash), Error);
  EXPECT_THROW(read_page_token(token, 7, request_hash(request_for("robots"))), Error);
}

TEST(PageTokenTest, refuses_every_changed_digit_and_every_length) {
  const std::uint64_t hash = request_hash(request_for("spirits"));
  const std::string token = make_page_token(7, hash, 40);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_THROW(read_page_token(changed, 7, hash), Error) << i;
    EXPECT_THROW(read_page_token(token.substr(0, i), 7, hash), Error) << i;
  }
  EXPECT_THROW(read_page_token("", 7, hash), Error);
  EXPECT_THROW(read_page_token(token + "0", 7, hash), Error);
}

TEST(PageTokenTest, the_hash_tells_apart_what_changes_the_order_and_nothing_else) {
  const SearchRequest base = request_for("spirits");
  SearchRequest other = base;
  other.limit = 5;
  other.facets = false;
  other.explain = true;
  other.page_token = "x";
  EXPECT_EQ(request_hash(base), request_hash(other));
  other.filter.genres.none = {"Romance"};
  EXPECT_NE(request_hash(base), request_hash(other));
  SearchRequest moved = base;
  moved.filter.genres.all = {"Romance"};
  EXPECT_NE(request_hash(moved), request_hash(other));
  SearchRequest dial = base;
  dial.fusion.popularity = -1;
  EXPECT_NE(request_hash(base), request_hash(dial));
}

}  // namespace
}  // namespace anireco
