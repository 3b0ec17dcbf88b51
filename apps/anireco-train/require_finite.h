#pragma once

#include <cstdint>
#include <string_view>

namespace anireco::trainer {

/// Gives the value back. Throws Error{invalid_argument} naming `what` ("loss") and the step,
/// counted from 1, when it is infinite or no number: what such a run learns is worth nothing.
double require_finite(double value, std::string_view what, std::int64_t step);

}  // namespace anireco::trainer
