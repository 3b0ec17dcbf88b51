#include "encoder/batch_plan.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace anireco {

std::vector<std::vector<size_t>> plan_batches(std::span<const size_t> lengths, size_t max_tokens) {
  std::map<size_t, std::vector<size_t>> waiting;  // length -> texts, taken from the back
  for (size_t i = lengths.size(); i > 0; --i) waiting[lengths[i - 1]].push_back(i - 1);
  std::vector<std::vector<size_t>> batches;
  while (!waiting.empty()) {
    std::vector<size_t>& batch = batches.emplace_back();
    size_t room = std::max(max_tokens, waiting.rbegin()->first);
    while (!waiting.empty()) {
      auto fitting = waiting.upper_bound(room);
      if (fitting == waiting.begin()) break;
      fitting = std::prev(fitting);
      batch.push_back(fitting->second.back());
      room -= fitting->first;
      fitting->second.pop_back();
      if (fitting->second.empty()) waiting.erase(fitting);
    }
  }
  return batches;
}

}  // namespace anireco
