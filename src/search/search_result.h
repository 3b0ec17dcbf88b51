#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/catalog.h"
#include "search/score_explanation.h"

namespace anireco {

/// How sure the engine is of a hit, judged against this query's own score distribution.
enum class Tier { strong, possible, weak };
std::string_view to_string(Tier tier);

/// What the engine read out of the text: a title, a year, a type, a negation.
struct UnderstoodItem {
  std::string key;        ///< Switches the item off when sent back in SearchRequest::switched_off.
  std::string kind;       ///< "liked", "disliked", "year", "type", "genre_exclude", ...
  std::string value;      ///< Canonical: "1990..1999", "Romance", an id of ours.
  std::string label;      ///< As a person reads it.
  std::size_t begin = 0;  ///< Byte span in SearchRequest::text.
  std::size_t end = 0;
  bool applied = true;  ///< False: switched off by the request.
};

/// The part of a title's own text that lies nearest to the query's meaning.
struct MatchedSentence {
  std::string text;
  float cosine = 0;  ///< [-1, 1]
};

/// The reason for a hit.
struct Why {
  std::optional<MatchedSentence> sentence;
  std::vector<std::string> matched_words;  ///< Words of the query that the title has, rarest first.
  std::vector<std::string>
      shared_tags;  ///< Genres, themes, tags shared with the liked examples or named in the text.
  std::optional<DocId> example;              ///< The liked example that pulled it in.
  std::optional<std::string> matched_title;  ///< The name that the text spells.
  std::optional<ScoreExplanation> score;     ///< Only when asked for.
};

struct SearchHit {
  DocId doc = 0;
  float score = 0;
  Tier tier = Tier::weak;
  Why why;
  std::vector<DocId>
      siblings;  ///< Rest of the franchise that the request may see, in order of airing.
};

/// What a search had to do without.
enum class Degraded {
  no,
  no_vectors,  ///< None are stored, or not of every title yet.
  encoder_starting,
  encoder_busy,
  encoder_unavailable,  ///< It is elsewhere and does not answer.
  dense_unavailable,    ///< The engine of the vectors does not answer.
  lexical_unavailable   ///< The engine of the words does not answer.
};
std::string_view to_string(Degraded degraded);

struct StageTimes {
  double understand_ms = 0;
  double encode_ms = 0;
  double filter_ms = 0;
  double dense_ms = 0;
  double lexical_ms = 0;
  double rank_ms = 0;
  double facets_ms = 0;
};

struct SearchResult {
  std::size_t total_filtered = 0;  ///< Titles that pass the filters, exact.
  std::size_t total_relevant = 0;  ///< Cards of tier strong or possible.
  std::vector<UnderstoodItem> understood;
  Degraded degraded = Degraded::no;
  std::vector<SearchHit> hits;
  Facets facets;     ///< Empty unless asked for.
  std::string next;  ///< Page token of the next page; empty on the last.
  std::uint64_t generation = 0;
  StageTimes times;
};

}  // namespace anireco
