#include "text/word_piece.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "text/piece_table.h"
#include "text/unicode.h"
#include "text/word_piece_settings.h"
#include "text/word_piece_tables.h"

namespace anireco {
namespace {

enum class AsciiClass : std::uint8_t { letter, space, punctuation, dropped };

struct AsciiRule {
  AsciiClass kind = AsciiClass::letter;
  char lower = 0;
};

std::array<AsciiRule, 128> make_ascii_table(const WordPieceSettings& settings) {
  std::array<AsciiRule, 128> table;
  for (char32_t c = 0; c < 128; ++c) {
    AsciiRule& entry = table[c];
    const bool upper = c >= 'A' && c <= 'Z' && settings.lower_case;
    entry.lower = static_cast<char>(upper ? c - 'A' + 'a' : c);
    if (settings.clean_text && is_bert_dropped(c)) {
      entry.kind = AsciiClass::dropped;
    } else if (is_bert_space(c)) {
      entry.kind = AsciiClass::space;
    } else if (is_bert_punctuation(c)) {
      entry.kind = AsciiClass::punctuation;
    }
  }
  return table;
}

bool is_word_character(char32_t c) { return c == '_' || u_isalnum(static_cast<UChar32>(c)) != 0; }

/// The character that ends at `offset` > 0.
char32_t character_before(std::string_view text, std::size_t offset) {
  for (std::size_t back = 1; back <= 4 && back <= offset; ++back) {
    const CodePoint c = decode_utf8(text, offset - back);
    if (c.bytes == back) return c.value;
  }
  return 0xfffd;
}

struct AddedMatch {
  std::size_t begin;  ///< text.size(): no match.
  std::size_t end;
  std::int32_t id;
};

}  // namespace

struct WordPiece::State {
  WordPieceSettings settings;
  std::array<AsciiRule, 128> ascii;
  const UNormalizer2* decomposer = nullptr;
  PieceTable initial;
  PieceTable continuing;
  std::vector<std::string> pieces;
  std::array<bool, 256> opens_added{};
  bool one_opening_byte = false;
  char opening_byte = 0;

  AddedMatch find_added(std::string_view text, std::size_t from) const;
};

namespace {

/// Turns one stretch of text without added tokens into ids. Lives for one call.
class Segmenter {
 public:
  Segmenter(const WordPieceSettings& settings, const std::array<AsciiRule, 128>& ascii,
            const UNormalizer2* decomposer, const PieceTable& initial, const PieceTable& continuing)
      : settings_(settings),
        ascii_(ascii),
        decomposer_(decomposer),
        initial_(initial),
        continuing_(continuing) {}

  /// Stops early once `ids` has `enough` elements; may have a few more.
  void run(std::string_view text, std::size_t enough, std::vector<std::int32_t>& ids) {
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte >= 0x80) {
        const CodePoint c = decode_utf8(text, i);
        i += c.bytes;
        take_wide(c.value, ids);
      } else {
        ++i;
        const AsciiRule entry = ascii_[byte];
        if (entry.kind == AsciiClass::letter) {
          append(entry.lower);
          continue;
        }
        if (entry.kind == AsciiClass::dropped) continue;
        finish_word(ids);
        if (entry.kind == AsciiClass::punctuation) {
          append(entry.lower);
          finish_word(ids);
        }
      }
      if (ids.size() >= enough) {
        word_.clear();
        characters_ = 0;
        return;
      }
    }
    finish_word(ids);
  }

 private:
  void append(char c) {
    if (++characters_ <= settings_.max_word_characters) word_ += c;
  }

  void append_wide(char32_t c) {
    if (++characters_ <= settings_.max_word_characters) append_utf8(word_, c);
  }

  void take_wide(char32_t c, std::vector<std::int32_t>& ids) {
    if (settings_.clean_text && is_bert_dropped(c)) return;
    const bool apart = settings_.handle_ideographs && is_bert_ideograph(c);
    if (apart) finish_word(ids);
    take_decomposed(c, ids);
    if (apart) finish_word(ids);
  }

