#include "text/analyzer.h"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "text/unicode.h"

namespace anireco {
namespace {

enum class Kind : std::uint8_t {
  separator,
  ignored,
  apostrophe,
  latin,
  cyrillic,
  ideograph,
  other,
};

/// A character as it enters a term: its folded form and what it is part of.
struct Character {
  std::string folded;
  Kind kind = Kind::separator;
};

struct CacheEntry {
  char32_t code_point = 0xffffffff;
  Character character;
};

constexpr std::size_t kCacheSize = 512;

bool is_apostrophe(char32_t c) {
  return c == '\'' || c == '`' || c == 0x2019 || c == 0x2018 || c == 0x02bc || c == 0x02bb;
}

/// Marks that change the character before them: accents, and the sound marks of kana.
bool is_attached_mark(char32_t c) {
  return (c >= 0x0300 && c <= 0x036f) || c == 0x3099 || c == 0x309a || c == 0xff9e || c == 0xff9f;
}

Kind kind_of(std::string_view folded) {
  if (folded.empty()) return Kind::separator;
  const auto c = static_cast<UChar32>(decode_utf8(folded, 0).value);
  const auto category = U_GET_GC_MASK(c);
  if ((category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) == 0) return Kind::separator;
  if (c == 0x30fc) return Kind::ideograph;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
    case USCRIPT_LATIN:
      return Kind::latin;
    case USCRIPT_CYRILLIC:
      return Kind::cyrillic;
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
      return Kind::ideograph;
    default:
      return Kind::other;
  }
}

Character make_character(std::string_view cluster) {
  Character character;
  const CodePoint first = decode_utf8(cluster, 0);
  if (first.bytes == cluster.size() &&
      u_hasBinaryProperty(static_cast<UChar32>(first.value), UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
    character.kind = Kind::ignored;
    return character;
  }
  character.folded = fold_for_matching(cluster);
  std::erase(character.folded, ' ');
  character.kind = kind_of(character.folded);
  return character;
}

struct AsciiEntry {
  char folded = 0;
  Kind kind = Kind::separator;
};

constexpr std::array<AsciiEntry, 128> kAscii = [] {
  std::array<AsciiEntry, 128> table{};
  for (std::size_t i = 0; i < 128; ++i) {
    const char c = static_cast<char>(i);
    if (c >= 'a' && c <= 'z') table[i] = {c, Kind::latin};
    if (c >= 'A' && c <= 'Z') table[i] = {static_cast<char>(c - 'A' + 'a'), Kind::latin};
    if (c >= '0' && c <= '9') table[i] = {c, Kind::other};
    if (c == '\'' || c == '`') table[i] = {c, Kind::apostrophe};
  }
  return table;
}();

struct Stemmer {
  struct Free {
    void operator()(sb_stemmer* owned) const { sb_stemmer_delete(owned); }
  };
  std::unique_ptr<sb_stemmer, Free> stemmer;

  std::string_view stem(const char* language, std::string_view word) {
    if (!stemmer) stemmer.reset(sb_stemmer_new(language, "UTF_8"));
    if (!stemmer) {
      throw Error(ErrorKind::internal, "a stemmer is missing", language);
    }
    const auto* result =
        sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                        static_cast<int>(word.size()));
    if (result == nullptr) throw Error(ErrorKind::unavailable, "not enough memory to stem a word");
    return {reinterpret_cast<const char*>(result),
            static_cast<std::size_t>(sb_stemmer_length(stemmer.get()))};
  }
};

}  // namespace

struct Analyzer::State {
  explicit State(AnalyzerOptions chosen) : options(chosen) {}

  AnalyzerOptions options;
  Stemmer english;
  Stemmer russian;
  std::vector<CacheEntry> cache;
  Character cluster;

  std::string_view text;
  std::vector<Token>* out = nullptr;
  std::uint32_t position = 0;

  std::string word;
  std::size_t word_begin = 0;
  std::size_t word_end = 0;
  bool has_cyrillic = false;
  bool has_latin = false;

  std::string pair;
  std::size_t before_begin = 0;
  std::size_t before_end = 0;
  std::size_t before_bytes = 0;
  std::size_t run_length = 0;

