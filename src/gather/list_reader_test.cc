#include "gather/list_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <functional>

#include "base/error.h"
#include "gather/list_writer.h"

namespace anireco {
namespace {

constexpr std::size_t kMany = 5000;

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

/// What is wrong with a list, as its reader says it; empty when nothing is.
std::string complaint(const std::string& text, const ListLimits& limits = {}) {
  try {
    read_list(text, limits);
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.what();
  }
}

std::string mal_anime(std::size_t id, const std::string& status, const std::string& score) {
  return fmt::format(
      "<anime>\n<series_animedb_id>{}</series_animedb_id>\n<series_title><![CDATA[Title {} & "
      "more]]></series_title>\n<series_type>TV</series_type><my_watched_episodes>3"
      "</my_watched_episodes><my_score>{}</my_score><my_status>{}</my_status>"
      "<my_comments><![CDATA[<b>]]></my_comments></anime>\n",
      id, id, score, status);
}

std::string mal_xml(const std::string& titles) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- made by an export -->\n<myanimelist>\n"
         "<myinfo><user_name>ann</user_name><user_export_type>1</user_export_type></myinfo>\n" +
         titles + "</myanimelist>\n";
}

std::string repeated(const std::function<std::string(std::size_t)>& item, const char* between) {
  std::string all;
  for (std::size_t n = 1; n <= kMany; ++n) all += (n == 1 ? "" : between) + item(n);
  return all;
}

std::string shikimori_export(std::size_t n) {
  return fmt::format(
      R"({{"target_title":"T {}","target_title_ru":"Т","target_id":{},"target_type":"Anime",)"
      R"("score":{},"status":"completed","rewatches":0,"episodes":1,"text":null}})",
      n, n, n % 11);
}

std::string anilist_entry(std::size_t n, const std::string& score) {
  return fmt::format(
      R"({{"status":"COMPLETED","score":{},"media":{{"id":{},"idMal":{},"type":"ANIME",)"
      R"("title":{{"romaji":"R","english":null}}}}}})",
      score, 100000 + n, n % 3 == 0 ? std::string("null") : std::to_string(n));
}

std::string anilist(const std::string& format, const std::string& entries) {
  return fmt::format(
      R"({{"data":{{"MediaListCollection":{{"user":{{"mediaListOptions":{{"scoreFormat":"{}"}}}},)"
      R"("lists":[{{"name":"Completed","entries":[{}]}}]}}}}}})",
      format, entries);
}

std::string kitsu_pair(std::size_t n, std::string* included) {
  *included += fmt::format(
      R"(,{{"id":"{}","type":"anime","attributes":{{"canonicalTitle":"K {}"}},"relationships":)"
      R"({{"mappings":{{"data":[{{"type":"mappings","id":"m{}"}}]}}}}}},{{"id":"m{}",)"
      R"("type":"mappings","attributes":{{"externalSite":"myanimelist/anime","externalId":"{}"}}}})",
      n, n, n, n, n + 7);
  return fmt::format(
      R"({{"id":"{}","type":"libraryEntries","attributes":{{"status":"on_hold",)"
      R"("ratingTwenty":15}},"relationships":{{"anime":{{"data":{{"type":"anime","id":"{}"}}}}}}}})",
      n, n);
}

TEST(MalXml, is_read_with_its_titles_scores_and_statuses) {
  const ListFile list = read_list(mal_xml(
      mal_anime(1, "Completed", "9") + mal_anime(2, "Plan to Watch", "0") +
      mal_anime(3, "On-Hold", "") + mal_anime(4, "Dropped", "2") + mal_anime(5, "1", "10")));
  EXPECT_EQ(list.form, ListForm::mal_xml);
  ASSERT_EQ(list.entries.size(), 5U);
  EXPECT_EQ(list.entries[0].ids.mal, 1U);
  EXPECT_EQ(list.entries[0].title, "Title 1 & more");
  EXPECT_EQ(list.entries[0].status, ListStatus::completed);
  EXPECT_EQ(list.entries[0].score, 9);
  EXPECT_EQ(list.entries[1].status, ListStatus::planned);
  EXPECT_EQ(list.entries[2].status, ListStatus::on_hold);
  EXPECT_EQ(list.entries[3].status, ListStatus::dropped);
  EXPECT_EQ(list.entries[4].status, ListStatus::watching);
}

TEST(MalXml, is_read_in_utf_16_and_with_a_byte_order_mark) {
  EXPECT_EQ(read_list("\xef\xbb\xbf" + mal_xml(mal_anime(1, "Completed", "9"))).entries.size(), 1U);
  std::string wide = "\xff\xfe";
  for (const char c : std::string("<myanimelist><anime><series_animedb_id>7</series_animedb_id>"
                                  "<my_status>Dropped</my_status></anime></myanimelist>")) {
    wide += c;
    wide += '\0';
  }
  ASSERT_EQ(read_list(wide).entries.size(), 1U);
  EXPECT_EQ(read_list(wide).entries[0].ids.mal, 7U);
}

TEST(MalXml, names_the_line_of_what_is_wrong) {
  const std::string good = mal_anime(1, "Completed", "9");
  EXPECT_NE(complaint(mal_xml(good + mal_anime(2, "Sometime", "9"))).find("my_status of title 2"),
            std::string::npos);
  EXPECT_NE(complaint(mal_xml(good + mal_anime(2, "Completed", "11"))).find("my_score of title 2"),
            std::string::npos);
  EXPECT_NE(complaint(mal_xml("<anime><series_animedb_id>x</series_animedb_id></anime>"))
                .find("series_animedb_id"),
            std::string::npos);
  EXPECT_NE(complaint(mal_xml(good).substr(0, 300)).find("broken XML"), std::string::npos);
  EXPECT_NE(complaint("<html><body/></html>").find("no anime list"), std::string::npos);
  EXPECT_NE(complaint(mal_xml("<manga></manga>")).find("manga"), std::string::npos);
  EXPECT_NE(complaint("<myanimelist><anime></myanimelist>").find("broken XML"), std::string::npos);
}

TEST(MalXml, expands_no_entities_and_nests_no_deeper_than_a_list_does) {
  std::string bomb = "<!DOCTYPE m [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c <= 'k'; ++c) {
    bomb += fmt::format("<!ENTITY {} \"", c);
    for (int n = 0; n < 10; ++n) bomb += fmt::format("&{};", static_cast<char>(c - 1));
    bomb += "\">";
  }
  bomb += "]><myanimelist>&k;</myanimelist>";
  EXPECT_NE(complaint(bomb).find("document type"), std::string::npos);
  EXPECT_NE(
      complaint("<!DOCTYPE m SYSTEM \"file:///etc/passwd\"><myanimelist/>").find("document type"),
      std::string::npos);
  std::string deep = "<myanimelist>";
  for (int n = 0; n < 100000; ++n) deep += "<a>";
  EXPECT_NE(complaint(deep).find("nested"), std::string::npos);
}

