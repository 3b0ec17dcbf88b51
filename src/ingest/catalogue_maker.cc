#include "ingest/catalogue_maker.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace anireco {
namespace {

constexpr std::size_t kAbbreviationBytes = 3;

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// A blank-separated piece of a text: [begin, word_begin) and [word_end, end) surround its word.
struct Piece {
  std::size_t begin = 0;
  std::size_t word_begin = 0;
  std::size_t word_end = 0;
  std::size_t end = 0;
  bool exchanged = false;
};

Piece next_piece(std::string_view text, std::size_t from) {
  Piece p;
  p.begin = from;
  while (p.begin < text.size() && is_blank(text[p.begin])) ++p.begin;
  p.end = p.begin;
  while (p.end < text.size() && !is_blank(text[p.end])) ++p.end;
  p.word_begin = p.begin;
  while (p.word_begin < p.end && !in_word(text[p.word_begin])) ++p.word_begin;
  p.word_end = p.end;
  while (p.word_end > p.word_begin && !in_word(text[p.word_end - 1])) --p.word_end;
  const bool stop = p.word_end < p.end && text[p.word_end] == '.';
  const bool abbreviation =
      stop && p.word_end - p.word_begin <= kAbbreviationBytes && is_upper(text[p.word_begin]);
  p.exchanged = p.word_end > p.word_begin && !abbreviation;
  return p;
}

template <typename T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
  // std::shuffle may differ between libraries; the same seed shall give the same catalogue.
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

}  // namespace

void for_each_word(std::string_view text, const std::function<void(std::string)>& each) {
  for (std::size_t at = 0; at < text.size();) {
    const Piece p = next_piece(text, at);
    if (p.exchanged) each(lower(text.substr(p.word_begin, p.word_end - p.word_begin)));
    at = p.end;
  }
}

void WordDeck::put(std::string word) {
  const auto [found, added] =
      numbers_.try_emplace(std::move(word), static_cast<std::uint32_t>(words_.size()));
  if (added) words_.push_back(found->first);
  order_.push_back(found->second);
  drawn_ = order_.size();
}

const std::string& WordDeck::draw(std::mt19937_64& random) {
  if (drawn_ == order_.size()) {
    shuffle(order_, random);
    drawn_ = 0;
  }
  return words_[order_[drawn_++]];
}

CatalogueMaker::CatalogueMaker(std::vector<Anime> base, std::size_t titles, std::uint64_t seed)
    : base_(std::move(base)), titles_(titles), random_(seed) {
  if (base_.empty()) {
    throw Error(ErrorKind::invalid_argument, "a catalogue is made after one that has titles");
  }
  for (std::size_t i = 0; i < base_.size(); ++i) {
    const Anime& a = base_[i];
    if (a.ids.mal != 0) by_mal_.emplace(a.ids.mal, i);
    const auto put = [this](const std::string& deck, std::string_view text) {
      for_each_word(text, [&](std::string word) { decks_[deck].put(std::move(word)); });
    };
    for (const SourcedText& s : a.synopses) put("synopsis " + s.language, s.text);
    for (const RememberedPhrase& r : a.remembered) put("remembered " + r.language, r.text);
    put("romaji", a.titles.romaji);
    put("english", a.titles.english);
    put("native", a.titles.native);
    put("russian", a.titles.russian);
    for (const std::string& s : a.titles.synonyms) put("synonym", s);
  }
  order_.resize(base_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  places_.resize(base_.size());
}

void CatalogueMaker::begin_round() {
  shuffle(order_, random_);
  for (std::size_t i = 0; i < order_.size(); ++i) places_[order_[i]] = i;
}

std::string CatalogueMaker::rewrite(std::string_view text, const std::string& deck) {
  WordDeck& words = decks_[deck];
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Piece p = next_piece(text, at);
    if (!p.exchanged || words.empty()) {
      out += text.substr(at, p.end - at);
    } else {
      out += text.substr(at, p.word_begin - at);
      std::string word = words.draw(random_);
      const bool capital = is_upper(text[p.word_begin]);
      if (capital && word[0] >= 'a' && word[0] <= 'z') {
        word[0] = static_cast<char>(word[0] - 'a' + 'A');
      }
      out += word;
      out += text.substr(p.word_end, p.end - p.word_end);
    }
    at = p.end;
  }
  return out;
}

void CatalogueMaker::rewrite_titles(Titles& titles) {
  titles.romaji = rewrite(titles.romaji, "romaji");
  titles.english = rewrite(titles.english, "english");
  titles.native = rewrite(titles.native, "native");
  titles.russian = rewrite(titles.russian, "russian");
  for (std::string& synonym : titles.synonyms) synonym = rewrite(synonym, "synonym");
}

std::vector<Relation> CatalogueMaker::relations_of(const Anime& model) const {
  std::vector<Relation> relations;
  const std::size_t round_begin = made_ - made_ % base_.size();
  for (const Relation& relation : model.relations) {
    const auto target = by_mal_.find(relation.target.mal);
    if (target == by_mal_.end()) continue;
    const std::size_t number = round_begin + places_[target->second];
    if (number >= titles_) continue;
    relations.push_back(
        {.target = {.mal = kFirstId + static_cast<std::uint32_t>(number)}, .kind = relation.kind});
  }
  return relations;
}

Anime CatalogueMaker::next() {
  if (made_ % base_.size() == 0) begin_round();
  model_ = order_[made_ % base_.size()];
  Anime a = base_[model_];
  a.relations = relations_of(a);
  a.id.clear();
  a.former_ids.clear();
  a.ids = {.mal = kFirstId + static_cast<std::uint32_t>(made_)};
  rewrite_titles(a.titles);
  for (SourcedText& s : a.synopses) s.text = rewrite(s.text, "synopsis " + s.language);
  for (RememberedPhrase& r : a.remembered) r.text = rewrite(r.text, "remembered " + r.language);
  a.image_url.clear();
  a.trailer_url.clear();
  a.site_url.clear();
  a.streaming.clear();
  a.provenance.clear();
  ++made_;
  return a;
}

}  // namespace anireco