  void run(std::string_view given, std::vector<Token>& tokens) {
    text = given;
    out = &tokens;
    position = 0;
    for (std::size_t i = 0; i < text.size();) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte < 0x80 && (i + 1 == text.size() || static_cast<unsigned char>(text[i + 1]) < 0x80)) {
        const AsciiEntry entry = kAscii[byte];
        if (entry.kind == Kind::latin || entry.kind == Kind::other) {
          if (run_length > 0) finish_run();
          add_to_word({&entry.folded, 1}, entry.kind, i, i + 1);
        } else if (entry.kind == Kind::separator) {
          finish_all();
        } else {
          take_apostrophe(i, i + 1);
        }
        ++i;
      } else {
        i = take_wide(i);
      }
    }
    finish_all();
    text = {};
    out = nullptr;
  }

  std::size_t take_wide(std::size_t begin) {
    const CodePoint c = decode_utf8(text, begin);
    std::size_t end = begin + c.bytes;
    if (is_apostrophe(c.value)) {
      take_apostrophe(begin, end);
      return end;
    }
    bool marked = false;
    while (end < text.size() && end - begin < 32) {
      const CodePoint mark = decode_utf8(text, end);
      if (!is_attached_mark(mark.value)) break;
      end += mark.bytes;
      marked = true;
    }
    take_character(marked ? (cluster = make_character(text.substr(begin, end - begin)))
                          : cached(c.value, text.substr(begin, end - begin)),
                   begin, end);
    return end;
  }

  const Character& cached(char32_t code_point, std::string_view bytes) {
    if (cache.empty()) cache.resize(kCacheSize);
    CacheEntry& entry = cache[code_point % kCacheSize];
    if (entry.code_point != code_point) {
      entry = {code_point, make_character(bytes)};
    }
    return entry.character;
  }

  void take_character(const Character& character, std::size_t begin, std::size_t end) {
    switch (character.kind) {
      case Kind::separator:
      case Kind::apostrophe:
        finish_all();
        break;
      case Kind::ignored:
        break;
      case Kind::ideograph:
        finish_word();
        add_to_run(character.folded, begin, end);
        break;
      case Kind::latin:
      case Kind::cyrillic:
      case Kind::other:
        finish_run();
        add_to_word(character.folded, character.kind, begin, end);
        break;
    }
  }

  /// Inside a word it vanishes; before a closing "s" it takes that along.
  void take_apostrophe(std::size_t begin, std::size_t end) {
    finish_run();
    if (word.empty()) return;
    const bool letter_follows = end < text.size() && word_end == begin && is_letter_at(end);
    if (!letter_follows) {
      finish_word();
      return;
    }
    const bool possessive = (text[end] == 's' || text[end] == 'S') &&
                            (end + 1 == text.size() || !is_letter_at(end + 1));
    if (possessive && !keeps_possessive(word)) {
      finish_word();
      skip_until = end + 1;
    }
    word_end = end;
  }

  std::size_t skip_until = 0;

  /// "it's" is "its", a stop word; "hero's" is "hero".
  static bool keeps_possessive(std::string_view folded) {
    return folded == "it" || folded == "that" || folded == "he" || folded == "she";
  }

  bool is_letter_at(std::size_t at) const {
    return u_isalpha(static_cast<UChar32>(decode_utf8(text, at).value)) != 0;
  }

  void add_to_word(std::string_view folded, Kind kind, std::size_t begin, std::size_t end) {
    if (begin < skip_until) return;
    if (word.empty()) {
      word_begin = begin;
      has_cyrillic = has_latin = false;
    }
    if (word.size() + folded.size() <= options.max_term_bytes) word += folded;
    has_cyrillic = has_cyrillic || kind == Kind::cyrillic;
    has_latin = has_latin || kind == Kind::latin;
    word_end = end;
  }

  void finish_word() {
    if (word.empty()) return;
    if (options.keep_stop_words || !is_stop_word(word)) {
      std::string_view term = word;
      if (options.stem && has_cyrillic) {
        term = russian.stem("russian", word);
      } else if (options.stem && has_latin) {
        term = english.stem("english", word);
      }
      if (!term.empty()) emit(term, word_begin, word_end);
    }
    ++position;
    word.clear();
  }

  void add_to_run(std::string_view folded, std::size_t begin, std::size_t end) {
    if (run_length > 0) {
      pair += folded;
      emit(pair, before_begin, end);
      ++position;
      pair.erase(0, before_bytes);
    } else {
      pair = folded;
    }
    before_begin = begin;
    before_end = end;
    before_bytes = folded.size();
    ++run_length;
  }

  void finish_run() {
    if (run_length == 1) {
      emit(pair, before_begin, before_end);
      ++position;
    }
    run_length = 0;
  }

  void finish_all() {
    finish_word();
    finish_run();
  }

  void emit(std::string_view term, std::size_t begin, std::size_t end) {
    out->push_back({std::string(term), static_cast<std::uint32_t>(begin),
                    static_cast<std::uint32_t>(end), position});
  }
};

Analyzer::Analyzer(AnalyzerOptions options) : state_(std::make_unique<State>(options)) {
  if (options.max_term_bytes < 8) {
    throw Error(ErrorKind::invalid_argument, "max_term_bytes must be at least 8");
  }
}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

void Analyzer::analyze(std::string_view text, std::vector<Token>& tokens) {
  tokens.clear();
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::invalid_argument, "the text is longer than 4 GiB");
  }
  state_->skip_until = 0;
  state_->run(text, tokens);
}

std::vector<Token> Analyzer::analyze(std::string_view text) {
  std::vector<Token> tokens;
  analyze(text, tokens);
  return tokens;
}

}  // namespace anireco