TEST(ShikimoriLists, are_read_from_the_export_and_from_the_api) {
  const ListFile exported = read_list(
      R"([{"target_title":"A","target_id":5,"target_type":"Anime","score":8,"status":"rewatching"},)"
      R"({"target_title":"M","target_id":6,"target_type":"Manga","score":8,"status":"completed"}])");
  ASSERT_EQ(exported.entries.size(), 1U);
  EXPECT_EQ(exported.skipped, 1U);
  EXPECT_EQ(exported.entries[0].ids.mal, 5U);
  EXPECT_EQ(exported.entries[0].ids.shikimori, 5U);
  EXPECT_EQ(exported.entries[0].status, ListStatus::watching);
  const ListFile rates = read_list(
      R"([{"id":1,"score":0,"status":"planned","anime":{"id":9,"name":"N","russian":"Р"},"manga":null}])");
  ASSERT_EQ(rates.entries.size(), 1U);
  EXPECT_EQ(rates.entries[0].title, "N");
  EXPECT_NE(complaint(R"([{"target_id":5,"status":"completed","score":11}])").find("[0].score"),
            std::string::npos);
  EXPECT_NE(complaint(R"([{"name":"x"}])").find("[0].target_id"), std::string::npos);
}

TEST(AniListLists, turn_every_score_format_into_ten) {
  const auto score = [](const std::string& format, const std::string& value) {
    return int{read_list(anilist(format, anilist_entry(1, value))).entries.at(0).score};
  };
  EXPECT_EQ(score("POINT_100", "85"), 9);
  EXPECT_EQ(score("POINT_100", "1"), 1);
  EXPECT_EQ(score("POINT_10_DECIMAL", "7.5"), 8);
  EXPECT_EQ(score("POINT_10", "7"), 7);
  EXPECT_EQ(score("POINT_5", "4"), 8);
  EXPECT_EQ(score("POINT_3", "1"), 4);
  EXPECT_EQ(score("POINT_3", "3"), 9);
  EXPECT_EQ(score("POINT_3", "0"), 0);
  EXPECT_EQ(score("", "70"), 7);
  EXPECT_EQ(score("", "7"), 7);
  EXPECT_NE(complaint(anilist("POINT_10", anilist_entry(1, "11")))
                .find("data.MediaListCollection.lists[0].entries[0].score"),
            std::string::npos);
}

