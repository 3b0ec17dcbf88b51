#include "search/understand.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "search/reading.h"

namespace anireco {
namespace {

template <typename T>
void append_new(std::vector<T>& values, const std::vector<T>& more) {
  for (const T& value : more) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
}

void merge(TermCondition& into, const TermCondition& from) {
  append_new(into.all, from.all);
  append_new(into.any, from.any);
  append_new(into.none, from.none);
}

template <typename T>
void merge(ValueCondition<T>& into, const ValueCondition<T>& from, bool join) {
  if (into.any.empty() || join) append_new(into.any, from.any);
  append_new(into.none, from.none);
}

std::optional<Range> intersection(const Range& a, const Range& b) {
  Range both = a;
  if (b.min) both.min = both.min ? std::max(*both.min, *b.min) : *b.min;
  if (b.max) both.max = both.max ? std::min(*both.max, *b.max) : *b.max;
  if (both.min && both.max && *both.min > *both.max) return std::nullopt;
  return both;
}

Range hull(const Range& a, const Range& b) {
  Range both;
  if (a.min && b.min) both.min = std::min(*a.min, *b.min);
  if (a.max && b.max) both.max = std::max(*a.max, *b.max);
  return both;
}

/// `join`: what excludes each other is widened ("80s … or the 2000s"); else `into` holds.
void merge(Range& into, const Range& from, bool join) {
  if (const auto both = intersection(into, from)) {
    into = *both;
  } else if (join) {
    into = hull(into, from);
  }
}

void merge(Filter& into, const Filter& from, bool join) {
  merge(into.genres, from.genres);
  merge(into.themes, from.themes);
  merge(into.demographics, from.demographics);
  merge(into.tags, from.tags);
  merge(into.studios, from.studios);
  merge(into.types, from.types, join);
  merge(into.statuses, from.statuses, join);
  merge(into.seasons, from.seasons, join);
  merge(into.age_ratings, from.age_ratings, join);
  merge(into.sources, from.sources, join);
  merge(into.year, from.year, join);
  merge(into.episodes, from.episodes, join);
  merge(into.duration_minutes, from.duration_minutes, join);
  merge(into.score, from.score, join);
  merge(into.members, from.members, join);
  into.level = std::min(into.level, from.level);
}

std::string label_of(const Understood& item) {
  switch (item.kind) {
    case UnderstoodKind::liked:
    case UnderstoodKind::disliked:
      return item.label;
    case UnderstoodKind::genre_exclude:
    case UnderstoodKind::theme_exclude:
    case UnderstoodKind::demographic_exclude:
    case UnderstoodKind::tag_exclude:
    case UnderstoodKind::source:
      return item.value;
    case UnderstoodKind::type:
    case UnderstoodKind::type_exclude: {
      if (item.value == "movie") return "Movie";
      if (item.value == "music") return "Music";
      if (item.value == "tv_special") return "TV special";
      std::string label = item.value;
      std::transform(label.begin(), label.end(), label.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      return label;
    }
    case UnderstoodKind::status:
    case UnderstoodKind::season:
    case UnderstoodKind::level: {
      std::string label = item.value;
      label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
      return label;
    }
    case UnderstoodKind::year:
    case UnderstoodKind::episodes:
    case UnderstoodKind::duration:
    case UnderstoodKind::score:
      break;
  }
  const std::size_t dots = item.value.find("..");
  const std::string first = item.value.substr(0, dots);
  const std::string last = item.value.substr(dots + 2);
  const std::string unit = item.kind == UnderstoodKind::episodes   ? " episodes"
                           : item.kind == UnderstoodKind::duration ? " minutes"
                                                                   : "";
  if (first == last) return first + unit;
  if (first.empty()) return "up to " + last + unit;
  if (last.empty()) return "from " + first + unit;
  return first + "–" + last + unit;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Words that are left hanging at the edge of a clause when what they joined is gone.
bool is_dangling(std::string_view folded) {
  constexpr std::array<std::string_view, 26> kWords = {
      "but",  "i",    "and",  "or",  "with",   "that", "which", "is",     "are",
      "also", "just", "only", "и",   "но",     "а",    "или",   "только", "с",
      "со",   "что",  "тоже", "мне", "please", "the",  "a",     "like"};
  return std::find(kWords.begin(), kWords.end(), folded) != kWords.end();
}

/// The request's words that nothing has taken, clause by clause, without dangling joints.
std::string text_without(const Reading& reading, const std::vector<bool>& gone) {
  const QueryWords& query = reading.query();
  if (std::find(gone.begin(), gone.end(), true) == gone.end()) return std::string(query.text);
  std::string result;
  std::size_t word = 0;
  while (word < query.size()) {
    std::size_t clause_end = word + 1;
    while (clause_end < query.size() && !query[clause_end].starts_clause) ++clause_end;
    bool touched = false;
    std::vector<std::size_t> kept;
    for (std::size_t i = word; i < clause_end; ++i) {
      if (gone[i]) {
        touched = true;
      } else {
        kept.push_back(i);
      }
    }
    touched = touched || (result.empty() && word > 0);
    if (touched) {
      while (!kept.empty() && is_dangling(query[kept.back()].folded)) kept.pop_back();
      while (!kept.empty() && is_dangling(query[kept.front()].folded)) kept.erase(kept.begin());
    }
    if (!kept.empty() && !result.empty())
      result += word > 0 && query[word].starts_clause ? ", " : " ";
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (i > 0) {
        const bool joined = query[kept[i]].after_dash && kept[i] == kept[i - 1] + 1;
        const std::size_t from = query[kept[i - 1]].end;
        result += joined ? query.text.substr(from, query[kept[i]].begin - from) : " ";
      }
      result += query.phrase(kept[i], kept[i] + 1);
    }
    word = clause_end;
  }
  return result;
}

/// Words that ask without saying for what.
bool only_asks(std::string_view text) {
  static const QueryPattern asking(
      "i|im|a|an|the|who|someone|has|have|want|wants|need|would|like|looking|look|searching|search|"
      "for|something|"
      "anything|"
      "some|any|anime|animes|show|shows|series|title|titles|recommend|recommendation|"
      "recommendations|"
      "suggest|suggestion|suggestions|please|pls|me|what|whats|which|should|watch|see|next|good|"
      "can|"
      "could|you|give|find|similar|more|that|else|to|are|is|there|if|do|one|ones|it|ищу|найди|"
      "найдите|посоветуй*|порекомендуй*|подскажи*|хочу|хочется|нужно|нужен|надо|что|чтото|то|либо|"
      "нибудь|чего|посмотреть|смотреть|глянуть|аниме|анимэ|сериал|тайтл*|еще|дальше|мне|такое|же|"
      "похожее|есть|ли|какое|какие|можно|пожалуйста|типа|вроде");
  const QueryWords query = split_query(text);
  for (std::size_t word = 0; word < query.size(); ++word) {
    if (!asking.match(query, word)) return false;
  }
  return true;
}

void trim(std::string& text) {
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  std::size_t begin = 0;
  while (begin < text.size() && is_blank(text[begin])) ++begin;
  text.erase(0, begin);
}

}  // namespace

std::string_view to_string(UnderstoodKind kind) {
  switch (kind) {
    case UnderstoodKind::liked:
      return "liked";
    case UnderstoodKind::disliked:
      return "disliked";
    case UnderstoodKind::year:
      return "year";
    case UnderstoodKind::episodes:
      return "episodes";
    case UnderstoodKind::duration:
      return "duration";
    case UnderstoodKind::score:
      return "score";
    case UnderstoodKind::type:
      return "type";
    case UnderstoodKind::type_exclude:
      return "type_exclude";
    case UnderstoodKind::status:
      return "status";
    case UnderstoodKind::season:
      return "season";
    case UnderstoodKind::source:
      return "source";
    case UnderstoodKind::level:
      return "level";
    case UnderstoodKind::genre_exclude:
      return "genre_exclude";
    case UnderstoodKind::theme_exclude:
      return "theme_exclude";
    case UnderstoodKind::demographic_exclude:
      return "demographic_exclude";
    case UnderstoodKind::tag_exclude:
      return "tag_exclude";
  }
  return "";
}

std::string understood_key(const Understood& item) {
  return std::string(to_string(item.kind)) + ":" + item.value;
}

Filter combined(const Filter& asked, const Filter& understood) {
  Filter result = asked;
  merge(result, understood, false);
  return result;
}

Understanding understand(std::string_view request, const TitleResolver& titles,
                         const UnderstandOptions& options) {
  Reading reading(request);
  read_examples(reading, titles);
  read_exclusions(reading);
  read_seasons(reading);
  read_ranges(reading, options.current_year);
  read_kinds(reading);

  std::vector<Finding>& findings = reading.findings();
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.begin < b.begin; });
  Understanding result;
  result.filter.level = Level::adult;  // Neutral: a text may only narrow, see combined().
  std::vector<bool> gone(reading.size(), false);
  for (Finding& finding : findings) {
    Understood& item = finding.item;
    item.label = label_of(item);
    const auto& off = options.switched_off;
    item.applied = std::find(off.begin(), off.end(), understood_key(item)) == off.end();
    if (item.applied) {
      for (std::size_t i = finding.begin; i < finding.end; ++i) gone[i] = true;
      if (item.kind == UnderstoodKind::liked) {
        append_new(result.liked, {item.doc});
      } else if (item.kind == UnderstoodKind::disliked) {
        append_new(result.disliked, {item.doc});
      } else {
        if (item.kind != UnderstoodKind::level) finding.effect.level = Level::adult;
        merge(result.filter, finding.effect, true);
      }
    }
    result.items.push_back(std::move(item));
  }
  result.remaining_text = text_without(reading, gone);
  trim(result.remaining_text);
  const bool any_applied = std::find(gone.begin(), gone.end(), true) != gone.end();
  if (any_applied && only_asks(result.remaining_text)) result.remaining_text.clear();
  return result;
}

}  // namespace anireco