  void take_decomposed(char32_t c, std::vector<std::int32_t>& ids) {
    if (!settings_.strip_accents) {
      take_lowered(c, ids);
      return;
    }
    std::array<UChar, 32> parts{};
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length =
        unorm2_getDecomposition(decomposer_, static_cast<UChar32>(c), parts.data(),
                                static_cast<std::int32_t>(parts.size()), &status);
    if (length < 0 || U_FAILURE(status)) {
      if (!is_bert_nonspacing_mark(c)) take_lowered(c, ids);
      return;
    }
    for (std::int32_t i = 0; i < length;) {
      UChar32 part = 0;
      U16_NEXT(parts.data(), i, length, part);
      const auto value = static_cast<char32_t>(part);
      if (!is_bert_nonspacing_mark(value)) take_lowered(value, ids);
    }
  }

  void take_lowered(char32_t c, std::vector<std::int32_t>& ids) {
    if (settings_.lower_case) {
      if (c == 0x0130) {  // The one letter whose lower case is two characters everywhere.
        take_normalized('i', ids);
        c = 0x0307;
      } else {
        c = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
      }
    }
    take_normalized(c, ids);
  }

  void take_normalized(char32_t c, std::vector<std::int32_t>& ids) {
    if (is_bert_space(c)) {
      finish_word(ids);
    } else if (is_bert_punctuation(c)) {
      finish_word(ids);
      append_wide(c);
      finish_word(ids);
    } else {
      append_wide(c);
    }
  }

  void finish_word(std::vector<std::int32_t>& ids) {
    if (characters_ == 0) return;
    const std::size_t before = ids.size();
    bool known = characters_ <= settings_.max_word_characters;
    std::string_view rest = word_;
    for (const PieceTable* table = &initial_; known && !rest.empty(); table = &continuing_) {
      const PieceTable::Match match = table->longest_prefix(rest);
      known = match.bytes != 0;
      if (known) ids.push_back(match.id);
      rest.remove_prefix(match.bytes);
    }
    if (!known) {
      ids.resize(before);
      ids.push_back(settings_.unknown_id);
    }
    word_.clear();
    characters_ = 0;
  }

  const WordPieceSettings& settings_;
  const std::array<AsciiRule, 128>& ascii_;
  const UNormalizer2* decomposer_;
  const PieceTable& initial_;
  const PieceTable& continuing_;
  std::string word_;
  std::size_t characters_ = 0;
};

}  // namespace

// Leftmost match first, the longest of those that begin there.
AddedMatch WordPiece::State::find_added(std::string_view text, std::size_t from) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (one_opening_byte) {
      at = std::min(text.find(opening_byte, at), text.size());
      if (at == text.size()) break;
    } else if (!opens_added[static_cast<unsigned char>(text[at])]) {
      continue;
    }
    const AddedToken* longest = nullptr;
    for (const AddedToken& token : settings.added) {
      if (text.substr(at).starts_with(token.content) &&
          (longest == nullptr || token.content.size() > longest->content.size())) {
        longest = &token;
      }
    }
    if (longest == nullptr) continue;
    AddedMatch match{at, at + longest->content.size(), longest->id};
    if (longest->single_word &&
        ((at > 0 && is_word_character(character_before(text, at))) ||
         (match.end < text.size() && is_word_character(decode_utf8(text, match.end).value)))) {
      at = match.end - 1;
      continue;
    }
    while (longest->strip_left && match.begin > from &&
           is_bert_space(character_before(text, match.begin))) {
      do {
        --match.begin;
      } while (match.begin > from &&
               (static_cast<unsigned char>(text[match.begin]) & 0xc0) == 0x80);
    }
    while (longest->strip_right && match.end < text.size()) {
      const CodePoint c = decode_utf8(text, match.end);
      if (!is_bert_space(c.value)) break;
      match.end += c.bytes;
    }
    return match;
  }
  return {text.size(), text.size(), 0};
}

WordPiece::WordPiece(std::unique_ptr<const State> state) : state_(std::move(state)) {}
WordPiece::~WordPiece() = default;
WordPiece::WordPiece(WordPiece&&) noexcept = default;
WordPiece& WordPiece::operator=(WordPiece&&) noexcept = default;

