#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "search/everyday_words.h"
#include "search/reading.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// How much a cue says that a title follows: "something like" can hardly mean anything else, "I
/// love" often does, and "like" alone compares all kinds of things.
enum class Strength { simile, weak, strong };

struct Cue {
  bool liked = true;
  Strength strength = Strength::strong;
};

constexpr Cue kAlike = {true, Strength::strong};
constexpr Cue kPerhapsAlike = {true, Strength::weak};
constexpr Cue kSimile = {true, Strength::simile};
constexpr Cue kUnlike = {false, Strength::strong};
constexpr Cue kPerhapsUnlike = {false, Strength::weak};

using CueTable = PatternTable<Cue>;

const CueTable& cues() {
  static const CueTable table = {
      {"something|anything|stuff|ones|one like", kAlike},
      {"more like", kPerhapsAlike},
      {"@kind like", kAlike},
      {"^^ like", kAlike},
      {"similar to|with", kAlike},
      {"as good|dark|funny|cozy|sad|epic|calm as", kAlike},
      {"reminiscent of", kAlike},
      {"in the? style|vein|spirit|mood|manner|tradition of", kAlike},
      {"in|with|has|have? the? same|similar "
       "style|vein|spirit|mood|vibe|vibes|feel|feeling|energy|atmosphere|tone|kind "
       "as|of|to|like",
       kAlike},
      {"vibe|vibes|feel|atmosphere|energy of|like", kAlike},
      {"along the lines of", kAlike},
      {"akin to", kAlike},
      {"comparable to|with", kAlike},
      {"close to", kPerhapsAlike},
      {"a la", kAlike},
      {"mix|cross|blend|combination|mashup of|between", kAlike},
      {"reminds|remind|reminded me? of", kAlike},
      {"fan|fans of", kPerhapsAlike},
      {"if? i|we|you|ive? have? really|already|also? "
       "liked|loved|enjoyed|like|love|enjoy|finished|watched",
       kPerhapsAlike},
      {"i|ive|we? have? just|already|recently finished|watched|seen watching?", kPerhapsAlike},
      {"after|finished watching|finishing|seeing?", kPerhapsAlike},
      {"like", kSimile},

      {"not|nothing|never|less really|exactly|too|quite|at|very? like", kUnlike},
      {"not|nothing|less similar|close to", kUnlike},
      {"unlike", kUnlike},
      {"different from|than|to", kUnlike},
      {"dont|do want|need not? something|anything like", kUnlike},
      {"i? dont|didnt|did|do not? really? like|love|enjoy|want", kPerhapsUnlike},
      {"hate|hated|dislike|disliked|despise|despised", kPerhapsUnlike},
      {"cant|cannot|couldnt stand", kPerhapsUnlike},
      {"not a? fan of", kPerhapsUnlike},
      {"anything|everything but", kPerhapsUnlike},
      {"except|besides|excluding for?", kPerhapsUnlike},
      {"other than", kPerhapsUnlike},
      {"but? not", kPerhapsUnlike},

      {"что|чтото|чтонибудь|нечто|чего|чем то|нибудь|либо? похож* на", kAlike},
      {"похоже|похожее|похожие|похожую|похожего|похожих|похожем на", kAlike},
      {"^^ похож* на", kAlike},
      {"@kind похож* на", kAlike},
      {"в том же? духе|стиле|атмосфере|стилистике|манере|жанре что|как? и?", kAlike},
      {"в духе|стиле|стилистике|манере|атмосфере", kAlike},
      {"с|со атмосферой|духом|вайбом|вайбами|настроением", kAlike},
      {"вайб|вайбы|атмосфера|уровня", kAlike},
      {"что|чтото|чтонибудь|нечто то|нибудь|либо? вроде|типа|как|наподобие|аля", kAlike},
      {"аниме|анимэ|сериал|фильм|тайтл вроде|типа|как|наподобие|уровня", kAlike},
      {"^^ вроде|типа|как|наподобие", kAlike},
      {"наподобие", kAlike},
      {"по типу", kAlike},
      {"а ля", kAlike},
      {"аналог*", kAlike},
      {"так*|такой|столь|настолько же _? как и?", kAlike},
      {"сравним* с|со", kAlike},
      {"близк* к|по", kPerhapsAlike},
      {"среднее|смесь|микс|помесь|гибрид между|из?", kAlike},
      {"напоминает|напоминающ*|напомнил*|напоминал* мне?", kPerhapsAlike},
      {"после|досмотрел*|посмотрел*|смотрел* просмотра|аниме?", kPerhapsAlike},
      {"очень? понравил*|зашел|зашла|зашло|зашли|полюбил*|люблю|обожаю|нравится|нравятся|фанат*|"
       "любител* очень|аниме?",
       kPerhapsAlike},
      {"вроде|типа|как|похож|похожа|похожий|похожая на|в?", kSimile},

      {"не так* же? как и?", kUnlike},
      {"не как", kUnlike},
      {"не похож*|непохож* на", kUnlike},
      {"непохож* на", kUnlike},
      {"не в духе|стиле", kUnlike},
      {"не типа|вроде", kUnlike},
      {"не хочу|надо|нужно|нужен ничего|что? то|нибудь? вроде|типа|как|похож* на?", kUnlike},
      {"в отличие от", kUnlike},
      {"не понравил*|зашел|зашла|зашло|зашли|люблю|нравится|переношу|перевариваю аниме?",
       kPerhapsUnlike},
      {"ненавижу|надоел*", kPerhapsUnlike},
      {"терпеть не могу", kPerhapsUnlike},
      {"кроме|исключая", kPerhapsUnlike},
      {"только|но|а? не", kPerhapsUnlike},
  };
  return table;
}

