#include "search/memory_title_resolver.h"

#include "search/inflection.h"
#include "text/edit_distance.h"
#include "text/unicode.h"

namespace anireco {
namespace {

std::size_t typos_allowed(std::size_t letters) { return letters < 5 ? 0 : letters < 9 ? 1 : 2; }

}  // namespace

DocId MemoryTitleResolver::add(const std::vector<std::string>& names, float popularity) {
  const auto doc = static_cast<DocId>(titles_.size());
  titles_.push_back({names.front(), popularity});
  for (const std::string& name : names) {
    names_.push_back({fold_for_matching(name), doc});
    exact_.emplace(names_.back().folded, doc);
    inflected_.emplace(without_case_endings(name), doc);
  }
  return doc;
}

ResolvedTitle MemoryTitleResolver::found(DocId doc, TitleStrength strength) const {
  return {.doc = doc,
          .id = titles_[doc].label,
          .title = titles_[doc].label,
          .strength = strength,
          .popularity = titles_[doc].popularity};
}

std::optional<ResolvedTitle> MemoryTitleResolver::resolve(std::string_view phrase,
                                                          bool allow_typos) const {
  const std::string folded = fold_for_matching(phrase);
  if (const auto hit = exact_.find(folded); hit != exact_.end()) {
    return found(hit->second, TitleStrength::exact);
  }
  if (const auto hit = inflected_.find(without_case_endings(phrase)); hit != inflected_.end()) {
    return found(hit->second, TitleStrength::inflected);
  }
  const std::size_t allowed = typos_allowed(count_code_points(folded));
  if (!allow_typos || allowed == 0) return std::nullopt;
  const Name* best = nullptr;
  std::size_t best_distance = allowed + 1;
  for (const Name& name : names_) {
    const std::size_t distance = edit_distance(folded, name.folded, allowed);
    if (distance < best_distance) {
      best_distance = distance;
      best = &name;
    }
  }
  if (best == nullptr) return std::nullopt;
  return found(best->doc, TitleStrength::near);
}

}  // namespace anireco