WordPiece WordPiece::load(const std::filesystem::path& model_folder) {
  auto state = std::make_unique<State>();
  state->settings = read_word_piece_settings(model_folder);
  const WordPieceSettings& settings = state->settings;
  state->ascii = make_ascii_table(settings);
  UErrorCode status = U_ZERO_ERROR;
  state->decomposer = unorm2_getNFDInstance(&status);
  if (U_FAILURE(status)) {
    throw Error(ErrorKind::internal, "Unicode data is missing", u_errorName(status));
  }

  std::int32_t largest = std::max({settings.cls_id, settings.sep_id, settings.pad_id});
  for (const auto& [piece, id] : settings.vocabulary) largest = std::max(largest, id);
  for (const AddedToken& token : settings.added) largest = std::max(largest, token.id);
  state->pieces.resize(static_cast<std::size_t>(largest) + 1);

  std::vector<std::pair<std::string_view, std::int32_t>> initial;
  std::vector<std::pair<std::string_view, std::int32_t>> continuing;
  for (const auto& [piece, id] : settings.vocabulary) {
    state->pieces[static_cast<std::size_t>(id)] = piece;
    initial.emplace_back(piece, id);
    if (piece.starts_with(settings.continuing_prefix)) {
      continuing.emplace_back(std::string_view(piece).substr(settings.continuing_prefix.size()),
                              id);
    }
  }
  state->initial = PieceTable(initial);
  state->continuing = PieceTable(continuing);
  for (const AddedToken& token : settings.added) {
    state->pieces[static_cast<std::size_t>(token.id)] = token.content;
    state->opens_added[static_cast<unsigned char>(token.content.front())] = true;
  }
  state->one_opening_byte =
      std::count(state->opens_added.begin(), state->opens_added.end(), true) == 1;
  if (state->one_opening_byte) state->opening_byte = settings.added.front().content.front();
  return WordPiece(std::move(state));
}

void WordPiece::encode_append(std::string_view text, std::size_t max_tokens,
                              std::vector<std::int32_t>& ids) const {
  if (max_tokens < 2) {
    throw Error(ErrorKind::invalid_argument, "a text needs room for at least two tokens");
  }
  const WordPieceSettings& settings = state_->settings;
  const std::size_t start = ids.size();
  ids.push_back(settings.cls_id);
  const std::size_t room = std::numeric_limits<std::size_t>::max() - start;
  const std::size_t enough = start + std::min(max_tokens - 1, room);
  Segmenter segmenter(settings, state_->ascii, state_->decomposer, state_->initial,
                      state_->continuing);
  for (std::size_t at = 0; at < text.size() && ids.size() < enough;) {
    const AddedMatch match = settings.added.empty() ? AddedMatch{text.size(), text.size(), 0}
                                                    : state_->find_added(text, at);
    segmenter.run(text.substr(at, match.begin - at), enough, ids);
    if (match.begin < text.size()) ids.push_back(match.id);
    at = match.end;
  }
  if (ids.size() > enough) ids.resize(enough);
  ids.push_back(settings.sep_id);
}

std::vector<std::int32_t> WordPiece::encode(std::string_view text, std::size_t max_tokens) const {
  std::vector<std::int32_t> ids;
  encode_append(text, max_tokens, ids);
  return ids;
}

std::vector<std::int32_t> WordPiece::encode_plain(std::string_view text) const {
  std::vector<std::int32_t> ids;
  encode_append(text, std::numeric_limits<std::size_t>::max(), ids);
  ids.erase(ids.begin());
  ids.pop_back();
  return ids;
}

std::int32_t WordPiece::vocabulary_size() const {
  return static_cast<std::int32_t>(state_->pieces.size());
}
std::int32_t WordPiece::cls_id() const { return state_->settings.cls_id; }
std::int32_t WordPiece::sep_id() const { return state_->settings.sep_id; }
std::int32_t WordPiece::pad_id() const { return state_->settings.pad_id; }
std::int32_t WordPiece::unknown_id() const { return state_->settings.unknown_id; }

std::string_view WordPiece::piece(std::int32_t id) const {
  if (id < 0 || id >= vocabulary_size()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("token id {} is not in the vocabulary", id));
  }
  return state_->pieces[static_cast<std::size_t>(id)];
}

}  // namespace anireco
