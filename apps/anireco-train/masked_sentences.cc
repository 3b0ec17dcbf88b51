#include "masked_sentences.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>

#include "encoder/encoder_scheduler.h"
#include "fulltext/document_text.h"
#include "text/sentences.h"
#include "text/unicode.h"
#include "training/schedule.h"

namespace anireco::trainer {
namespace {

constexpr const char* kOwnSource = "anireco";
constexpr std::size_t kLeastSentences = 3;
constexpr std::size_t kLeastWords = 5;
/// Apart from all other draws of a run.
constexpr std::uint32_t kPurpose = 0x73656e74;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_byte(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '\'' ||
         static_cast<unsigned char>(c) >= 128;
}

/// Calls visit(word) for each run of letters, digits and apostrophes.
template <typename Visit>
void for_each_word(std::string_view text, const Visit& visit) {
  for (std::size_t begin = 0; begin < text.size();) {
    if (!is_word_byte(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    visit(text.substr(begin, end - begin));
    begin = end;
  }
}

/// "Spike's" names Spike.
std::string folded(std::string_view word) {
  std::string lower = to_lower(word);
  if (lower.ends_with("'s")) lower.resize(lower.size() - 2);
  return lower;
}

std::set<std::string> names_of(const Anime& anime, std::string_view synopsis) {
  std::set<std::string> names;
  const auto add_all = [&](std::string_view text) {
    for_each_word(text, [&](std::string_view word) {
      if (word.size() > 3) names.insert(folded(word));
    });
  };
  add_all(anime.titles.romaji);
  add_all(anime.titles.english);
  for (const TextSpan& sentence : split_sentences(synopsis)) {
    bool first = true;
    for_each_word(synopsis.substr(sentence.begin, sentence.end - sentence.begin),
                  [&](std::string_view word) {
                    const bool capital = word[0] >= 'A' && word[0] <= 'Z' && word.size() > 1;
                    if (capital && !first) names.insert(folded(word));
                    first = false;
                  });
  }
  return names;
}

/// The first English synopsis, which document_text() takes, when it is not ours.
SourcedText* foreign_synopsis(Anime& anime) {
  std::erase_if(anime.synopses, [](const SourcedText& s) { return s.source == kOwnSource; });
  const auto found = std::ranges::find(anime.synopses, "en", &SourcedText::language);
  return found == anime.synopses.end() ? nullptr : &*found;
}

struct Cut {
  std::string passage;
  std::string rest;  ///< The title's text without it.
};

std::optional<Cut> cut_passage(Anime anime, std::mt19937_64& random) {
  SourcedText* synopsis = foreign_synopsis(anime);
  if (synopsis == nullptr) return std::nullopt;
  const std::vector<TextSpan> sentences = split_sentences(synopsis->text);
  if (sentences.size() < kLeastSentences) return std::nullopt;
  const auto first = static_cast<std::size_t>(uniform(random) * double(sentences.size()));
  const std::size_t last = std::min(first + (uniform(random) < 0.5 ? 1 : 0), sentences.size() - 1);
  const std::size_t begin = sentences[first].begin;
  const std::size_t end = sentences[last].end;
  Cut cut;
  cut.passage = without_names(anime, synopsis->text,
                              std::string_view(synopsis->text).substr(begin, end - begin));
  if (cut.passage.empty()) return std::nullopt;
  synopsis->text.erase(begin, end - begin);
  cut.rest = document_text(anime);
  return cut;
}

}  // namespace

std::string without_names(const Anime& anime, std::string_view synopsis, std::string_view passage) {
  const std::set<std::string> names = names_of(anime, synopsis);
  std::string out;
  std::size_t words = 0;
  for_each_word(passage, [&](std::string_view word) {
    if (names.contains(folded(word))) return;
    if (!out.empty()) out += ' ';
    out += to_lower(word);
    ++words;
  });
  return words < kLeastWords ? std::string() : out;
}

std::vector<MaskedSentence> make_masked_sentences(const Catalog& catalog,
                                                  const TextEncoder& encoder,
                                                  const std::function<bool(DocId)>& takes,
                                                  std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random = generator_of(seed, {kPurpose});
  std::vector<MaskedSentence> made;
  std::vector<std::string> rests;
  for (const std::size_t n : permutation(catalog.size(), random)) {
    if (made.size() == count) break;
    const auto doc = static_cast<DocId>(n);
    if (!takes(doc)) continue;
    std::optional<Cut> cut = cut_passage(catalog[doc], random);
    if (!cut) continue;
    made.push_back({std::move(cut->passage), catalog.franchise(doc), {}});
    rests.push_back(std::move(cut->rest));
  }
  const std::size_t dimension = encoder.dimension();
  std::vector<float> rows(rests.size() * dimension);
  EncoderScheduler(std::shared_ptr<const TextEncoder>(std::shared_ptr<void>(), &encoder))
      .encode(rests, rows);
  for (std::size_t i = 0; i < made.size(); ++i) {
    const std::span<const float> row = std::span(rows).subspan(i * dimension, dimension);
    made[i].document.assign(row.begin(), row.end());
  }
  return made;
}

}  // namespace anireco::trainer
