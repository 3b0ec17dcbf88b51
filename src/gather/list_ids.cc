#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "catalog/anime_id.h"
#include "gather/list_forms.h"

namespace anireco::list_detail {
namespace {

constexpr std::size_t kMaxWord = 64;

std::string shown(std::string_view word) {
  std::string out;
  for (const char c : word.substr(0, 30)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out;
}

std::uint32_t to_number(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && value <= kMaxId ? value
                                                                                         : 0;
}

/// One id as an entry: somebody who lists ids has seen the titles.
ListEntry entry_of(std::string_view word, std::string_view place) {
  const auto fail = [&] {
    refuse(place,
           fmt::format("\"{}\" is no id; expected mal:1, anilist:5 or a number", shown(word)));
  };
  ListEntry entry;
  entry.status = ListStatus::completed;
  if (word.size() > kMaxWord) fail();
  const bool bare = std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  const auto id = parse_site_id(bare ? fmt::format("mal:{}", word) : std::string(word));
  if (!id) fail();
  if (id->site == IdSite::imdb) {
    entry.ids.imdb = id->value;
    return entry;
  }
  const std::uint32_t number = to_number(id->value);
  if (number == 0) fail();
  switch (id->site) {
    case IdSite::mal:
      entry.ids.mal = number;
      break;
    case IdSite::anilist:
      entry.ids.anilist = number;
      break;
    case IdSite::kitsu:
      entry.ids.kitsu = number;
      break;
    case IdSite::anidb:
      entry.ids.anidb = number;
      break;
    case IdSite::shikimori:
      entry.ids.shikimori = number;
      break;
    case IdSite::imdb:
      break;
  }
  return entry;
}

bool separates(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';';
}

}  // namespace

ListFile read_ids(std::string_view text, const ListLimits& limits) {
  ListFile list{.form = ListForm::ids};
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n') ++line;
    if (separates(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !separates(text[end])) ++end;
    const std::string place = fmt::format("line {}", line);
    add_entry(list, entry_of(text.substr(at, end - at), place), place, limits);
    at = end;
  }
  return list;
}

ListFile read_id_array(const json::array& root, const ListLimits& limits) {
  ListFile list{.form = ListForm::ids};
  for (std::size_t n = 0; n < root.size(); ++n) {
    const std::string place = fmt::format("[{}]", n);
    const json::value& value = root[n];
    std::string word;
    if (const json::string* text = value.if_string()) word.assign(text->data(), text->size());
    if (value.is_int64() && value.get_int64() > 0) word = std::to_string(value.get_int64());
    if (word.empty()) refuse(place, "must be an id such as \"mal:1\" or a number");
    add_entry(list, entry_of(word, place), place, limits);
  }
  return list;
}

}  // namespace anireco::list_detail
