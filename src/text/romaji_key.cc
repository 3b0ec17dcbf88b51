#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/transliterate.h"
#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::u32string_view kPlainLetters = U"абвгдезийклмнопрстуфхцчшщыэ";
constexpr std::string_view kPlainSounds = "abvgdeziiklmnoprstuhhttssie";
static_assert(kPlainLetters.size() == kPlainSounds.size());

/// Spells a folded Cyrillic text in sounds that all systems share, the words run together.
class KeyWriter {
 public:
  explicit KeyWriter(std::u32string text) : text_(std::move(text)) {}

  std::string write() {
    for (at_ = 0; at_ < text_.size(); ++at_) step(text_[at_]);
    return std::move(key_);
  }

 private:
  char32_t next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : U'\0'; }

  /// Doubled sounds count once, and so does the u that lengthens an o.
  void put(char sound) {
    if (!key_.empty() && (key_.back() == sound || (sound == 'u' && key_.back() == 'o'))) return;
    key_ += sound;
  }

  void put_soft(char sound) {
    if (sound == 'o') {
      put('e');  // ё reads as е once folded, so every "yo" does.
    } else {
      if (sound == 'a' || sound == 'u') key_ += 'y';
      put(sound);
    }
  }

  void put_vowel_softened(char32_t vowel) {
    put_soft(vowel == U'а' ? 'a' : vowel == U'у' ? 'u' : 'o');
    ++at_;
  }

  static bool softens(char32_t c) { return c == U'а' || c == U'о' || c == U'у'; }

  void step(char32_t c) {
    switch (c) {
      case U'я':
        put_soft('a');
        return;
      case U'ю':
        put_soft('u');
        return;
      case U'ш':
      case U'щ':
        step_hushing('s');
        return;
      case U'ч':
        step_hushing('t');
        return;
      case U'ж':
        step_hushing('z');
        return;
      case U'й':
      case U'ь':
        if (softens(next())) {
          put_vowel_softened(next());
        } else if (c == U'й') {
          put('i');
        }
        return;
      case U'ъ':
      case U' ':
        return;
      case U'д':
        // Polivanov's дз and the fans' дж are one sound, and so is a doubled one.
        if (next() == U'з' || next() == U'ж') return;
        if (next() == U'д' && at_ + 2 < text_.size() &&
            (text_[at_ + 2] == U'з' || text_[at_ + 2] == U'ж')) {
          return;
        }
        break;
      case U'м':
        if (next() == U'б' || next() == U'п' || next() == U'м') {
          put('n');
          return;
        }
        break;
      case U'в':
        if (next() == U'о') return;
        break;
      case U'л':
        put('r');
        return;
      default:
        break;
    }
    const std::size_t plain = kPlainLetters.find(c);
    if (plain != std::u32string_view::npos) {
      put(kPlainSounds[plain]);
    } else {
      append_utf8(key_, c);
    }
  }

  void step_hushing(char sound) {
    put(sound);
    if (softens(next())) put_vowel_softened(next());
  }

  std::u32string text_;
  std::size_t at_ = 0;
  std::string key_;
};

}  // namespace

std::string cyrillic_to_romaji_key(std::string_view text) {
  return KeyWriter(to_code_points(fold_for_matching(text))).write();
}

std::string romaji_key(std::string_view text) {
  const std::vector<std::string> spellings = romaji_to_cyrillic(text);
  return cyrillic_to_romaji_key(spellings.empty() ? text : std::string_view(spellings.front()));
}

}  // namespace anireco
