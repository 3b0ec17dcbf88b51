#include "masked_sentences.h"

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include "fulltext/document_text.h"
#include "search/query_words.h"
#include "text/sentences.h"
#include "text/unicode.h"
#include "title_rows.h"
#include "training/schedule.h"

namespace anireco::trainer {
namespace {

constexpr std::size_t kLeastSentences = 3;
constexpr std::size_t kLeastWords = 5;
/// Apart from all other draws of a run.
constexpr std::uint32_t kPurpose = 0x73656e74;

/// A word as names are compared; "Spike's" names Spike.
std::string name_of(std::string_view text, const QueryWord& word) {
  const std::string_view raw = text.substr(word.begin, word.end - word.begin);
  std::string name = word.folded;
  if (raw.ends_with("'s") || raw.ends_with("\u2019s")) name.pop_back();
  return name;
}

std::set<std::string> names_of(const Anime& anime, std::string_view synopsis) {
  std::set<std::string> names;
  for (const std::string_view title : {anime.titles.romaji, anime.titles.english}) {
    for (const QueryWord& word : split_query(title).words) {
      if (word.folded.size() > 3) names.insert(name_of(title, word));
    }
  }
  for (const TextSpan& span : split_sentences(synopsis)) {
    const std::string_view sentence = synopsis.substr(span.begin, span.end - span.begin);
    const std::vector<QueryWord> words = split_query(sentence).words;
    for (std::size_t n = 1; n < words.size(); ++n) {
      const bool named = words[n].capitalised && words[n].folded.size() > 1;
      if (named) names.insert(name_of(sentence, words[n]));
    }
  }
  return names;
}

/// The first English synopsis, which document_text() takes, when it is not ours.
SourcedText* foreign_synopsis(Anime& anime) {
  std::erase_if(anime.synopses, is_ours);
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
  for (const QueryWord& word : split_query(passage).words) {
    if (names.contains(name_of(passage, word))) continue;
    if (!out.empty()) out += ' ';
    out += to_lower(passage.substr(word.begin, word.end - word.begin));
    ++words;
  }
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
  const std::vector<std::vector<float>> documents = encode_all(encoder, rests);
  for (std::size_t i = 0; i < made.size(); ++i) made[i].document = documents[i];
  return made;
}

}  // namespace anireco::trainer
