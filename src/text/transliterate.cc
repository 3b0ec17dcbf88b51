#include "text/transliterate.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/unicode.h"

namespace anireco {
namespace {

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }
bool is_latin_letter(char c) { return c >= 'a' && c <= 'z'; }

struct Syllable {
  std::string_view romaji;
  std::string_view polivanov;
  std::string_view fans;
};

/// Ordered by the first letter, then so that the first that fits is the right one.
constexpr auto kSyllables = std::to_array<Syllable>(
    {{"a", "а", "а"},       {"bya", "бя", "бя"},   {"byu", "бю", "бю"},   {"byo", "бё", "бё"},
     {"b", "б", "б"},       {"cha", "тя", "ча"},   {"chi", "ти", "чи"},   {"chu", "тю", "чу"},
     {"cho", "тё", "чо"},   {"che", "тэ", "че"},   {"ch", "ч", "ч"},      {"ck", "к", "к"},
     {"ce", "сэ", "се"},    {"ci", "си", "си"},    {"cy", "си", "си"},    {"c", "к", "к"},
     {"dya", "дзя", "джя"}, {"dyu", "дзю", "джю"}, {"dyo", "дзё", "джё"}, {"dzu", "дзу", "дзу"},
     {"dzi", "дзи", "дзи"}, {"dji", "дзи", "джи"}, {"d", "д", "д"},       {"f", "ф", "ф"},
     {"gya", "гя", "гя"},   {"gyu", "гю", "гю"},   {"gyo", "гё", "гё"},   {"g", "г", "г"},
     {"hya", "хя", "хя"},   {"hyu", "хю", "хю"},   {"hyo", "хё", "хё"},   {"h", "х", "х"},
     {"ja", "дзя", "джа"},  {"ji", "дзи", "джи"},  {"ju", "дзю", "джу"},  {"jo", "дзё", "джо"},
     {"je", "дзе", "дже"},  {"j", "дз", "дж"},     {"kya", "кя", "кя"},   {"kyu", "кю", "кю"},
     {"kyo", "кё", "кё"},   {"k", "к", "к"},       {"l", "л", "л"},       {"mya", "мя", "мя"},
     {"myu", "мю", "мю"},   {"myo", "мё", "мё"},   {"m", "м", "м"},       {"nya", "ня", "ня"},
     {"nyu", "ню", "ню"},   {"nyo", "нё", "нё"},   {"n", "н", "н"},       {"o", "о", "о"},
     {"pya", "пя", "пя"},   {"pyu", "пю", "пю"},   {"pyo", "пё", "пё"},   {"ph", "ф", "ф"},
     {"p", "п", "п"},       {"qu", "кв", "кв"},    {"q", "к", "к"},       {"rya", "ря", "ря"},
     {"ryu", "рю", "рю"},   {"ryo", "рё", "рё"},   {"r", "р", "р"},       {"sha", "ся", "ша"},
     {"shi", "си", "ши"},   {"shu", "сю", "шу"},   {"sho", "сё", "шо"},   {"she", "сэ", "ше"},
     {"sya", "ся", "шя"},   {"syu", "сю", "шю"},   {"syo", "сё", "шё"},   {"sh", "ш", "ш"},
     {"s", "с", "с"},       {"tya", "тя", "тя"},   {"tyu", "тю", "тю"},   {"tyo", "тё", "тё"},
     {"tsu", "цу", "цу"},   {"ts", "ц", "ц"},      {"th", "т", "т"},      {"t", "т", "т"},
     {"u", "у", "у"},       {"v", "в", "в"},       {"w", "в", "в"},       {"x", "кс", "кс"},
     {"za", "дза", "за"},   {"zu", "дзу", "зу"},   {"ze", "дзэ", "зе"},   {"zo", "дзо", "зо"},
     {"zi", "дзи", "зи"},   {"z", "з", "з"}});

struct FirstLetter {
  constexpr bool operator()(const Syllable& a, char b) const { return a.romaji[0] < b; }
  constexpr bool operator()(char a, const Syllable& b) const { return a < b.romaji[0]; }
  constexpr bool operator()(const Syllable& a, const Syllable& b) const {
    return a.romaji[0] < b.romaji[0];
  }
};
static_assert(std::is_sorted(kSyllables.begin(), kSyllables.end(), FirstLetter{}));

enum class System { polivanov, fans };

std::string fold_keeping_syllables(std::string_view text) {
  // fold_for_matching drops apostrophes; the hard sign carries this one through.
  std::string marked;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    const bool after_n = i > 0 && (text[i - 1] == 'n' || text[i - 1] == 'N');
    const std::size_t next = i + c.bytes;
    const bool parts = (c.value == '\'' || c.value == 0x2019) && after_n && next < text.size() &&
                       (is_vowel(text[next]) || text[next] == 'y');
    marked += parts ? std::string_view("ъ") : text.substr(i, c.bytes);
    i = next;
  }
  return fold_for_matching(marked);
}

