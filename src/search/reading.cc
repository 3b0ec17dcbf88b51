#include "search/reading.h"

#include <cmath>
#include <utility>

#include "fmt/format.h"

namespace anireco {

Reading::Reading(std::string_view request)
    : query_(split_query(request)), taken_(query_.size(), false) {}

bool Reading::is_free(std::size_t begin, std::size_t end) const {
  for (std::size_t i = begin; i < end; ++i) {
    if (taken_[i]) return false;
  }
  return true;
}

void Reading::block(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) taken_[i] = true;
}

void Reading::take(Finding finding) {
  block(finding.begin, finding.end);
  finding.item.begin = query_[finding.begin].begin;
  finding.item.end = query_[finding.end - 1].end;
  for (const QuerySpan& quote : query_.quotes) {
    if (quote.first_word >= finding.begin && quote.last_word <= finding.end) {
      finding.item.begin = std::min(finding.item.begin, quote.outer_begin);
      finding.item.end = std::max(finding.item.end, quote.outer_end);
    }
  }
  findings_.push_back(std::move(finding));
}

std::string range_value(const Range& range) {
  const auto bound = [](const std::optional<double>& value) {
    return value ? fmt::format("{:g}", *value) : std::string();
  };
  return bound(range.min) + ".." + bound(range.max);
}

}  // namespace anireco
