#include "search/query_pattern.h"

#include <algorithm>

#include "base/error.h"
#include "search/query_numbers.h"

namespace anireco {
namespace {

constexpr std::string_view kKindWords =
    "anime|animes|show|shows|series|serie|movie|movies|film|films|ova|ovas|title|titles|cartoon|"
    "something|anything|stuff|one|ones|story|stories|recommendation|recommendations|аниме|анимэ|"
    "анимешк*|анимашк*|сериал*|фильм*|тайтл*|мульт*|ова|овашк*|что|чтото|чтонибудь|нибудь|то|"
    "нечто|история|истории|историю|полнометраж*";
constexpr std::string_view kMovieWords =
    "movie|movies|film|films|фильм|фильма|фильмы|фильмов|фильме|фильмом|полнометражк*|"
    "полнометражн*";
constexpr std::string_view kEpisodeWords =
    "episode|episodes|eps|ep|серия|серии|серий|серию|серией|сериями|сериях|серийн*|эпизод*|эп|"
    "выпуск*";
constexpr std::string_view kMinuteWords = "minute|minutes|min|mins|мин|минут*";
constexpr std::string_view kHourWords = "hour|hours|hr|hrs|час|часа|часов|часовой|часовые";
constexpr std::string_view kYearWords = "год|года|году|годы|годов|годах|г|гг|year|years";
constexpr std::string_view kJoinWords =
    "but|and|or|with|without|except|excluding|only|just|minus|plus|set|in|from|before|after|about|"
    "where|when|who|which|that|if|though|however|yet|mixed|meets|crossed|please|pls|this|less|more|"
    "for|not|no|nor|instead|nothing|preferably|since|shorter|longer|under|over|at|by|on|i|is|are|"
    "и|но|или|только|без|с|со|где|до|после|про|о|об|чтобы|чтоб|а|либо|ни|не|кроме|когда|в|во|на|"
    "пожалуйста|хочу|хочется|короче|длиннее|ничего|что|уже|желательно|из|для|по|от|к|нечто";

std::string_view class_words(std::string_view name) {
  if (name == "@kind") return kKindWords;
  if (name == "@movie") return kMovieWords;
  if (name == "@episodes") return kEpisodeWords;
  if (name == "@minutes") return kMinuteWords;
  if (name == "@hours") return kHourWords;
  if (name == "@year") return kYearWords;
  if (name == "@join") return kJoinWords;
  throw Error(ErrorKind::internal, "unknown class of words", std::string(name));
}

template <typename Visit>
void for_each_part(std::string_view text, char separator, Visit visit) {
  while (!text.empty()) {
    const std::size_t cut = text.find(separator);
    const std::string_view part = text.substr(0, cut);
    if (!part.empty()) visit(part);
    if (cut == std::string_view::npos) return;
    text.remove_prefix(cut + 1);
  }
}

bool is_among(std::string_view word, std::string_view list) {
  bool found = false;
  for_each_part(list, '|', [&](std::string_view part) {
    if (part.back() == '*') {
      part.remove_suffix(1);
      found = found || word.starts_with(part);
    } else {
      found = found || word == part;
    }
  });
  return found;
}

std::uint64_t letter_bit(std::string_view word) {
  const auto first = static_cast<unsigned char>(word[0]);
  // The first byte of a Cyrillic letter says little.
  const unsigned char letter =
      first < 0x80 || word.size() < 2 ? first : static_cast<unsigned char>(word[1]);
  return std::uint64_t{1} << (letter & 63U);
}

}  // namespace

bool is_joining_word(std::string_view folded) { return is_among(folded, kJoinWords); }
bool is_kind_word(std::string_view folded) { return is_among(folded, kKindWords); }

QueryPattern::QueryPattern(std::string_view source) {
  for_each_part(source, ' ', [this](std::string_view part) {
    Element element;
    if (part.back() == '?') {
      element.optional = true;
      part.remove_suffix(1);
    }
    if (part == "^^") {
      element.kind = Kind::request_start;
    } else if (part == "^") {
      element.kind = Kind::clause_start;
    } else if (part == "$") {
      element.kind = Kind::clause_end;
    } else if (part == "-") {
      element.kind = Kind::dash;
    } else if (part == ">") {
      element.kind = Kind::match_begin;
    } else if (part == "<") {
      element.kind = Kind::match_end;
    } else if (part == ",") {
      element.kind = Kind::boundary;
    } else if (part == "#") {
      element.kind = Kind::number;
    } else if (part == "#Y") {
      element.kind = Kind::year;
    } else if (part == "#D") {
      element.kind = Kind::decade;
    } else if (part == "_") {
      element.kind = Kind::any;
    } else {
      if (part.front() == '@') part = class_words(part);
      for_each_part(part, '|', [&element](std::string_view word) {
        const bool prefix = word.back() == '*';
        if (prefix) word.remove_suffix(1);
        element.alternatives.push_back({std::string(word), prefix});
      });
    }
    elements_.push_back(std::move(element));
  });
  find_starts();
}

void QueryPattern::find_starts() {
  std::uint64_t bits = 0;
  for (const Element& element : elements_) {
    if (element.kind == Kind::request_start || element.kind == Kind::clause_start ||
        element.kind == Kind::match_begin)
      continue;
    if (element.kind != Kind::word) return;
    for (const Alternative& option : element.alternatives) bits |= letter_bit(option.text);
    if (!element.optional) {
      starts_ = bits;
      return;
    }
  }
}

std::optional<PatternMatch> QueryPattern::match(const QueryWords& query, std::size_t word) const {
  if (word < query.size() && (letter_bit(query[word].folded) & starts_) == 0) return std::nullopt;
  PatternMatch result;
  result.begin = word;
  result.first = word;
  if (!match_from(query, 0, word, true, result) || result.end == result.begin) return std::nullopt;
  return result;
}

bool QueryPattern::match_from(const QueryWords& query, std::size_t element, std::size_t word,
                              bool boundary_ok, PatternMatch& match) const {
  if (element == elements_.size()) {
    match.last = word;
    if (match.end == 0) match.end = word;
    return true;
  }
  const Element& current = elements_[element];
  const std::size_t next = element + 1;
  const bool first = word == match.first;
  switch (current.kind) {
    case Kind::request_start:
      return word == 0 && match_from(query, next, word, true, match);
    case Kind::clause_start:
      return word < query.size() && query[word].starts_clause &&
             match_from(query, next, word, true, match);
    case Kind::clause_end:
      return (word >= query.size() || query[word].starts_clause ||
              is_joining_word(query[word].folded)) &&
             match_from(query, next, word, boundary_ok, match);
    case Kind::dash:
      return word < query.size() && query[word].after_dash &&
             match_from(query, next, word, boundary_ok, match);
    case Kind::match_begin:
      match.begin = word;
      return match_from(query, next, word, boundary_ok, match);
    case Kind::match_end:
      match.end = word;
      if (match_from(query, next, word, boundary_ok, match)) return true;
      match.end = 0;
      return false;
    case Kind::boundary:
      return match_from(query, next, word, true, match);
    case Kind::word:
    case Kind::number:
    case Kind::year:
    case Kind::decade:
    case Kind::any:
      break;
  }
  const bool reachable =
      word < query.size() && (first || boundary_ok || !query[word].starts_clause);
  if (reachable) {
    std::optional<QueryNumber> number;
    bool fits = current.kind == Kind::any;
    if (current.kind == Kind::word) {
      const std::string_view text = query[word].folded;
      fits = std::any_of(
          current.alternatives.begin(), current.alternatives.end(), [&](const Alternative& option) {
            return option.prefix ? text.starts_with(option.text) : text == option.text;
          });
    } else if (current.kind != Kind::any) {
      number = current.kind == Kind::number ? read_number(query, word)
               : current.kind == Kind::year ? read_year(query, word)
                                            : read_decade(query, word);
      fits = number.has_value();
    }
    if (fits) {
      if (number) match.numbers.push_back(number->value);
      if (match_from(query, next, word + (number ? number->words : 1), false, match)) return true;
      if (number) match.numbers.pop_back();
    }
  }
  return current.optional && match_from(query, next, word, boundary_ok, match);
}

}  // namespace anireco