TEST(AniListLists, keep_titles_without_a_number_elsewhere_and_fold_custom_lists) {
  const std::string entry = anilist_entry(3, "5");
  const ListFile list = read_list(anilist("POINT_10", entry + "," + entry));
  ASSERT_EQ(list.entries.size(), 1U);
  EXPECT_EQ(list.entries[0].ids.mal, 0U);
  EXPECT_EQ(list.entries[0].ids.anilist, 100003U);
  EXPECT_EQ(list.total, 2U);
}

TEST(AniListLists, are_read_from_the_export_of_everything) {
  const ListFile list = read_list(
      R"({"user":{"id":1},"lists":[{"series_type":0,"series_id":21,"status":2,"score":85},)"
      R"({"series_type":1,"series_id":22,"status":2,"score":85},)"
      R"({"series_type":0,"series_id":23,"status":1,"score":0}]})");
  EXPECT_EQ(list.form, ListForm::anilist_export);
  ASSERT_EQ(list.entries.size(), 2U);
  EXPECT_EQ(list.entries[0].status, ListStatus::completed);
  EXPECT_EQ(list.entries[0].score, 9);
  EXPECT_EQ(list.entries[1].status, ListStatus::planned);
}

TEST(IdLists, take_lines_and_commas) {
  const ListFile list = read_list("mal:1, anilist:5\n# seen\n30;kitsu:7\r\n imdb:tt0213338\nMAL:1");
  ASSERT_EQ(list.entries.size(), 5U);
  EXPECT_EQ(list.entries[1].ids.anilist, 5U);
  EXPECT_EQ(list.entries[2].ids.mal, 30U);
  EXPECT_EQ(list.entries[0].status, ListStatus::completed);
  EXPECT_NE(complaint("mal:1\nmal:x").find("line 2"), std::string::npos);
  EXPECT_NE(complaint("99999999999").find("line 1"), std::string::npos);
  EXPECT_NE(complaint("Cowboy Bebop").find("no id"), std::string::npos);
  EXPECT_EQ(read_list(R"(["mal:1", 2])").entries.size(), 2U);
}

TEST(OwnLists, come_back_as_they_were_written) {
  const std::vector<ListEntry> entries = {
      {.ids = {.mal = 1, .anilist = 2, .kitsu = 3, .anidb = 4, .shikimori = 5, .imdb = "tt0213338"},
       .title = "A \"title\" ]]> <b>",
       .status = ListStatus::dropped,
       .score = 3,
       .mark = ListMark::disliked},
      {.ids = {.kitsu = 9}, .title = "", .status = ListStatus::none, .mark = ListMark::liked}};
  EXPECT_EQ(read_list(write_list_json("ann", entries)).entries, entries);
  const ListFile xml = read_list(write_mal_xml(entries));
  ASSERT_EQ(xml.entries.size(), 1U);
  EXPECT_EQ(xml.entries[0].title, entries[0].title);
  EXPECT_EQ(xml.entries[0].status, ListStatus::dropped);
  EXPECT_NE(complaint(R"({"format":"anireco-list","version":2,"entries":[]})").find("version"),
            std::string::npos);
  EXPECT_NE(complaint(R"({"format":"anireco-list","version":1,"entries":[{"ids":{"mal":-1}}]})")
                .find("entries[0].ids.mal"),
            std::string::npos);
}

