#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// A record's line in the form that has a column a key: "remembered" and "provenance", objects with
/// free keys, become lists of {language, text, spoiler} and {field, source}; the records within
/// "contributions" become texts. `line` must be what to_json() of anime_json.h writes.
std::string to_columnar(std::string_view line);

/// The way back, for a row of any table: what is not of the form above stays as it is, for the
/// record's reader to judge. Throws Error{invalid_argument} when it is no JSON object.
std::string from_columnar(std::string_view row);

}  // namespace anireco