constexpr std::size_t kLongestTitle = 12;      // words
constexpr std::size_t kLongestTypoTitle = 8;   // words; each try costs a walk over the vocabulary
constexpr std::size_t kShortestTypoTitle = 6;  // characters
constexpr float kWellKnown = 0.98F;            // popularity, a percentile
constexpr float kKnown = 0.8F;

class ExampleReader {
 public:
  ExampleReader(Reading& reading, const TitleResolver& titles)
      : reading_(reading), titles_(titles) {}

  void read() {
    for (std::size_t word = 0; word < reading_.size(); ++word) {
      if (!reading_.is_free(word, word + 1)) continue;
      const auto cue = cues().longest_at(reading_.query(), word);
      // "It is called something like Monster": the title is what is sought.
      if (cue && word > 0 && names_the_wanted(word - 1)) {
        reading_.block(word, cue->place.end);
        continue;
      }
      if (cue && reading_.is_free(word, cue->place.end)) {
        read_after(cue->place.begin, cue->place.end, cue->meaning);
      }
    }
    read_before_suffix();
    read_before_but();
    read_quotes();
  }

 private:
  struct Named {
    ResolvedTitle title;
    std::size_t begin = 0;  ///< Words [begin, end).
    std::size_t end = 0;
  };

  const QueryWords& query() const { return reading_.query(); }

  static std::size_t letters(std::string_view phrase) { return count_code_points(phrase); }

  bool phrase_ends(std::size_t end) const {
    return end >= reading_.size() || reading_[end].starts_clause ||
           is_joining_word(reading_[end].folded);
  }

  bool names_the_wanted(std::size_t word) const {
    static const QueryPattern naming(
        "called|named|titled|title|name|is|under|означает|назыв*|назван*|зовут|имени");
    return naming.match(query(), word).has_value();
  }

  bool quoted(std::size_t begin, std::size_t end) const {
    const QuerySpan* quote = query().quote_at(begin);
    return quote != nullptr && quote->last_word == end;
  }

  /// Capitals that say "name": not at the beginning of the request, not in a request of capitals.
  bool capitalised(std::size_t word) const {
    return word > 0 && !query().all_capitals && reading_[word].capitalised;
  }

