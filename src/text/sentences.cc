#include "text/sentences.h"

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "base/error.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// Words that a full stop shortens and that another word always follows, folded to lower case.
constexpr auto kAbbreviations = std::to_array<std::string_view>(
    {"adm", "approx", "capt", "cf",  "cmdr", "col",  "dr",   "e.g", "ep",     "feat", "fig",
     "fr",  "ft",     "gen",  "gov", "hon",  "i.e",  "lt",   "maj", "messrs", "mme",  "mr",
     "mrs", "ms",     "mt",   "no",  "nos",  "pres", "prof", "pvt", "rev",    "sen",  "sgt",
     "st",  "vol",    "vols", "vs",  "акад", "гл",   "им",   "кн",  "проф",   "рис",  "св",
     "см",  "ср",     "стр",  "т.е", "т.н",  "тов",  "ул"});
static_assert(std::is_sorted(kAbbreviations.begin(), kAbbreviations.end()));

/// Words that open sentences and hardly ever names: "Plan B. The ..." ends at the stop.
constexpr auto kOpeners = std::to_array<std::string_view>(
    {"a",      "after",   "all",       "also",    "although",  "an",      "and",      "are",
     "as",     "at",      "based",     "because", "before",    "between", "both",     "but",
     "by",     "can",     "despite",   "did",     "do",        "does",    "during",   "each",
     "even",   "every",   "featuring", "follow",  "follows",   "for",     "from",     "having",
     "he",     "her",     "his",       "how",     "however",   "if",      "in",       "is",
     "it",     "its",     "just",      "let",     "like",      "many",    "may",      "meanwhile",
     "more",   "most",    "my",        "never",   "no",        "nobody",  "not",      "nothing",
     "now",    "on",      "once",      "one",     "only",      "our",     "perhaps",  "set",
     "she",    "since",   "so",        "some",    "sometimes", "soon",    "special",  "suddenly",
     "thanks", "that",    "the",       "their",   "then",      "there",   "these",    "they",
     "this",   "those",   "though",    "through", "thus",      "to",      "together", "unable",
     "under",  "until",   "upon",      "using",   "was",       "we",      "what",     "when",
     "where",  "whether", "while",     "who",     "will",      "with",    "yet",      "you",
     "your",   "а",       "в",         "его",     "её",        "и",       "когда",    "на",
     "но",     "однако",  "он",        "она",     "они",       "по",      "после",    "с",
     "так",    "там",     "тем",       "теперь",  "это"});
static_assert(std::is_sorted(kOpeners.begin(), kOpeners.end()));

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t trim_end(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    if (is_space(text[end - 1])) {
      --end;
    } else if (text.substr(begin, end - begin).ends_with("\u3000") ||
               text.substr(begin, end - begin).ends_with("\u2028") ||
               text.substr(begin, end - begin).ends_with("\u2029")) {
      end -= 3;
    } else if (text.substr(begin, end - begin).ends_with("\u00a0")) {
      end -= 2;
    } else {
      break;
    }
  }
  return end;
}

std::size_t trim_begin(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin < end) {
    const CodePoint c = decode_utf8(text.substr(0, end), begin);
    if (!u_isUWhiteSpace(static_cast<UChar32>(c.value))) break;
    begin += c.bytes;
  }
  return begin;
}

/// UAX #29 gives the bracket that opens the next sentence to the one before: "。「" without a
/// space.
std::size_t before_openings(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t closed = end;
  while (closed >= begin + 3) {
    const CodePoint c = decode_utf8(text, closed - 3);
    if (c.bytes != 3 || u_charType(static_cast<UChar32>(c.value)) != U_START_PUNCTUATION) break;
    closed -= 3;
  }
  return closed > begin ? closed : end;
}

/// The last `limit` bytes at most of the word that ends the text.
std::string_view last_word(std::string_view text, std::size_t limit = 24) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < limit && !is_space(text[begin - 1])) --begin;
  return text.substr(begin);
}

std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end < 24 && !is_space(text[end])) ++end;
  return text.substr(0, end);
}

bool opens_with_lower_case(std::string_view text) {
  if (text.empty()) return false;
  return u_islower(static_cast<UChar32>(decode_utf8(text, 0).value)) != 0;
}

bool opens_with_upper_case(std::string_view text) {
  if (text.empty()) return false;
  return u_isupper(static_cast<UChar32>(decode_utf8(text, 0).value)) != 0;
}

std::string_view without_opening_marks(std::string_view word) {
  while (!word.empty() && (word.front() == '(' || word.front() == '"' || word.front() == '[')) {
    word.remove_prefix(1);
  }
  return word;
}

