#include "text/keyboard_layout.h"

#include <gtest/gtest.h>

#include <string>

#include "text/unicode.h"

namespace anireco {
namespace {

TEST(SwitchLayoutTest, TextTypedInTheWrongLayoutIsUndone) {
  EXPECT_EQ(switch_layout("yfhenj"), "наруто");
  EXPECT_EQ(switch_layout("тфкгещ"), "naruto");
  EXPECT_EQ(switch_layout("Nfyjrf d k;b"), "Танока в лжи");
  EXPECT_EQ(switch_layout("`krf b t;br? {f{f"), "ёлка и ежик, ХаХа");
  EXPECT_EQ(switch_layout("Феефсл щт Ешефт"), "Attack on Titan");
  EXPECT_EQ(switch_layout("2001 蟲"), "2001 蟲");
  EXPECT_EQ(switch_layout(""), "");
}

TEST(SwitchLayoutTest, TwiceGivesTheTextBack) {
  const std::string latin = "the Quick brown fox; jumps[over]'the'lazy dog, ok.";
  EXPECT_EQ(switch_layout(switch_layout(latin)), latin);
  const std::string cyrillic = "Съешь ещё этих мягких французских булок, да выпей чаю";
  EXPECT_EQ(switch_layout(switch_layout(cyrillic)), cyrillic);
}

TEST(SwitchLayoutTest, AnyBytesGiveValidText) {
  EXPECT_TRUE(is_valid_utf8(switch_layout("\xff\xd1 a\x80")));
}

}  // namespace
}  // namespace anireco