  bool accepted(const ResolvedTitle& title, std::size_t begin, std::size_t end,
                Strength strength) const {
    if (quoted(begin, end)) return true;
    const bool capital = capitalised(begin);
    const bool runs_on = capital && !phrase_ends(end) && reading_[end].capitalised;
    if (runs_on || (!phrase_ends(end) && end - begin == 1)) return false;
    const std::string folded = fold_for_matching(query().phrase(begin, end));
    const bool everyday = title.everyday || is_everyday_phrase(folded);
    const bool single = end - begin == 1;
    if (everyday) {
      if (!phrase_ends(end) || title.strength == TitleStrength::near) return false;
      return strength == Strength::strong || capital ||
             (strength == Strength::weak && !single && title.popularity >= kWellKnown);
    }
    if (title.strength == TitleStrength::near && title.popularity < kKnown) return false;
    if (capital) return true;
    if (title.strength == TitleStrength::near && single) return strength == Strength::strong;
    return strength == Strength::strong || !single || title.popularity >= kKnown;
  }

  std::optional<Named> try_phrase(std::size_t begin, std::size_t end, Strength strength,
                                  bool typos) const {
    auto title = titles_.resolve(query().phrase(begin, end), typos);
    if (!title || !accepted(*title, begin, end, strength)) return std::nullopt;
    return Named{std::move(*title), begin, end};
  }

  /// The longest title that begins at the word; one with typos only where it is longer.
  std::optional<Named> title_at(std::size_t begin, Strength strength, bool typos) const {
    if (begin >= reading_.size()) return std::nullopt;
    if (const QuerySpan* quote = query().quote_at(begin)) {
      return try_phrase(quote->first_word, quote->last_word, strength, true);
    }
    const std::size_t longest = std::min(begin + kLongestTitle, reading_.size());
    std::optional<Named> exact;
    for (std::size_t end = longest; end > begin && !exact; --end) {
      if (reading_.is_free(begin, end)) exact = try_phrase(begin, end, strength, false);
    }
    if (!typos || (exact && phrase_ends(exact->end))) return exact;
    if (strength != Strength::strong && !capitalised(begin)) return exact;
    std::size_t clause_end = begin + 1;
    while (clause_end < std::min(begin + kLongestTypoTitle, reading_.size()) &&
           !reading_[clause_end].starts_clause) {
      ++clause_end;
    }
    for (std::size_t end = clause_end; end > (exact ? exact->end : begin); --end) {
      if (is_joining_word(reading_[end - 1].folded) || is_joining_word(reading_[begin].folded) ||
          letters(query().phrase(begin, end)) < kShortestTypoTitle ||
          !reading_.is_free(begin, end)) {
        continue;
      }
      if (auto near = try_phrase(begin, end, strength, true)) return near;
    }
    return exact;
  }

  std::size_t skip_fillers(std::size_t word) const {
    static const QueryPattern filler(
        "the|anime|show|series|movie|film|manga|аниме|анимэ|сериал|сериала|сериале|сериалу|фильм|"
        "фильма|фильмом|мангу|тайтл|на|в");
    while (word < reading_.size() && filler.match(query(), word) && !query().quote_at(word)) ++word;
    return word;
  }

  std::optional<Named> title_after(std::size_t word, Strength strength, bool typos) const {
    if (auto named = title_at(word, strength, typos)) return named;
    const std::size_t behind = skip_fillers(word);
    return behind == word ? std::nullopt : title_at(behind, strength, typos);
  }

  void take(const Named& named, std::size_t begin, std::size_t end, bool liked) {
    Finding finding;
    finding.begin = begin;
    finding.end = end;
    finding.item.kind = liked ? UnderstoodKind::liked : UnderstoodKind::disliked;
    finding.item.value = named.title.id;
    finding.item.label = named.title.title;
    finding.item.doc = named.title.doc;
    reading_.take(std::move(finding));
  }

