#include "require_finite.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace anireco::trainer {

double require_finite(double value, std::string_view what, std::int64_t step) {
  if (std::isfinite(value)) return value;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("the {} of step {} is not finite: the run has diverged; lower the "
                          "recipe's rates and name another --out",
                          what, step));
}

}  // namespace anireco::trainer
