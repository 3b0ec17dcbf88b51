#include "training/franchise_parts.h"

#include <algorithm>

#include "training/request_file.h"

namespace anireco {

std::vector<FranchisePart> franchise_parts(const Catalog& catalog, const FranchiseTable& table,
                                           const std::set<std::uint32_t>& excluded) {
  std::vector<FranchisePart> parts(catalog.franchise_count(), FranchisePart::train);
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const std::uint32_t mal = catalog[doc].ids.mal;
    if (mal == 0) continue;
    const std::uint32_t franchise = table.of(mal);
    const FranchisePart part = excluded.contains(franchise)         ? FranchisePart::excluded
                               : is_validation_franchise(franchise) ? FranchisePart::validation
                                                                    : FranchisePart::train;
    FranchisePart& strictest = parts[catalog.franchise(doc)];
    strictest = std::max(strictest, part);
  }
  return parts;
}

std::vector<std::uint32_t> franchise_numbers(const Catalog& catalog, const FranchiseTable& table) {
  constexpr std::uint32_t kBeyond = std::uint32_t{1} << 31U;
  std::vector<std::uint32_t> numbers;
  numbers.reserve(catalog.size());
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const std::uint32_t mal = catalog[doc].ids.mal;
    numbers.push_back(mal == 0 ? kBeyond + catalog.franchise(doc) : table.of(mal));
  }
  return numbers;
}

}  // namespace anireco
