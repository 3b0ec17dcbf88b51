#pragma once

#include <optional>
#include <string_view>

namespace anireco::embedded {

/// data/vocabulary/mappings/SOURCE.tsv as it was when the program was built.
std::optional<std::string_view> mapping(std::string_view source);

}  // namespace anireco::embedded