TEST(Lists, of_five_thousand_titles_are_read_in_every_form_also_gzipped) {
  std::string included;
  const std::string kitsu_data =
      repeated([&](std::size_t n) { return kitsu_pair(n, &included); }, ",");
  const std::string mal_json = repeated(
      [](std::size_t n) {
        return fmt::format(R"({{"node":{{"id":{},"title":"T"}},"list_status":{{"status":)"
                           R"("plan_to_watch","score":0}}}})",
                           n);
      },
      ",");
  const std::vector<std::pair<ListForm, std::string>> files = {
      {ListForm::mal_xml,
       mal_xml(repeated([](std::size_t n) { return mal_anime(n, "Completed", "7"); }, ""))},
      {ListForm::shikimori_json, "[" + repeated(shikimori_export, ",") + "]"},
      {ListForm::anilist_json,
       anilist("POINT_100", repeated([](std::size_t n) { return anilist_entry(n, "70"); }, ","))},
      {ListForm::kitsu_json,
       "{\"data\":[" + kitsu_data + "],\"included\":[" + included.substr(1) + "]}"},
      {ListForm::mal_json, "{\"data\":[" + mal_json + "],\"paging\":{}}"},
      {ListForm::ids, repeated([](std::size_t n) { return fmt::format("anilist:{}", n); }, "\n")}};
  for (const auto& [form, text] : files) {
    for (const std::string& bytes : {text, gzipped(text)}) {
      const ListFile list = read_list(bytes);
      EXPECT_EQ(list.form, form) << to_string(form);
      EXPECT_EQ(list.entries.size(), kMany) << to_string(form);
    }
    const std::string own = write_list_json("ann", read_list(text).entries);
    EXPECT_EQ(read_list(own).entries, read_list(text).entries);
    // Cut anywhere, it is refused as a whole; ids alone have no end that could be missing.
    if (form != ListForm::ids) {
      EXPECT_NE(complaint(text.substr(0, text.size() / 2)), "") << to_string(form);
    }
    EXPECT_NE(complaint(gzipped(text).substr(0, 1000)), "") << to_string(form);
  }
  const ListFile kitsu = read_list(files[3].second);
  EXPECT_EQ(kitsu.entries[0].ids.mal, 8U);
  EXPECT_EQ(kitsu.entries[0].title, "K 1");
  EXPECT_EQ(kitsu.entries[0].score, 8);
}

TEST(Lists, that_are_too_long_or_no_lists_are_refused) {
  EXPECT_NE(complaint("1,2,3", {.max_entries = 2}).find("more than 2 titles"), std::string::npos);
  EXPECT_NE(complaint(gzipped(std::string(1 << 20, ' ')), {.max_bytes = 1000}), "");
  EXPECT_NE(complaint(std::string(2000, ' '), {.max_bytes = 1000}), "");
  for (const char* wrong : {"", " \n", "{}", "{\"data\":{}}", "[1,", "[[1]]", "[{}]", "[true]", "<",
                            "{\"lists\":[1]}", "{\"data\":[1]}", "\x1f\x8b", "{\"format\":1}",
                            "{\"data\":[{\"node\":1,\"list_status\":{}}]}", "\xff\xfe<"}) {
    EXPECT_NE(complaint(wrong), "") << wrong;
  }
  EXPECT_NE(complaint("[\n{\"target_id\":1,\n,}]").find("line 3"), std::string::npos);
  EXPECT_EQ(read_list("[]").entries.size(), 0U);
}

}  // namespace
}  // namespace anireco
