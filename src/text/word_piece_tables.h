#pragma once

namespace anireco {

/// Classes of code points as the Python package `tokenizers` 0.23 uses them in BertNormalizer and
/// BertPreTokenizer. Pure, thread-safe.

/// Removed by "clean_text": NUL, U+FFFD, control and format characters.
bool is_bert_dropped(char32_t c);
/// Removed by "strip_accents" after canonical decomposition.
bool is_bert_nonspacing_mark(char32_t c);
/// A word of its own.
bool is_bert_punctuation(char32_t c);
/// Set apart by "handle_chinese_chars".
bool is_bert_ideograph(char32_t c);
/// Parts words: the White_Space property. With "clean_text" on, the control characters among them
/// (U+000B, U+000C, U+0085) are dropped before they can.
bool is_bert_space(char32_t c);

}  // namespace anireco
