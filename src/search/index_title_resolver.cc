#include "search/index_title_resolver.h"

#include "search/everyday_words.h"
#include "text/unicode.h"

namespace anireco {

std::optional<ResolvedTitle> IndexTitleResolver::resolve(std::string_view phrase,
                                                         bool allow_typos) const {
  const DocSet& visible = snapshot_.catalog->visible(level_);
  std::vector<TitleMatch> matches = snapshot_.titles->resolve(phrase, &visible);
  TitleStrength strength = TitleStrength::exact;
  if (matches.empty() && allow_typos) {
    matches = snapshot_.titles->find({.text = phrase, .limit = 1, .allowed = &visible});
    std::erase_if(matches, [](const TitleMatch& m) {
      return m.switched_layout || m.kind == TitleMatchKind::prefix ||
             m.kind == TitleMatchKind::word;
    });
  }
  if (matches.empty()) return std::nullopt;
  const TitleMatch& match = matches.front();
  if (match.kind == TitleMatchKind::inflected) strength = TitleStrength::inflected;
  if (match.kind == TitleMatchKind::near) strength = TitleStrength::near;
  const Anime& anime = (*snapshot_.catalog)[match.doc];
  return ResolvedTitle{
      .doc = match.doc,
      .id = anime.id,
      .title = anime.titles.english.empty() ? anime.titles.romaji : anime.titles.english,
      .strength = strength,
      .popularity = match.popularity,
      .everyday = is_everyday_phrase(fold_for_matching(phrase))};
}

}  // namespace anireco
