#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace anireco {

/// Reads a short name that a person gives to something of theirs: 1 to `max_length` letters (with
/// their marks) and digits of any script, hyphens and underscores. Returns the form in which such
/// names are equal: NFKC with case folded ("Ann" and "ann" are one name). nullopt for anything
/// else, wrong UTF-8 included. Thread-safe.
std::optional<std::string> fold_short_name(std::string_view text, std::size_t max_length);

}  // namespace anireco
