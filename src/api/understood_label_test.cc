#include "api/understood_label.h"

#include <gtest/gtest.h>

#include "api/api_fixture.h"

namespace anireco {
namespace {

std::string label(Language language, const std::string& kind, const std::string& value) {
  static const auto snapshot = testing_api::make_snapshot(testing_api::small_catalogue());
  static const Labels labels = Labels::builtin();
  const Audience audience{*snapshot->catalog, labels, language, Level::standard};
  return understood_label(audience, {.key = {}, .kind = kind, .value = value, .label = "English"});
}

TEST(UnderstoodLabel, says_ranges_in_russian_with_the_right_ending) {
  const auto russian = [](const std::string& kind, const std::string& value) {
    return label(Language::ru, kind, value);
  };
  EXPECT_EQ(russian("duration", "..99"), "до 99 минут");
  EXPECT_EQ(russian("duration", "..21"), "до 21 минуты");
  EXPECT_EQ(russian("episodes", "12..24"), "12–24 серии");
  EXPECT_EQ(russian("episodes", "1..1"), "1 серия");
  EXPECT_EQ(russian("episodes", "11.."), "от 11 серий");
  EXPECT_EQ(russian("year", "2000.."), "с 2000");
  EXPECT_EQ(russian("year", "1990..1999"), "1990–1999");
  EXPECT_EQ(russian("score", "7.5.."), "от 7.5");
  EXPECT_EQ(russian("year", ""), "English");
  EXPECT_EQ(label(Language::en, "duration", "..99"), "English");
}

TEST(UnderstoodLabel, calls_titles_and_terms_as_the_reader_does) {
  const auto snapshot = testing_api::make_snapshot(testing_api::small_catalogue());
  const std::string id = (*snapshot->catalog)[0].id;
  EXPECT_EQ(label(Language::ru, "liked", id), "Мастер Муси");
  EXPECT_EQ(label(Language::en, "disliked", id), "Mushishi");
  EXPECT_EQ(label(Language::ru, "liked", "unknown"), "English");
  EXPECT_EQ(label(Language::ru, "type", "movie"), "Фильм");
  EXPECT_EQ(label(Language::ru, "level", "family"), "Семейный");
  EXPECT_EQ(label(Language::en, "type", "movie"), "Movie");
}

TEST(UnderstoodLabel, does_not_name_a_title_above_the_level) {
  const auto snapshot = testing_api::make_snapshot(testing_api::small_catalogue());
  const std::string id = (*snapshot->catalog)[5].id;
  EXPECT_EQ(label(Language::ru, "liked", id), "English");
}

}  // namespace
}  // namespace anireco
