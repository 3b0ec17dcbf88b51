#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// The text as it would have come out under the other keyboard layout, key by key, US QWERTY and
/// Russian ЙЦУКЕН: "yfhenj" → "наруто", "тфкгещ" → "naruto". The direction follows the letters: a
/// text with more Cyrillic than Latin letters becomes Latin, any other Cyrillic. Case is kept;
/// characters on neither layout stay. Thread-safe; never throws.
std::string switch_layout(std::string_view text);

}  // namespace anireco
