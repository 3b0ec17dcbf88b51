#include "text/unicode.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "text/utf8_scan.h"

namespace anireco {
namespace {

constexpr int kMaxMarks = 30;

icu::UnicodeString to_icu(std::string_view text) {
  // ICU counts in 32 bits, and replaces wrong bytes by sequence where we go byte by byte.
  const std::string valid = is_valid_utf8(text) ? std::string() : to_valid_utf8(text);
  const std::string_view source = valid.empty() ? text : std::string_view(valid);
  if (source.size() > 0x3fffffff) {
    throw Error(ErrorKind::invalid_argument, "the text is longer than 1 GiB");
  }
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(source.data(), static_cast<std::int32_t>(source.size())));
}

std::string from_icu(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

const icu::Normalizer2& checked(const icu::Normalizer2* normalizer, UErrorCode status) {
  if (U_FAILURE(status) || normalizer == nullptr) {
    throw Error(ErrorKind::internal, "Unicode data is missing", u_errorName(status));
  }
  return *normalizer;
}

using NormalizerFactory = const icu::Normalizer2* (*)(UErrorCode&);

const icu::Normalizer2& make(NormalizerFactory factory) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = factory(status);
  return checked(normalizer, status);
}

// Kept, so that threads are ordered after the making by means that ThreadSanitizer sees.

const icu::Normalizer2& nfc() {
  static const icu::Normalizer2& kept = make(icu::Normalizer2::getNFCInstance);
  return kept;
}

const icu::Normalizer2& nfd() {
  static const icu::Normalizer2& kept = make(icu::Normalizer2::getNFDInstance);
  return kept;
}

const icu::Normalizer2& nfkc_case_fold() {
  static const icu::Normalizer2& kept = make(icu::Normalizer2::getNFKCCasefoldInstance);
  return kept;
}

/// Drops the marks of a character beyond the thirtieth, as UAX #15's stream-safe format bounds
/// them: ordering n marks takes ICU n² steps.
icu::UnicodeString with_few_marks(const icu::UnicodeString& text) {
  icu::UnicodeString out;
  std::int32_t copied = 0;
  int marks = 0;
  for (std::int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    const std::int32_t next = i + U16_LENGTH(c);
    marks = c >= 0x300 && u_getCombiningClass(c) != 0 ? marks + 1 : 0;
    if (marks > kMaxMarks) {
      out.append(text, copied, i - copied);
      copied = next;
    }
    i = next;
  }
  if (copied == 0) return text;
  out.append(text, copied, text.length() - copied);
  return out;
}

icu::UnicodeString normalized(const icu::Normalizer2& normalizer, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString out = normalizer.normalize(with_few_marks(text), status);
  if (U_FAILURE(status)) {
    throw Error(ErrorKind::unavailable, "not enough memory to normalise a text",
                u_errorName(status));
  }
  return out;
}

/// Marks that readers leave out. The vowel signs of Thai or Devanagari are letters and stay.
bool is_dropped_mark(UChar32 c) {
  return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
         (c >= 0xfe20 && c <= 0xfe2f) || (c >= 0x0591 && c <= 0x05c7 && c != 0x05be) ||
         (c >= 0x064b && c <= 0x065f) || c == 0x0670;
}

/// Cyrillic letters that are letters of their own although they decompose.
bool is_whole_cyrillic(UChar32 c) {
  return c == 0x0439 || c == 0x045e || c == 0x0457 || c == 0x0453 || c == 0x045c;
}

bool is_dropped_apostrophe(UChar32 c) {
  switch (c) {
    case '\'':
    case '`':
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x02b9:
    case 0x02bb:
    case 0x02bc:
    case 0x2032:
      return true;
    default:
      return false;
  }
}

/// Letters with a stroke or a ligature, which no Unicode decomposition takes apart.
std::string_view plain_letters(UChar32 c) {
  switch (c) {
    case 0x00e6:
      return "ae";
    case 0x0153:
      return "oe";
    case 0x00f8:
      return "o";
    case 0x0142:
      return "l";
    case 0x0111:
    case 0x00f0:
      return "d";
    case 0x0127:
      return "h";
    case 0x0131:
      return "i";
    case 0x0167:
      return "t";
    case 0x00fe:
      return "th";
    default:
      return {};
  }
}

void append_folded(std::string& out, UChar32 c) {
  if (is_dropped_apostrophe(c) || is_dropped_mark(c)) return;
  if (!is_whole_cyrillic(c) && c >= 0x80 && (c < 0x3000 || c > 0xd7ff)) {
    icu::UnicodeString parts;
    if (nfd().getDecomposition(c, parts)) {
      const UChar32 base = parts.char32At(0);
      bool only_marks = true;
      for (int i = U16_LENGTH(base); i < parts.length() && only_marks;) {
        const UChar32 part = parts.char32At(i);
        only_marks = is_dropped_mark(part);
        i += U16_LENGTH(part);
      }
      if (only_marks) c = base;
    }
  }
  if (const std::string_view plain = plain_letters(c); !plain.empty()) {
    out += plain;
    return;
  }
  const auto category = U_GET_GC_MASK(c);
  const bool kept = (category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
  append_utf8(out, kept ? static_cast<char32_t>(c) : U' ');
}

/// Collapses runs of ASCII spaces and trims, in place.
void collapse_spaces(std::string& text) {
  std::size_t kept = 0;
  for (const char c : text) {
    if (c == ' ' && (kept == 0 || text[kept - 1] == ' ')) continue;
    text[kept++] = c;
  }
  if (kept > 0 && text[kept - 1] == ' ') --kept;
  text.resize(kept);
}

constexpr std::array<char, 128> kAsciiFold = [] {
  std::array<char, 128> table{};
  for (std::size_t c = 0; c < 128; ++c) {
    const char ch = static_cast<char>(c);
    if (ch >= 'A' && ch <= 'Z') {
      table[c] = static_cast<char>(ch - 'A' + 'a');
    } else if ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')) {
      table[c] = ch;
    } else if (ch != '\'' && ch != '`') {
      table[c] = ' ';
    }
  }
  return table;
}();

/// The spaced and cased form of a text that has nothing but symbols.
std::string fold_symbols(const icu::UnicodeString& folded) {
  std::string out;
  for (int i = 0; i < folded.length();) {
    const UChar32 c = folded.char32At(i);
    i += U16_LENGTH(c);
    const bool blank = u_isUWhiteSpace(c) || u_iscntrl(c) || c == 0xfffd;
    append_utf8(out, blank ? U' ' : static_cast<char32_t>(c));
  }
  collapse_spaces(out);
  return out;
}

template <typename Predicate>
bool any_code_point(std::string_view text, Predicate predicate) {
  if (is_ascii(text)) return std::any_of(text.begin(), text.end(), predicate);
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    if (predicate(c.value)) return true;
    i += c.bytes;
  }
  return false;
}

