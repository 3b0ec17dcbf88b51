#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/title_resolver.h"

namespace anireco {

/// The in-memory twin of the index's resolver, for tests and small catalogues: every name of every
/// title compared with the phrase, typos by edit distance (one from 5 letters, two from 9).
/// Thread-safe once filled.
class MemoryTitleResolver final : public TitleResolver {
 public:
  /// Names one title; its label is the first name. Returns its DocId, counted from 0.
  DocId add(const std::vector<std::string>& names, float popularity = 1.0F);

  std::optional<ResolvedTitle> resolve(std::string_view phrase, bool allow_typos) const override;

 private:
  struct Name {
    std::string folded;
    DocId doc = 0;
  };
  struct Title {
    std::string label;
    float popularity = 0;
  };
  ResolvedTitle found(DocId doc, TitleStrength strength) const;

  std::vector<Title> titles_;
  std::vector<Name> names_;
  std::unordered_map<std::string, DocId> exact_;
  std::unordered_map<std::string, DocId> inflected_;
};

}  // namespace anireco
