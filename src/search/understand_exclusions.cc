#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/concept_table.h"
#include "search/reading.h"

namespace anireco {
namespace {

using WordTable = PatternTable<bool>;

/// What wishes the next words away.
const WordTable& negators() {
  static const WordTable table = {
      {"no|without|minus|excluding|exclude|except|avoid|avoiding|skip|zero any|all|the|a|an|more|"
       "forced|stupid|cheap|unnecessary|excessive?",
       true},
      {"without any|all? of? the?", true},
      {"not a|an|another|any|some|your|just|about|into? typical|generic?", true},
      {"non|not|не", true},
      {"not interested in", true},
      {"not a? fan of", true},
      {"not in the? mood for", true},
      {"except for", true},
      {"anything|everything but|except", true},
      {"other than", true},
      {"nothing with", true},
      {"dont|do want|need|like|enjoy not? any|a|an|another|the?", true},
      {"dont want|need|like|enjoy|care any|a|an|another|the|about|for?", true},
      {"do not want|need|like|enjoy any|a|an|another|the?", true},
      {"i hate|dislike|despise any|the|all?", true},
      {"cant|cannot stand any|the|all?", true},
      {"tired|sick|bored of", true},
      {"free of|from", true},
      {"без всяк*|лишн*|каких|этой|этого|этих|намека|намеков|сцен|любой|любых|пошл*? либо|на|с?",
       true},
      {"кроме всяк*?", true},
      {"только не очередн*|опять? про|о|об?", true},
      {"но? не очередн*|опять|совсем|слишком? про|о|об?", true},
      {"не хочу|надо|нужно|нужны|нужна|нужен|люблю|переношу|нравится|нравятся|интересны|"
       "интересует|предлагать всяк*|никак*|очередн*?",
       true},
      {"ненавижу|надоел*|устал от|всяк*?", true},
      {"ни|никак*|нет", true},
      {"исключ*|избега*", true},
      {"терпеть не могу", true},
  };
  return table;
}

struct ConceptPattern {
  QueryPattern pattern;
  const Concept* meaning;
};

const std::vector<ConceptPattern>& concept_patterns() {
  static const std::vector<ConceptPattern> patterns = [] {
    std::vector<ConceptPattern> result;
    for (const Concept& entry : concepts()) {
      std::string_view words = entry.words;
      while (!words.empty()) {
        const std::size_t cut = words.find(';');
        result.push_back({QueryPattern(words.substr(0, cut)), &entry});
        words.remove_prefix(cut == std::string_view::npos ? words.size() : cut + 1);
      }
    }
    return result;
  }();
  return patterns;
}

struct ConceptMatch {
  const Concept* meaning = nullptr;
  std::size_t end = 0;
};

std::optional<ConceptMatch> concept_at(const QueryWords& query, std::size_t word) {
  std::optional<ConceptMatch> best;
  if (word >= query.size()) return best;
  for (const ConceptPattern& entry : concept_patterns()) {
    const auto match = entry.pattern.match(query, word);
    if (match && (!best || match->end > best->end)) best = ConceptMatch{entry.meaning, match->end};
  }
  return best;
}

void append_names(std::string_view names, std::vector<std::string>& out) {
  while (!names.empty()) {
    const std::size_t cut = names.find('|');
    out.emplace_back(names.substr(0, cut));
    names.remove_prefix(cut == std::string_view::npos ? names.size() : cut + 1);
  }
}

Finding finding_of(const Concept& meaning, std::size_t begin, std::size_t end) {
  Finding finding;
  finding.begin = begin;
  finding.end = end;
  finding.item.value = meaning.name;
  const std::string name(meaning.name);
  switch (meaning.field) {
    case ConceptField::genre:
      finding.item.kind = UnderstoodKind::genre_exclude;
      finding.effect.genres.none.push_back(name);
      break;
    case ConceptField::theme:
      finding.item.kind = UnderstoodKind::theme_exclude;
      finding.effect.themes.none.push_back(name);
      break;
    case ConceptField::demographic:
      finding.item.kind = UnderstoodKind::demographic_exclude;
      finding.effect.demographics.none.push_back(name);
      break;
    case ConceptField::tag:
      finding.item.kind = UnderstoodKind::tag_exclude;
      break;
  }
  append_names(meaning.other_genres, finding.effect.genres.none);
  append_names(meaning.other_themes, finding.effect.themes.none);
  append_names(meaning.tags, finding.effect.tags.none);
  return finding;
}

/// Words that make a genre's name a part of something else ("no romance novels at home").
bool continues_as_story(std::string_view folded) {
  static const QueryPattern pattern(
      "experience|skill|skills|talent|club|clubs|novel|novels|writer|partner|teacher|teachers|left|"
      "клуб*|опыт*|роман*|писател*");
  return pattern.match(split_query(folded), 0).has_value();
}

/// Words that may follow a wished-away story word without making a story of it.
bool closes_wish(const QueryWords& query, std::size_t word) {
  static const QueryPattern pattern(
      "but|and|or|please|pls|just|only|though|set|from|before|after|with|anime|stuff|setting|"
      "settings|elements|themes|theme|genre|scenes|story|stories|shows|и|но|или|а|только|"
      "пожалуйста|аниме|тематик*|элемент*|вообще|совсем|сцен*");
  return word >= query.size() || query[word].starts_clause || pattern.match(query, word);
}

/// True if the words before leave nothing that could lack the thing: "a world without music" is a
/// story, ", no music" and "anime without music" are wishes.
bool opens_wish(const Reading& reading, std::size_t begin) {
  static const QueryPattern conjunction(
      "but|and|or|please|just|want|prefer|и|но|или|а|только|пожалуйста|хочу|хочется|надо|нужно|"
      "нужен");
  static const QueryPattern carrier("with|that|has|have|having|с|со|где");
  const QueryWords& query = reading.query();
  if (begin > 0 && !query[begin].starts_clause && carrier.match(query, begin - 1)) --begin;
  if (begin == 0 || query[begin].starts_clause || query[begin].minus_before) return true;
  if (conjunction.match(query, begin - 1) || is_kind_word(query[begin - 1].folded)) return true;
  if (!reading.is_free(begin - 1, begin)) return true;
  for (std::size_t from = begin >= 3 ? begin - 3 : 0; from < begin; ++from) {
    const auto genre = concept_at(query, from);
    if (genre && genre->end == begin) return true;
  }
  return false;
}

/// "harem or ecchi", "гарема, этти и романтики": the words that join another concept. A comma alone
/// only does so if a real conjunction follows further on, else a new thought begins with it.
std::size_t next_in_list(const Reading& reading, std::size_t word) {
  static const QueryPattern conjunction("or|and|nor|и|или|ни|либо");
  const QueryWords& query = reading.query();
  if (word >= query.size()) return word;
  if (const auto joined = conjunction.match(query, word)) {
    if (query[word].starts_clause && query[word].folded == "and") return word;
    static const QueryPattern again("no|without|any|без|ни|no more");
    const auto repeated = again.match(query, joined->end);
    return repeated ? repeated->end : joined->end;
  }
  if (!query[word].starts_clause) return word;
  std::size_t at = word;
  while (at < query.size() && query[at].starts_clause) {
    const auto listed = concept_at(query, at);
    if (!listed) return query.size();
    at = listed->end;
    if (at < query.size() && conjunction.match(query, at) && concept_at(query, at + 1)) return word;
  }
  return query.size();
}

void read_list(Reading& reading, std::size_t negator, std::size_t first) {
  std::size_t begin = negator;
  std::size_t word = first;
  while (const auto match = concept_at(reading.query(), word)) {
    if (!reading.is_free(begin, match->end)) return;
    const bool followed = match->end < reading.size() && !reading[match->end].starts_clause;
    if (followed && continues_as_story(reading[match->end].folded)) return;
    if (match->meaning->story_word && begin == negator &&
        !(opens_wish(reading, negator) && closes_wish(reading.query(), match->end))) {
      return;
    }
    reading.take(finding_of(*match->meaning, begin, match->end));
    begin = match->end;
    word = next_in_list(reading, match->end);
    if (word == begin && !(word < reading.size() && reading[word].starts_clause)) return;
  }
}

/// "romance-free", "-harem"
void read_marks(Reading& reading) {
  for (std::size_t word = 0; word < reading.size(); ++word) {
    const auto match = concept_at(reading.query(), word);
    if (!match || !reading.is_free(word, match->end)) continue;
    const bool freed = match->end < reading.size() && reading[match->end].after_dash &&
                       reading[match->end].folded == "free";
    if (!freed && !reading[word].minus_before) continue;
    if (reading[word].minus_before && word > 0 && match->meaning->story_word) continue;
    reading.take(finding_of(*match->meaning, word, match->end + (freed ? 1 : 0)));
  }
}

}  // namespace

void read_exclusions(Reading& reading) {
  for (std::size_t word = 0; word < reading.size(); ++word) {
    const auto negator = negators().longest_at(reading.query(), word);
    if (!negator || !reading.is_free(negator->place.begin, negator->place.end)) continue;
    std::size_t first = negator->place.end;
    // A negator that has eaten the concept's own first word gives it back.
    while (first > word + 1 && !concept_at(reading.query(), first)) --first;
    const bool close = first < reading.size() && !reading[first].starts_clause;
    if (close && concept_at(reading.query(), first)) read_list(reading, word, first);
  }
  read_marks(reading);
}

}  // namespace anireco
