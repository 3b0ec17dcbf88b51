#include "search/understand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "search/memory_title_resolver.h"

namespace anireco {
namespace {

namespace json = boost::json;

const MemoryTitleResolver& titles() {
  static const MemoryTitleResolver resolver = [] {
    MemoryTitleResolver result;
    const std::vector<std::vector<std::string>> known = {
        {"Death Note", "Тетрадь смерти"},
        {"Cowboy Bebop", "Ковбой Бибоп"},
        {"Naruto", "Наруто"},
        {"Bleach", "Блич"},
        {"One Piece", "Ван-Пис"},
        {"Berserk", "Берсерк"},
        {"Attack on Titan", "Shingeki no Kyojin", "Атака титанов"},
        {"Fullmetal Alchemist", "Стальной алхимик"},
        {"Fullmetal Alchemist: Brotherhood", "Стальной алхимик: Братство"},
        {"Toradora!", "Торадора!"},
        {"Neon Genesis Evangelion", "Евангелион", "Evangelion"},
        {"Mushi-Shi", "Mushishi", "Мастер Муси"},
        {"Sword Art Online", "Мастера меча онлайн"},
        {"Psycho-Pass", "Психопаспорт"},
        {"Spirited Away", "Sen to Chihiro no Kamikakushi", "Унесённые призраками"},
        {"Your Name.", "Kimi no Na wa.", "Твоё имя"},
        {"A Silent Voice", "Koe no Katachi", "Форма голоса"},
        {"Tokyo Ghoul", "Токийский гуль"},
        {"Steins;Gate", "Врата Штейна"},
        {"Code Geass", "Код Гиас"},
        {"Haikyuu!!", "Haikyu!!", "Волейбол!!"},
        {"Vinland Saga", "Сага о Винланде"},
        {"No Game, No Life", "Нет игры — нет жизни"},
        {"Ergo Proxy", "Эрго Прокси"},
        {"Fairy Tail", "Хвост феи"},
        {"Soul Eater", "Пожиратель душ"},
        {"Your Lie in April", "Твоя апрельская ложь"},
        {"Castle in the Sky", "Небесный замок Лапута"},
        {"Angel Beats!", "Ангельские ритмы!"},
        {"Summer Wars", "Летние войны"},
        {"Ghost in the Shell", "Призрак в доспехах"},
        {"Clannad", "Кланнад"},
        {"Wolf Children", "Волчьи дети"},
        // Everyday words.
        {"Another", "Иная"},
        {"Monster", "Монстр"},
        {"Given", "Дарованный"},
        {"Free!", "Вольный стиль!", "Свободные"},
        {"Kingdom", "Царство", "Королевство"},
        {"Days", "Дни"},
        {"Orange", "Апельсин"},
        {"Air"},
        {"Erased", "Boku dake ga Inai Machi", "Стёртый"},
        {"Overlord", "Повелитель"},
        {"Charlotte", "Шарлотта"},
        {"Noir", "Нуар"},
        {"School Days", "Школьные дни"},
        {"Gate", "Врата"},
        {"Blood+", "Кровь+"},
        {"Memories", "Воспоминания"},
        {"Island", "Остров"},
        {"Parade"},
        {"Rainbow", "Радуга"},
        {"Working!!", "Работа!!"},
        {"Time of Eve"},
        {"Home"},
        {"Another World", "Другой мир"},
        {"Devil", "Демон"},
        {"Samurai"},
    };
    for (const auto& names : known) result.add(names);
    return result;
  }();
  return resolver;
}

std::vector<std::string> values_of(const Understanding& understanding, UnderstoodKind kind) {
  std::vector<std::string> values;
  for (const Understood& item : understanding.items) {
    if (item.kind == kind) values.push_back(item.value);
  }
  return values;
}

std::set<std::string> without_repetition(const std::vector<std::string>& values) {
  return {values.begin(), values.end()};
}

/// The items as tests/search/understanding.jsonl writes them: field to its values.
std::map<std::string, std::set<std::string>> filters_of(const Understanding& understanding) {
  std::map<std::string, std::set<std::string>> filters;
  for (const Understood& item : understanding.items) {
    std::string field(to_string(item.kind));
    if (item.kind == UnderstoodKind::liked || item.kind == UnderstoodKind::disliked) continue;
    if (item.kind == UnderstoodKind::type_exclude) {
      field = "type_not";
    } else if (field.ends_with("_exclude")) {
      field = "exclude";
    }
    filters[field].insert(item.value);
  }
  return filters;
}

std::map<std::string, std::set<std::string>> filters_of(const json::object& expected) {
  std::map<std::string, std::set<std::string>> filters;
  for (const auto& [field, value] : expected) {
    if (value.is_string()) {
      filters[field].insert(std::string(value.as_string()));
    } else {
      for (const json::value& entry : value.as_array()) {
        filters[field].insert(std::string(entry.as_string()));
      }
    }
  }
  return filters;
}

std::set<std::string> strings_of(const json::value& array) {
  std::set<std::string> values;
  for (const json::value& entry : array.as_array()) {
    values.insert(std::string(entry.as_string()));
  }
  return values;
}

TEST(UnderstandTest, ReadsThe150SentencesAsTheFileExpects) {
  std::ifstream file(ANIRECO_SOURCE_DIR "/tests/search/understanding.jsonl");
  ASSERT_TRUE(file);
  std::size_t sentences = 0;
  for (std::string line; std::getline(file, line);) {
    const json::object row = json::parse(line).as_object();
    const std::string request(row.at("query").as_string());
    SCOPED_TRACE(std::string(row.at("id").as_string()) + ": " + request);
    const json::object& expected = row.at("expect").as_object();
    const Understanding understanding = understand(request, titles());
    EXPECT_EQ(without_repetition(values_of(understanding, UnderstoodKind::liked)),
              strings_of(expected.at("liked")));
    EXPECT_EQ(without_repetition(values_of(understanding, UnderstoodKind::disliked)),
              strings_of(expected.at("disliked")));
    EXPECT_EQ(filters_of(understanding), filters_of(expected.at("filters").as_object()));
    if (const json::value* remaining = expected.if_contains("remaining")) {
      EXPECT_EQ(understanding.remaining_text, std::string(remaining->as_string()));
    }
    ++sentences;
  }
  EXPECT_GE(sentences, 150U);
}

TEST(UnderstandTest, SpansHoldCueAndValueInBytesOfTheRequest) {
  const std::string request = "драма, не как «Наруто», до 2010 года";
  const Understanding understanding = understand(request, titles());
  ASSERT_EQ(understanding.items.size(), 2U);
  const auto part = [&](const Understood& item) {
    return request.substr(item.begin, item.end - item.begin);
  };
  EXPECT_EQ(part(understanding.items[0]), "не как «Наруто»");
  EXPECT_EQ(part(understanding.items[1]), "до 2010 года");
  EXPECT_EQ(understanding.remaining_text, "драма");
  EXPECT_EQ(understanding.filter.year, (Range{std::nullopt, 2010}));
  EXPECT_THAT(understanding.disliked, testing::ElementsAre(2));
}

TEST(UnderstandTest, AnItemThatIsSwitchedOffStaysText) {
  const std::string request = "something like Monster, movies from the 90s, no romance";
  const Understanding all = understand(request, titles());
  EXPECT_EQ(all.remaining_text, "");
  std::vector<std::string> keys;
  for (const Understood& item : all.items) keys.push_back(understood_key(item));
  EXPECT_THAT(keys, testing::ElementsAre("liked:Monster", "type:movie", "year:1990..1999",
                                         "genre_exclude:Romance"));
  const Understanding some = understand(
      request, titles(), {.switched_off = {"liked:Monster", "genre_exclude:Romance", "x:y"}});
  EXPECT_TRUE(some.liked.empty());
  EXPECT_TRUE(some.filter.genres.empty());
  EXPECT_EQ(some.remaining_text, "something like Monster, no romance");
  EXPECT_EQ(some.items.size(), 4U);
  EXPECT_FALSE(some.items[0].applied);
  EXPECT_TRUE(some.items[1].applied);
  const Understanding none = understand(request, titles(), {.switched_off = keys});
  EXPECT_EQ(none.remaining_text, request);
  EXPECT_EQ(combined(Filter{}, none.filter), Filter{});
}

TEST(UnderstandTest, AWishedAwayGenreCoversItsOtherNames) {
  const Understanding understanding = understand("fantasy without harem", titles());
  EXPECT_THAT(understanding.filter.themes.none, testing::Contains("Reverse Harem"));
  EXPECT_THAT(understanding.filter.tags.none, testing::Contains("Female Harem"));
}

TEST(UnderstandTest, AWishForAGenreStaysText) {
  const Understanding understanding = understand("romance comedy with mecha", titles());
  EXPECT_TRUE(understanding.items.empty());
  EXPECT_EQ(understanding.remaining_text, "romance comedy with mecha");
}

TEST(UnderstandTest, ATextNeverRaisesTheLevelAndMayLowerIt) {
  Filter adult;
  adult.level = Level::adult;
  Filter standard;
  const Filter family = understand("family friendly adventure", titles()).filter;
  const Filter plain = understand("adventure before 2010", titles()).filter;
  EXPECT_EQ(combined(adult, family).level, Level::family);
  EXPECT_EQ(combined(adult, plain).level, Level::adult);
  EXPECT_EQ(combined(standard, plain).level, Level::standard);
}

TEST(UnderstandTest, WhatARequestAsksForHoldsAgainstItsText) {
  Filter asked;
  asked.year = {2015, std::nullopt};
  asked.types.any = {AnimeType::tv};
  const Filter read = understand("movies from the 90s", titles()).filter;
  const Filter both = combined(asked, read);
  EXPECT_EQ(both.year, asked.year);
  EXPECT_EQ(both.types, asked.types);
}

TEST(UnderstandTest, RecentYearsNeedToKnowTheYear) {
  EXPECT_TRUE(understand("isekai of the last 5 years", titles()).items.empty());
  const Understanding understanding =
      understand("за последние 5 лет", titles(), {.switched_off = {}, .current_year = 2026});
  EXPECT_EQ(understanding.filter.year, (Range{2021, std::nullopt}));
}

TEST(UnderstandTest, NoBytesMakeItFail) {
  for (const std::string& request :
       {std::string(), std::string("\xff\xfe\x80"), std::string("\"\"\"\"'«»"), std::string("like"),
        std::string("something like"), std::string("не как"), std::string("- - --"),
        std::string("no"), std::string(3000, ' '), std::string("under episodes # 99999999999999"),
        std::string("\0 like \0", 8)}) {
    EXPECT_NO_THROW(understand(request, titles())) << request;
  }
}

}  // namespace
}  // namespace anireco
