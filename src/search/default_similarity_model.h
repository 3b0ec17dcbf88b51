#pragma once

#include <string_view>

namespace anireco {

/// data/ranking/similar.model as it was when the program was built.
std::string_view embedded_similarity_model();

}  // namespace anireco
