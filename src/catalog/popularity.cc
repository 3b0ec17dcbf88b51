#include "catalog/popularity.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "catalog/merge.h"

namespace anireco {

std::vector<float> popularity_percentiles(std::span<const Anime> records) {
  std::unordered_map<std::string, std::vector<std::uint32_t>> members_of_source;
  for (const Anime& a : records) {
    if (a.members != 0) {
      members_of_source[std::string(field_source(a, "members"))].push_back(a.members);
    }
  }
  for (auto& [source, list] : members_of_source) std::ranges::sort(list);
  std::vector<float> popularity(records.size(), 0);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Anime& a = records[i];
    if (a.members == 0) continue;
    const auto& list = members_of_source[std::string(field_source(a, "members"))];
    const auto fewer = std::ranges::lower_bound(list, a.members) - list.begin();
    popularity[i] = static_cast<float>(fewer) / static_cast<float>(list.size());
  }
  return popularity;
}

}  // namespace anireco
