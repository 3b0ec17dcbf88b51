#include "text/short_name.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "text/unicode.h"

namespace anireco {
namespace {

bool belongs_to_a_name(char32_t c) {
  if (c == U'-' || c == U'_') return true;
  const auto point = static_cast<UChar32>(c);
  const auto mark = U_GC_MN_MASK | U_GC_MC_MASK;
  return u_isalnum(point) != 0 || (U_GET_GC_MASK(point) & mark) != 0;
}

}  // namespace

std::optional<std::string> fold_short_name(std::string_view text, std::size_t max_length) {
  if (text.empty() || !is_valid_utf8(text) || count_code_points(text) > max_length) {
    return std::nullopt;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return std::nullopt;
  const icu::UnicodeString folded =
      form->normalize(icu::UnicodeString::fromUTF8(
                          icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))),
                      status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string name;
  folded.toUTF8String(name);
  const std::u32string points = to_code_points(name);
  if (points.empty() || points.size() > max_length) return std::nullopt;
  for (const char32_t c : points) {
    if (!belongs_to_a_name(c)) return std::nullopt;
  }
  return name;
}

}  // namespace anireco