  void read_after(std::size_t cue_begin, std::size_t word, const Cue& cue) {
    auto named = title_after(word, cue.strength, true);
    if (!named) return;
    take(*named, cue_begin, named->end, cue.liked);
    read_list(named->end, cue);
  }

  /// "… Naruto, Bleach and One Piece"
  void read_list(std::size_t end, const Cue& cue) {
    static const QueryPattern conjunction("and|or|nor|plus|meets|x|и|или|либо|ни|с|со maybe|also?");
    while (end < reading_.size()) {
      const auto joined = conjunction.match(query(), end);
      const bool comma = reading_[end].starts_clause;
      if (!joined && !comma) return;
      const std::size_t word = joined ? joined->end : end;
      const Strength strength = joined && !comma ? cue.strength : Strength::weak;
      const auto named = title_after(word, strength, joined.has_value());
      if (!named) return;
      take(*named, end, named->end, cue.liked);
      end = named->end;
    }
  }

  /// "cowboy bebop vibes", "Monster-like"
  void read_before_suffix() {
    static const QueryPattern suffix("vibe|vibes|esque|style|feel|like");
    static const QueryPattern kind("type|kind of a|an? < anime|show|series|story|movie|thing");
    for (std::size_t word = 1; word < reading_.size(); ++word) {
      auto match = suffix.match(query(), word);
      if (!match) match = kind.match(query(), word);
      if (!match || reading_[word].starts_clause) continue;
      const bool dashed = reading_[word].after_dash;
      const std::string& text = reading_[word].folded;
      if (!dashed && (text == "like" || text == "esque")) continue;
      for (std::size_t begin = word > 6 ? word - 6 : 0; begin < word; ++begin) {
        if (!reading_.is_free(begin, word + 1)) continue;
        const auto title = titles_.resolve(query().phrase(begin, word), false);
        if (!title) continue;
        const bool everyday =
            title->everyday || is_everyday_phrase(fold_for_matching(query().phrase(begin, word)));
        if (everyday && !capitalised(begin) && title->popularity < kWellKnown) continue;
        take({*title, begin, word}, begin, match->end, true);
        break;
      }
    }
  }

  /// "death note but with girls": a well-known name of several words, then the difference.
  void read_before_but() {
    static const QueryPattern but("but|only|except|но|только");
    for (std::size_t end = 1; end < std::min(kLongestTitle, reading_.size()); ++end) {
      if (!but.match(query(), end) || !reading_.is_free(0, end)) continue;
      const auto title = titles_.resolve(query().phrase(0, end), false);
      if (!title || title->everyday) return;
      const bool everyday = is_everyday_phrase(fold_for_matching(query().phrase(0, end)));
      if (everyday && (end == 1 || title->popularity < kWellKnown)) return;
      take({*title, 0, end}, 0, end, true);
      return;
    }
  }

  void read_quotes() {
    for (const QuerySpan& quote : query().quotes) {
      const bool whole = quote.first_word == 0 && quote.last_word == reading_.size();
      const bool named = quote.first_word > 0 && names_the_wanted(quote.first_word - 1);
      // Somebody may say "i love you" in the story.
      const bool speech =
          quote.first_word > 0 && !reading_[quote.first_word].capitalised &&
          is_everyday_phrase(fold_for_matching(query().phrase(quote.first_word, quote.last_word)));
      if (whole || named || speech) continue;
      if (!reading_.is_free(quote.first_word, quote.last_word)) continue;
      if (const auto title =
              try_phrase(quote.first_word, quote.last_word, Strength::strong, true)) {
        take(*title, quote.first_word, quote.last_word, true);
      }
    }
  }

  Reading& reading_;
  const TitleResolver& titles_;
};

}  // namespace

void read_examples(Reading& reading, const TitleResolver& titles) {
  ExampleReader(reading, titles).read();
}

}  // namespace anireco
