#pragma once

#include <string_view>

namespace anireco {

/// data/ranking/fusion.model as it was when the program was built.
std::string_view embedded_fusion_model();

}  // namespace anireco