/// Writes one word of romaji in Cyrillic.
class Writer {
 public:
  Writer(std::string_view word, System system) : word_(word), system_(system) {}

  std::string write() {
    if (word_ == "wo") return "о";
    while (at_ < word_.size()) {
      if (!is_latin_letter(word_[at_])) {
        out_ += word_[at_++];
      } else if (!write_doubled() && !write_long() && !write_glide() && !write_e() &&
                 !write_nasal()) {
        write_syllable();
      }
    }
    return std::move(out_);
  }

 private:
  char next(std::size_t ahead) const {
    return at_ + ahead < word_.size() ? word_[at_ + ahead] : '\0';
  }
  char previous() const { return at_ > 0 ? word_[at_ - 1] : '\0'; }
  void put(std::string_view polivanov, std::string_view fans) {
    out_ += system_ == System::polivanov ? polivanov : fans;
  }

  /// A doubled consonant repeats the first letter of its syllable: "Isshin", "Bocchi", "matcha".
  bool write_doubled() {
    const std::string_view rest = word_.substr(at_);
    if (rest.starts_with("cch") || rest.starts_with("tch")) {
      const bool syllable = rest.size() > 3 && is_vowel(rest[3]);
      put(syllable ? "т" : "ч", rest[0] == 't' ? "т" : "ч");
    } else if (rest.starts_with("ssh")) {
      put(rest.size() > 3 && is_vowel(rest[3]) ? "с" : "ш", "ш");
    } else if (rest.starts_with("tts")) {
      put("ц", "ц");
    } else if (rest.starts_with("jj") || rest.starts_with("zz")) {
      put("д", rest[0] == 'j' ? "д" : "з");
    } else {
      return false;
    }
    ++at_;
    return true;
  }

  bool write_long() {
    const char c = word_[at_];
    const char before = previous();
    const bool lengthens = (c == 'u' && (before == 'o' || before == 'u')) ||
                           (c == 'o' && before == 'o') || (c == 'a' && before == 'a');
    if (lengthens) ++at_;
    return lengthens;
  }

  bool write_glide() {
    const char c = word_[at_];
    if (c == 'i') {
      const bool glide = is_vowel(previous()) && previous() != 'i';
      put(glide ? "й" : "и", glide ? "й" : "и");
      ++at_;
      return true;
    }
    if (c != 'y') return false;
    const char vowel = next(1);
    const bool initial = at_ == 0;
    if (vowel == 'a') {
      put("я", "я");
    } else if (vowel == 'u') {
      put("ю", "ю");
    } else if (vowel == 'o') {
      put("ё", initial || is_vowel(previous()) ? "йо" : "ё");
    } else if (vowel == 'e') {
      put("е", "е");
    } else {
      put(is_vowel(previous()) ? "й" : "и", is_vowel(previous()) ? "й" : "и");
      ++at_;
      return true;
    }
    at_ += 2;
    return true;
  }

  bool write_e() {
    if (word_[at_] != 'e') return false;
    const bool after_consonant = is_latin_letter(previous()) && !is_vowel(previous());
    put("э", after_consonant ? "е" : "э");
    ++at_;
    return true;
  }

  bool write_nasal() {
    const char after = next(1);
    if (word_[at_] != 'n' || (after != 'b' && after != 'p' && after != 'm')) return false;
    put("м", "н");
    ++at_;
    return true;
  }

  void write_syllable() {
    const std::string_view rest = word_.substr(at_);
    const auto [first, last] =
        std::equal_range(kSyllables.begin(), kSyllables.end(), rest[0], FirstLetter{});
    const auto* fits = std::find_if(
        first, last, [&](const Syllable& syllable) { return rest.starts_with(syllable.romaji); });
    if (fits == last) {
      ++at_;
      return;
    }
    put(fits->polivanov, fits->fans);
    at_ += fits->romaji.size();
  }

  std::string_view word_;
  System system_;
  std::size_t at_ = 0;
  std::string out_;
};

std::string write_words(std::string_view folded, System system) {
  std::string out;
  for (std::size_t begin = 0; begin < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (!out.empty()) out += ' ';
    out += Writer(folded.substr(begin, end - begin), system).write();
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::vector<std::string> romaji_to_cyrillic(std::string_view text) {
  const std::string folded = fold_keeping_syllables(text);
  if (std::none_of(folded.begin(), folded.end(), is_latin_letter)) return {};
  std::vector<std::string> spellings{write_words(folded, System::polivanov)};
  std::string fans = write_words(folded, System::fans);
  if (fans != spellings.front()) spellings.push_back(std::move(fans));
  return spellings;
}

}  // namespace anireco
