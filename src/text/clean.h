#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// A synopsis as a reader should see it and as the encoder reads it: credits of the text's origin
/// removed ("(Source: …)", "[Written by MAL Rewrite]" and their relatives at the end of the text
/// or of a paragraph), HTML and BBCode mark-up and Markdown remnants stripped, entities decoded,
/// control and zero-width characters dropped, wrong UTF-8 replaced by U+FFFD, NFC, white space
/// collapsed with paragraphs parted by one "\n". Spoilers marked as such go with their mark-up.
/// Notes on a release ("Note: …") stay. Cleaning twice changes nothing (up to eight levels of
/// nested escapes). Never throws. Thread-safe.
/// Linear in the length of the text.
std::string clean_synopsis(std::string_view text);

/// The same for one-line fields (titles, names, tags): no credits are looked for, mark-up is kept
/// as text, and line breaks become spaces.
std::string clean_line(std::string_view text);

}  // namespace anireco
