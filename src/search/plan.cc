#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>

#include "base/error.h"
#include "search/index_title_resolver.h"
#include "search/query_chatter.h"
#include "search/searcher.h"
#include "search/understand.h"
#include "text/glossary.h"
#include "text/unicode.h"

namespace anireco {
namespace {

[[noreturn]] void refuse(std::string_view field, std::string_view reason) {
  throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", field, reason));
}

void check_docs(std::string_view field, std::span<const DocId> docs, std::size_t most,
                std::size_t catalog_size) {
  if (docs.size() > most) refuse(field, fmt::format("at most {} titles", most));
  for (DocId doc : docs) {
    if (doc >= catalog_size) refuse(field, "names a title that does not exist");
  }
}

void check(const Snapshot& snapshot, const SearchRequest& request) {
  const std::size_t titles = snapshot.catalog->size();
  if (request.text.size() > SearchRequest::kMaxTextBytes) {
    refuse("text", fmt::format("at most {} bytes", SearchRequest::kMaxTextBytes));
  }
  if (!is_valid_utf8(request.text)) refuse("text", "not valid UTF-8");
  check_docs("liked", request.liked, SearchRequest::kMaxExamples, titles);
  check_docs("disliked", request.disliked, SearchRequest::kMaxExamples, titles);
  check_docs("seen", request.seen, SearchRequest::kMaxListed, titles);
  if (request.rated.size() > SearchRequest::kMaxListed) {
    refuse("rated", fmt::format("at most {} titles", SearchRequest::kMaxListed));
  }
  for (const RatedTitle& rated : request.rated) {
    if (rated.doc >= titles) refuse("rated", "names a title that does not exist");
    if (!(rated.rating >= 0 && rated.rating <= 10)) refuse("rated", "a rating is from 0 to 10");
  }
  const ListUse& list = request.list;
  if (list.taste && !list.taste->empty() && list.taste->score.size() != titles) {
    refuse("list", "belongs to another catalogue");
  }
  if (list.view && (list.view->seen.size() != titles || list.view->level != request.filter.level)) {
    refuse("list", "belongs to another catalogue or level");
  }
  if (request.limit < 1 || request.limit > SearchRequest::kMaxLimit) {
    refuse("limit", fmt::format("from 1 to {}", SearchRequest::kMaxLimit));
  }
  const FusionOptions& f = request.fusion;
  if (!(f.popularity >= -1 && f.popularity <= 1)) refuse("popularity", "from -1 to 1");
  const auto weight = [](float w) { return w >= 0 && w <= 100; };
  if (!weight(f.dense_weight)) refuse("dense_weight", "from 0 to 100");
  if (!weight(f.lexical_weight)) refuse("lexical_weight", "from 0 to 100");
  if (!weight(f.window_weight)) refuse("window_weight", "from 0 to 100");
  if (!(f.rrf_k > 0 && f.rrf_k <= 10000)) refuse("rrf_k", "above 0, at most 10000");
}

int year_now() {
  using namespace std::chrono;
  return static_cast<int>(year_month_day(floor<days>(system_clock::now())).year());
}

bool has_letters(std::string_view text) { return !fold_for_matching(text).empty(); }

/// Most encoders' vocabulary is English: of other scripts they see single letters, and their
/// vectors say nothing.
bool mostly_latin(std::string_view text) {
  std::size_t latin = 0;
  std::size_t other = 0;
  for (const unsigned char c : text) {
    if (std::isalpha(c) != 0) ++latin;
    // Lead bytes of two-byte (Cyrillic) and three-byte (kana, Han) letters.
    if (c >= 0xD0) ++other;
  }
  return latin > other;
}

void append_unlisted(std::vector<DocId>& docs, std::span<const DocId> more) {
  for (DocId doc : more) {
    if (std::ranges::find(docs, doc) == docs.end()) docs.push_back(doc);
  }
}

}  // namespace

bool SearchPlan::searches() const {
  return !lexical_text.empty() || !liked.empty() || !disliked.empty() ||
         (request.list.taste && !request.list.taste->empty()) ||
         std::ranges::any_of(request.rated, [](const RatedTitle& r) { return r.rating > 0; });
}

SearchPlan plan_search(const Snapshot& snapshot, SearchRequest request) {
  check(snapshot, request);
  SearchPlan plan;
  plan.liked = request.liked;
  plan.disliked = request.disliked;
  plan.filter = request.filter;
  std::string text = request.text;
  if (request.understand && has_letters(text)) {
    const IndexTitleResolver resolver(snapshot, request.filter.level);
    Understanding understanding = understand(
        text, resolver, {.switched_off = request.switched_off, .current_year = year_now()});
    append_unlisted(plan.liked, understanding.liked);
    append_unlisted(plan.disliked, understanding.disliked);
    plan.filter = combined(request.filter, understanding.filter);
    for (Understood& item : understanding.items) {
      plan.understood.push_back({.key = understood_key(item),
                                 .kind = std::string(to_string(item.kind)),
                                 .value = std::move(item.value),
                                 .label = std::move(item.label),
                                 .begin = item.begin,
                                 .end = item.end,
                                 .applied = item.applied});
    }
    text = std::move(understanding.remaining_text);
  }
  const std::string words = plan.liked.empty() ? text : without_comparison(text);
  if (has_letters(words)) {
    plan.title_text = words;
    plan.lexical_text = without_chatter(words);
    const bool latin = mostly_latin(text);
    std::string english = latin ? std::string() : russian_glossary().render(text);
    const bool rendered = !latin && mostly_latin(english);
    if (rendered) {
      plan.lexical_text += ' ' + russian_glossary().all_glosses(plan.lexical_text);
      plan.glossed = true;
    }
    if (latin || snapshot.multilingual) {
      plan.text_to_encode = text;
    } else if (rendered) {
      plan.text_to_encode = std::move(english);
    }
  }
  plan.request = std::move(request);
  return plan;
}

}  // namespace anireco
