#pragma once

#include <optional>
#include <string_view>

#include "catalog/level.h"
#include "search/snapshot.h"
#include "search/title_resolver.h"

namespace anireco {

/// Resolves titles by a snapshot's title index, those that `level` may see. Borrows the snapshot.
/// Thread-safe.
class IndexTitleResolver final : public TitleResolver {
 public:
  IndexTitleResolver(const Snapshot& snapshot, Level level) : snapshot_(snapshot), level_(level) {}
  std::optional<ResolvedTitle> resolve(std::string_view phrase, bool allow_typos) const override;

 private:
  const Snapshot& snapshot_;
  Level level_;
};

}  // namespace anireco
