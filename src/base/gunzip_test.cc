#include "base/gunzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.h"

namespace anireco {
namespace {

std::string gzipped(const std::string& text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

TEST(Gunzip, gives_back_what_was_packed_of_several_members) {
  const std::string text(700000, 'a');
  EXPECT_EQ(gunzip(gzipped(text), 1 << 20), text);
  EXPECT_EQ(gunzip(gzipped("one") + gzipped("two"), 100), "onetwo");
  EXPECT_EQ(gunzip(gzipped(""), 0), "");
  EXPECT_TRUE(is_gzip(gzipped("x")));
  EXPECT_FALSE(is_gzip("<xml"));
}

TEST(Gunzip, refuses_bombs_cuts_and_damage) {
  const std::string bomb = gzipped(std::string(5 << 20, '\0'));
  EXPECT_THROW(gunzip(bomb, 1 << 20), Error);
  EXPECT_EQ(gunzip(bomb, 5 << 20).size(), 5U << 20);
  const std::string whole = gzipped("some text that is packed");
  for (std::size_t cut = 2; cut < whole.size(); ++cut) {
    EXPECT_THROW(gunzip(whole.substr(0, cut), 1000), Error) << cut;
  }
  EXPECT_THROW(gunzip(whole + "rubbish", 1000), Error);
}

}  // namespace
}  // namespace anireco
