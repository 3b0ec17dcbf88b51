#include "gather/form_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kForm = R"(
data: list
data[].id: number
data[].name: string null
data[].rare?: number
data[].words[]: string
data[].words?: list
data[].free?: any
)";

TEST(FormCheck, FindsNothingInWhatIsAsDocumented) {
  EXPECT_THAT(check_form(R"({"data":[{"id":1,"name":null},{"id":2.5,"name":"x","rare":3,
                             "words":["a"],"free":{"what":["ever"]}}]})",
                         kForm),
              IsEmpty());
}

TEST(FormCheck, TellsMissingNewAndOtherwiseTypedFields) {
  EXPECT_THAT(check_form(R"({"data":[{"id":"1","name":"x"},{"name":2,"words":[true],
                             "added":{"inside":1}}],"more":1})",
                         kForm),
              ElementsAre("data[].id: missing from 1 of 2", "data[].added: new",
                          "data[].id: string where number is expected",
                          "data[].name: number where null or string is expected",
                          "data[].words[]: boolean where string is expected", "more: new"));
}

TEST(FormCheck, ARareFieldIsMissedOnALongPageOnly) {
  std::string page = R"({"data":[{"id":1,"name":"x"})";
  EXPECT_THAT(check_form(page + "]}",
                         "data: list\ndata[].id: number\ndata[].name: string\n"
                         "data[].rare?: number\n"),
              IsEmpty());
  for (int i = 0; i < 9; ++i) page += R"(,{"id":1,"name":"x"})";
  EXPECT_THAT(check_form(page + "]}",
                         "data: list\ndata[].id: number\ndata[].name: string\n"
                         "data[].rare?: number\n"),
              ElementsAre("data[].rare: on none of 10"));
}

TEST(FormCheck, SaysSoOfWhatIsNoPageAtAll) {
  EXPECT_THAT(check_form("<html>", kForm), ElementsAre("the answer is not JSON"));
  EXPECT_THAT(check_form("{}", kForm), ElementsAre("data: missing"));
  EXPECT_THAT(check_form("[]", kForm), ElementsAre("the answer is no JSON object"));
}

}  // namespace
}  // namespace anireco
