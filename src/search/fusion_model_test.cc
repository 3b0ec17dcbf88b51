#include "search/fusion_model.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

constexpr const char* kText =
    "anireco fusion model 1\n"
    "record requests 749 of ours\n"
    "# by hand\n"
    "weight dense 1.25\nweight lexical 0.75\nweight window 1\nweight popularity 0.2\n";

void expect_corrupt(const std::string& text, const std::string& word) {
  try {
    parse_fusion_model(text);
    FAIL() << "nothing was thrown for: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

TEST(FusionModel, IsReadAsItWasWritten) {
  const FusionModel model = parse_fusion_model(kText);
  EXPECT_FLOAT_EQ(model.dense, 1.25F);
  EXPECT_FLOAT_EQ(model.popularity, 0.2F);
  const FusionModel again = parse_fusion_model(format_fusion_model(model));
  EXPECT_FLOAT_EQ(again.lexical, model.lexical);
  EXPECT_FLOAT_EQ(again.window, model.window);
  EXPECT_EQ(again.record, model.record);
}

TEST(FusionModel, RefusesWhatIsNone) {
  const std::string text = kText;
  expect_corrupt("", "missing");
  expect_corrupt("something else\n" + text, "line 1");
  expect_corrupt(text + "weight dense 1\n", "line 8");
  expect_corrupt(text + "weight colour 1\n", "unknown");
  expect_corrupt(text.substr(0, text.find("weight popularity")), "missing");
  for (const char* number : {"-1", "nan", "inf", "1 2", "x", "", "101"}) {
    const std::string broken = text.substr(0, text.rfind(' ') + 1) + number + "\n";
    expect_corrupt(broken, "line 7");
  }
}

TEST(FusionModel, TheOneThatShipsIsSound) {
  const FusionModel& model = default_fusion_model();
  EXPECT_GT(model.dense, 0);
  EXPECT_GT(model.lexical, 0);
  EXPECT_NEAR(model.dense + model.lexical, 2, 1e-3);
}

}  // namespace
}  // namespace anireco
