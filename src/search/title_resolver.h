#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/anime.h"

namespace anireco {

/// How a phrase meets a title, best first.
enum class TitleStrength {
  exact,      ///< Equal after folding, in any language or spelling.
  inflected,  ///< Equal but for Russian case endings ("Тетради смерти").
  near,       ///< Within a few typos.
};

/// The title that a phrase names.
struct ResolvedTitle {
  DocId doc = 0;
  std::string id;     ///< Anime::id, stable over generations.
  std::string title;  ///< As people know it, for labels.
  TitleStrength strength = TitleStrength::exact;
  float popularity = 0;   ///< [0, 1], Catalog::popularity.
  bool everyday = false;  ///< The name also is an ordinary word or phrase (see everyday_words.h).
};

/// Finds the one title that a whole phrase names, the better known of several. Implementations must
/// be safe to call from several threads.
class TitleResolver {
 public:
  virtual ~TitleResolver() = default;

  /// phrase: words of a request as they stand there, case and punctuation kept. `allow_typos`:
  /// near matches too (slower). No such title: nullopt.
  virtual std::optional<ResolvedTitle> resolve(std::string_view phrase, bool allow_typos) const = 0;
};

}  // namespace anireco
