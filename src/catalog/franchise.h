#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// Finds a relation's target among the records; nullopt when it is not there.
using RelationResolver = std::function<std::optional<DocId>(const ExternalIds&)>;

/// Groups titles that tell one story: for each record the number of its group, dense from 0 in
/// order of the group's first record. Deterministic. Thread-safe.
///
/// Chains of sequels and prequels always join. Parent, side story, summary, full story, spin-off
/// and alternative are read as an edge from a child to what it belongs to, taken in order of how
/// alike the two titles are named; `character`, `adaptation` and `other` never join. An edge
/// between two groups joins them
///  - when the groups share a name: a word that at least a third of each group's titles have (the
///    edge's own two titles not counted) and that is no everyday word of titles; or
///  - when the child's group is small (at most four titles) and its chain has not been joined to
///    another series already; an alternative then must be a lone title, at least half of whose
///    words are the other's.
/// So a crossover belongs to one series, the one it is named most like, and does not join the two:
/// the second edge finds its chain taken and no shared name.
std::vector<std::uint32_t> group_franchises(std::span<const Anime> records,
                                            const RelationResolver& resolve);

}  // namespace anireco
