#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace anireco {

/// YYYY-MM-DD of a moment, UTC.
std::string date_text(std::chrono::system_clock::time_point moment);

/// Whether it is YYYY-MM-DD of a day that exists.
bool is_date(std::string_view text);

/// Days from one YYYY-MM-DD to a later one; a very great number when either is no date or the
/// second is earlier.
long days_between(std::string_view from, std::string_view to);

}  // namespace anireco