UScriptCode script_of(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(c), &status);
}

}  // namespace

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return from_icu(normalized(nfc(), to_icu(text)));
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) {
    std::string out(text);
    for (char& c : out) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
  }
  icu::UnicodeString lower = to_icu(text);
  lower.toLower(icu::Locale::getRoot());
  return from_icu(lower);
}

std::string fold_for_matching(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    for (const char c : text) {
      const char folded = kAsciiFold[static_cast<unsigned char>(c)];
      if (folded == 0 || (folded == ' ' && (out.empty() || out.back() == ' '))) continue;
      out += folded;
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out.empty() ? fold_symbols(to_icu(text)) : out;
  }
  const icu::UnicodeString folded = normalized(nfkc_case_fold(), to_icu(text));
  for (int i = 0; i < folded.length();) {
    const UChar32 c = folded.char32At(i);
    i += U16_LENGTH(c);
    append_folded(out, c);
  }
  collapse_spaces(out);
  return out.empty() ? fold_symbols(folded) : out;
}

bool has_cyrillic(std::string_view text) {
  return any_code_point(text, [](char32_t c) { return c >= 0x0400 && c <= 0x052f; });
}

bool has_kana_or_han(std::string_view text) {
  return any_code_point(text, [](char32_t c) {
    if (c < 0x2e80) return false;
    const UScriptCode script = script_of(c);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
  });
}

bool has_latin(std::string_view text) {
  return any_code_point(text, [](char32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return script_of(c) == USCRIPT_LATIN;
  });
}

bool is_cyrillic_only(std::string_view text) {
  if (!has_cyrillic(text)) return false;
  return !any_code_point(text, [](char32_t c) {
    return u_isalpha(static_cast<UChar32>(c)) && (c < 0x0400 || c > 0x052f);
  });
}

}  // namespace anireco
