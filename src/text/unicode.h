#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace anireco {

/// All functions here take UTF-8 and are pure and thread-safe. Bytes that are no UTF-8 read as
/// U+FFFD, so every result is valid UTF-8. Those that normalise or change case throw
/// Error{invalid_argument} for a text above 1 GiB; nothing else throws, whatever the bytes.

/// One decoded character: its code point (U+FFFD where the bytes are wrong) and its length in
/// bytes, at least 1.
struct CodePoint {
  char32_t value;
  std::uint32_t bytes;
};

/// Decodes the character at `offset`, which must be below text.size(). A wrong sequence is taken
/// one byte at a time.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

/// Appends one code point; surrogates and values above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

std::u32string to_code_points(std::string_view text);
std::string to_utf8(std::u32string_view code_points);

/// True for well-formed UTF-8 (no overlong forms, no surrogates).
bool is_valid_utf8(std::string_view text);
/// The text with every wrong byte sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);
/// Number of code points; a wrong byte counts as one.
std::size_t count_code_points(std::string_view text);
/// The longest prefix of at most `max_bytes` bytes that cuts no character in two.
std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes);

/// Unicode normalisation form C. Of more than thirty marks on one character the rest is dropped.
std::string to_nfc(std::string_view text);
/// Full Unicode lower case, independent of any locale ("İ" gives "i̇").
std::string to_lower(std::string_view text);

/// The form in which names are compared: compatibility decomposition (full-width to plain, ① to
/// 1), case folding, marks above and below letters dropped except where they make another letter
/// (й and dakuten stay; ё becomes е, as Russian readers write it), katakana and hiragana kept
/// apart, apostrophes dropped ("Knockin'" = "knockin"), every other punctuation, symbol or control
/// character a space, spaces collapsed and trimmed. A text of symbols alone (a title such as "∀")
/// folds to itself in NFKC with folded case, so that it can still be found.
std::string fold_for_matching(std::string_view text);

/// Scripts present anywhere in the text.
bool has_cyrillic(std::string_view text);
/// Han, hiragana or katakana (half-width forms included).
bool has_kana_or_han(std::string_view text);
bool has_latin(std::string_view text);
/// True if every letter of the text is Cyrillic and there is at least one.
bool is_cyrillic_only(std::string_view text);

}  // namespace anireco