/// "J.", "А." or "G.G.": capital letters, each with a stop.
bool is_initials(std::string_view word) {
  if (word.empty()) return false;
  while (!word.empty()) {
    const CodePoint c = decode_utf8(word, 0);
    if (u_isupper(static_cast<UChar32>(c.value)) == 0 || word.size() == c.bytes ||
        word[c.bytes] != '.') {
      return false;
    }
    word.remove_prefix(c.bytes + 1);
  }
  return true;
}

/// True if the sentence that seems to end with `before` goes on with `after`.
bool goes_on(std::string_view before, std::string_view after) {
  if (before.empty() || after.empty()) return false;
  const char mark = before.back();
  // Titles such as "K-On!" and speech inside a sentence: "Why?" he asks.
  const bool exclaims = mark == '!' || mark == '?' || before.ends_with("!\"") ||
                        before.ends_with("?\"") || before.ends_with("!\u201d") ||
                        before.ends_with("?\u201d") || before.ends_with("\u00bb");
  if (exclaims) return opens_with_lower_case(after);
  if (mark != '.') return false;

  const std::string_view word = without_opening_marks(last_word(before));
  const std::string_view rest = before.substr(0, before.size() - last_word(before).size());
  const std::string_view previous = last_word(before.substr(0, trim_end(rest, 0, rest.size())));
  if (is_initials(word)) {
    const std::string next = to_lower(first_word(after));
    if (std::binary_search(kOpeners.begin(), kOpeners.end(), std::string_view(next))) return false;
    return opens_with_upper_case(after) && (word != "I." || is_initials(previous));
  }
  if (before.find_first_not_of("0123456789.") == std::string_view::npos) return true;
  const std::string lower = to_lower(word.substr(0, word.size() - 1));
  if (lower == "г") {  // A city after it, unless a year stands before it.
    return !previous.empty() && !u_isdigit(static_cast<UChar32>(decode_utf8(previous, 0).value));
  }
  if (lower == "no") return u_isdigit(static_cast<UChar32>(decode_utf8(after, 0).value)) != 0;
  return std::binary_search(kAbbreviations.begin(), kAbbreviations.end(), std::string_view(lower));
}

}  // namespace

struct SentenceSplitter::State {
  std::unique_ptr<icu::BreakIterator> breaks;
  UText text = UTEXT_INITIALIZER;

  ~State() { utext_close(&text); }
};

SentenceSplitter::SentenceSplitter() : state_(std::make_unique<State>()) {
  UErrorCode status = U_ZERO_ERROR;
  state_->breaks.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status) || !state_->breaks) {
    throw Error(ErrorKind::internal, "Unicode data is missing", u_errorName(status));
  }
}

SentenceSplitter::~SentenceSplitter() = default;
SentenceSplitter::SentenceSplitter(SentenceSplitter&&) noexcept = default;
SentenceSplitter& SentenceSplitter::operator=(SentenceSplitter&&) noexcept = default;

std::vector<TextSpan> SentenceSplitter::split(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error(ErrorKind::invalid_argument, "the text is longer than 2 GiB");
  }
  std::vector<TextSpan> spans;
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&state_->text, text.data(), static_cast<std::int64_t>(text.size()), &status);
  state_->breaks->setText(&state_->text, status);
  if (U_FAILURE(status)) {
    throw Error(ErrorKind::unavailable, "cannot split a text", u_errorName(status));
  }
  std::size_t begin = 0;
  state_->breaks->first();
  while (begin < text.size()) {
    const std::int32_t next = state_->breaks->next();
    const std::size_t boundary =
        next == icu::BreakIterator::DONE ? text.size() : static_cast<std::size_t>(next);
    const std::size_t end = trim_end(text, begin, boundary);
    const bool paragraph_ends =
        text.substr(end, boundary - end).find('\n') != std::string_view::npos;
    if (boundary < text.size() && !paragraph_ends &&
        goes_on(text.substr(begin, end - begin), text.substr(boundary))) {
      continue;
    }
    const std::size_t closed = boundary < text.size() ? before_openings(text, begin, end) : end;
    const std::size_t start = trim_begin(text, begin, closed);
    if (start < closed) spans.push_back({start, trim_end(text, start, closed)});
    begin = closed < end ? closed : boundary;
  }
  return spans;
}

std::vector<TextSpan> split_sentences(std::string_view text) {
  return SentenceSplitter().split(text);
}

}  // namespace anireco
