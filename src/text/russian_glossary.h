#pragma once

#include <string_view>

namespace anireco {

/// data/vocabulary/russian.tsv as it was when the program was built.
std::string_view embedded_russian_glossary();

}  // namespace anireco
