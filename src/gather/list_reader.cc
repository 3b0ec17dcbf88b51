#include "gather/list_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/stream_parser.hpp>

#include "base/error.h"
#include "base/gunzip.h"
#include "catalog/profile.h"
#include "gather/list_forms.h"
#include "text/unicode.h"

namespace anireco {
namespace list_detail {

void refuse(std::string_view place, std::string_view reason) {
  throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", place, reason));
}

std::string list_title(std::string_view text) {
  std::string title(truncate_utf8(text, ListEntry::kMaxTitle));
  std::ranges::replace_if(
      title, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return to_valid_utf8(title);
}

std::string_view loose_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

ListStatus required_status(const Fields& fields, std::string_view key) {
  const auto status = parse_list_status(fields.text(key));
  if (!status) fields.fail(key, "must be a status such as \"completed\" or \"planned\"");
  return *status;
}

std::uint8_t whole_score(const Fields& fields, std::string_view key) {
  return static_cast<std::uint8_t>(fields.number(key, 10));
}

const json::array* long_array(const Fields& fields, std::string_view key) {
  const json::value* value = fields.find(key);
  if (value == nullptr) return nullptr;
  const json::array* array = value->if_array();
  if (array == nullptr) fields.fail(key, "must be a list");
  return array;
}

Fields element(const json::value& value, std::string_view array, std::size_t number) {
  std::string place = fmt::format("{}[{}]", array, number);
  const json::object* object = value.if_object();
  if (object == nullptr) refuse(place, "must be an object");
  return {*object, std::move(place)};
}

void add_entry(ListFile& list, ListEntry entry, std::string_view place, const ListLimits& limits) {
  if (entry.ids == ExternalIds{}) {
    ++list.skipped;
    return;
  }
  if (list.entries.size() >= limits.max_entries) {
    refuse(place, fmt::format("the list has more than {} titles", limits.max_entries));
  }
  list.entries.push_back(std::move(entry));
}

}  // namespace list_detail

namespace {

namespace json = boost::json;
using list_detail::refuse;

std::size_t line_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

json::value parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 32;
  json::stream_parser parser({}, options);
  boost::system::error_code error;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && !parser.done()) parser.finish(error);
  while (!error && used < text.size()) {
    const char c = text[used];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') error = json::error::extra_data;
    ++used;
  }
  if (error) refuse(fmt::format("line {}", line_of(text, used)), "broken JSON: " + error.message());
  return parser.release();
}

ListFile read_array(const json::array& root, const ListLimits& limits) {
  if (root.empty()) return {.form = ListForm::shikimori_json};
  if (!root.front().is_object()) return list_detail::read_id_array(root, limits);
  return list_detail::read_shikimori(root, limits);
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

bool holds_series(const json::array& lists) {
  return !lists.empty() && lists.front().is_object() &&
         lists.front().get_object().contains("series_id");
}

ListFile read_object(const json::object& root, const ListLimits& limits) {
  using namespace list_detail;
  if (root.contains("format")) return read_own(root, limits);
  if (const json::object* data = object_at(root, "data")) {
    if (const json::object* found = object_at(*data, "MediaListCollection")) {
      return read_anilist(*found, "data.MediaListCollection", limits);
    }
  }
  if (const json::object* found = object_at(root, "MediaListCollection")) {
    return read_anilist(*found, "MediaListCollection", limits);
  }
  if (const json::array* lists = array_at(root, "lists")) {
    // The whole export also has lists of the site's own making; one of titles names its series.
    return holds_series(*lists) || root.contains("user") ? read_anilist_export(root, limits)
                                                         : read_anilist(root, "", limits);
  }
  if (const json::array* data = array_at(root, "data")) {
    const bool kitsu = root.contains("included") || root.contains("jsonapi") ||
                       (!data->empty() && data->front().is_object() &&
                        data->front().get_object().contains("relationships"));
    return kitsu ? read_kitsu(root, limits) : read_mal_json(root, limits);
  }
  throw Error(ErrorKind::invalid_argument,
              "this JSON is no list that is known: expected an export of Shikimori, AniList or "
              "AniReco, or an answer of a site's API");
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

ListFile read_text(std::string_view text, const ListLimits& limits) {
  // XML in UTF-16 begins with a byte order mark of its own.
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return list_detail::read_mal_xml(text, limits);
  }
  std::string_view content = text;
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  const std::string_view whole = content;
  while (!content.empty() && is_space(content.front())) content.remove_prefix(1);
  if (content.empty()) throw Error(ErrorKind::invalid_argument, "the list is empty");
  if (content.front() == '<') return list_detail::read_mal_xml(whole, limits);
  if (content.front() != '{' && content.front() != '[') return list_detail::read_ids(whole, limits);
  const json::value root = parse_json(whole);
  if (const json::array* array = root.if_array()) return read_array(*array, limits);
  return read_object(root.get_object(), limits);
}

}  // namespace

std::string_view to_string(ListForm form) {
  switch (form) {
    case ListForm::mal_xml:
      return "mal_xml";
    case ListForm::mal_json:
      return "mal_json";
    case ListForm::shikimori_json:
      return "shikimori_json";
    case ListForm::anilist_json:
      return "anilist_json";
    case ListForm::anilist_export:
      return "anilist_export";
    case ListForm::kitsu_json:
      return "kitsu_json";
    case ListForm::anireco_json:
      return "anireco_json";
    case ListForm::ids:
      return "ids";
  }
  return "ids";
}

ListFile read_list(std::string_view bytes, const ListLimits& limits) {
  std::string unpacked;
  if (is_gzip(bytes)) {
    try {
      unpacked = gunzip(bytes, limits.max_bytes);
    } catch (const Error& error) {
      throw Error(ErrorKind::invalid_argument, error.what(), error.context());
    }
    bytes = unpacked;
  }
  if (bytes.size() > limits.max_bytes) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the list is larger than {} bytes", limits.max_bytes));
  }
  ListFile list = read_text(bytes, limits);
  list.total = list.entries.size() + list.skipped;
  list.entries = without_repetitions(std::move(list.entries));
  return list;
}

}  // namespace anireco
