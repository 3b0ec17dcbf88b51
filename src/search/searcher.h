#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/search_request.h"
#include "search/search_result.h"
#include "search/snapshot.h"

namespace anireco {

/// A request that has been checked and understood, ready to run: what an asynchronous caller needs
/// to know before the text is encoded.
struct SearchPlan {
  SearchRequest request;
  std::vector<UnderstoodItem> understood;
  std::vector<DocId> liked;  ///< Examples of the request and of its text.
  std::vector<DocId> disliked;
  Filter filter;               ///< The request's and what its text adds.
  std::string text_to_encode;  ///< Empty: no vector is needed, or none would help.
  std::string title_text;      ///< What may spell a title.
  std::string lexical_text;    ///< What the lexical leg looks for.
  bool glossed = false;        ///< Russian words are rendered in English (Glossary).

  /// False for a request that only browses: no text is left and no example attracts or repels.
  bool searches() const;
};

/// Step one: validates (throws Error{invalid_argument} naming the field) and understands. Never
/// slow.
SearchPlan plan_search(const Snapshot& snapshot, SearchRequest request);

/// Step two: retrieves, fuses, ranks, groups, explains. `query_vector` is text_to_encode's
/// embedding; without it the lexical leg answers alone and the result says `degraded`, as it does
/// for a leg whose engine does not answer. Thread-safe. Throws Error{invalid_argument} for a page
/// token of another generation or query, Error{unavailable} when no leg is left for the text.
SearchResult run_search(const Snapshot& snapshot, const SearchPlan& plan,
                        std::optional<std::span<const float>> query_vector, Degraded degraded);

/// Takes out of a set what somebody's list hides.
void hide_listed(const ListUse& list, DocSet& set);

/// Finds the title that `text` names: an id ("mal:1", ours) or a name, exact before near, the
/// better known first. Titles above `level` are not found.
std::optional<DocId> resolve_title(const Snapshot& snapshot, std::string_view text, Level level);

}  // namespace anireco
