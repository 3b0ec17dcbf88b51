#include "gather/list_writer.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;

json::object ids_value(const ExternalIds& ids) {
  json::object value;
  if (ids.mal != 0) value["mal"] = ids.mal;
  if (ids.anilist != 0) value["anilist"] = ids.anilist;
  if (ids.kitsu != 0) value["kitsu"] = ids.kitsu;
  if (ids.anidb != 0) value["anidb"] = ids.anidb;
  if (ids.shikimori != 0) value["shikimori"] = ids.shikimori;
  if (!ids.imdb.empty()) value["imdb"] = ids.imdb;
  return value;
}

std::string_view mal_status(ListStatus status) {
  switch (status) {
    case ListStatus::planned:
      return "Plan to Watch";
    case ListStatus::watching:
      return "Watching";
    case ListStatus::completed:
      return "Completed";
    case ListStatus::on_hold:
      return "On-Hold";
    case ListStatus::dropped:
      return "Dropped";
    case ListStatus::none:
      return "";
  }
  return "";
}

/// A CDATA section; its own end is cut in two, and what XML 1.0 does not know becomes a space.
std::string cdata(std::string_view text) {
  std::string out = "<![CDATA[";
  for (const char c : to_valid_utf8(text)) {
    if (c == '>' && out.ends_with("]]")) out += "]]><![CDATA[";
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 && c != '\t' && c != '\n' && c != '\r' ? ' ' : c;
  }
  return out + "]]>";
}

}  // namespace

std::string write_list_json(std::string_view name, std::span<const ListEntry> entries) {
  std::string out = fmt::format("{{\"format\":\"anireco-list\",\"version\":1,\"name\":{},\n",
                                json::serialize(json::string(to_valid_utf8(name))));
  out += "\"entries\":[";
  bool first = true;
  for (const ListEntry& entry : entries) {
    json::object value{{"ids", ids_value(entry.ids)}, {"title", to_valid_utf8(entry.title)}};
    if (entry.status != ListStatus::none) value["status"] = to_string(entry.status);
    if (entry.score != 0) value["score"] = entry.score;
    if (entry.mark != ListMark::none) value["mark"] = to_string(entry.mark);
    out += first ? "\n" : ",\n";
    out += json::serialize(value);
    first = false;
  }
  return out + "\n]}\n";
}

std::string write_mal_xml(std::span<const ListEntry> entries) {
  std::string body;
  std::size_t left_out = 0;
  for (const ListEntry& entry : entries) {
    if (entry.ids.mal == 0 || entry.status == ListStatus::none) {
      ++left_out;
      continue;
    }
    body += fmt::format(
        "  <anime>\n    <series_animedb_id>{}</series_animedb_id>\n"
        "    <series_title>{}</series_title>\n    <my_watched_episodes>0</my_watched_episodes>\n"
        "    <my_score>{}</my_score>\n    <my_status>{}</my_status>\n"
        "    <update_on_import>1</update_on_import>\n  </anime>\n",
        entry.ids.mal, cdata(entry.title), entry.score, mal_status(entry.status));
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- {} titles without an id of MyAnimeList or "
      "without a status are left out. -->\n<myanimelist>\n  <myinfo>\n"
      "    <user_export_type>1</user_export_type>\n  </myinfo>\n{}</myanimelist>\n",
      left_out, body);
}

}  // namespace anireco
