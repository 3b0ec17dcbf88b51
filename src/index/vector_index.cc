#include "index/vector_index.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace anireco {

void check_query(const DenseQuery& query, std::size_t dimension) {
  if (query.vector.size() != dimension) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the query's vector has {} values, the index {}", query.vector.size(),
                            dimension));
  }
  if (!(query.window_weight >= 0) || !std::isfinite(query.window_weight)) {
    throw Error(ErrorKind::invalid_argument, "window_weight must be at least 0");
  }
  // A bound on the values keeps every product below finite.
  for (const float value : query.vector) {
    if (!(std::abs(value) <= 1e6F)) {
      throw Error(ErrorKind::invalid_argument, "the query's vector must be finite");
    }
  }
}

}  // namespace anireco
