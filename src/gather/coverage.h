#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// How many titles have each field.
class Coverage {
 public:
  Coverage();
  void add(const Anime& anime);
  std::uint64_t titles() const { return titles_; }
  /// Titles with the field, by place in coverage_fields().
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  std::uint64_t titles_ = 0;
  std::vector<std::uint64_t> counts_;
};

/// The fields that coverage counts, as the record names them; of texts one for each language
/// ("synopsis.ru"), of ids one for each site ("ids.mal").
const std::vector<std::string_view>& coverage_fields();

}  // namespace anireco
