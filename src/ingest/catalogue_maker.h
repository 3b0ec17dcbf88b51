#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// A pack of words from which one after the other is drawn; drawn empty, it is shuffled anew. So
/// each word comes as often as it was put in, whatever the draw: frequencies keep their shape
/// (Zipf's), which drawing with replacement would rob of its rare words.
class WordDeck {
 public:
  void put(std::string word);
  bool empty() const { return order_.empty(); }
  const std::string& draw(std::mt19937_64& random);

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint32_t> order_;
  std::size_t drawn_ = 0;
};

/// Makes titles that are like those of a catalogue, as many as are wanted, for measurements on
/// catalogues that do not exist. Each title takes after one of the catalogue (all of them in turn,
/// in an order of its own each round): facets, figures, relations, and the shape of every text,
/// sentence by sentence; the words are drawn from all texts of that kind and language. Lengths,
/// windows, frequencies of words and counts of facets therefore follow the catalogue, exactly
/// for whole multiples of its size. Not thread-safe.
class CatalogueMaker {
 public:
  /// titles: how many will be asked for, so that relations lead to titles that will be there.
  /// Throws Error{invalid_argument} when `base` is empty.
  CatalogueMaker(std::vector<Anime> base, std::size_t titles, std::uint64_t seed);

  /// The next title; its id is empty, its only external id is mal, from kFirstId on.
  Anime next();
  /// Place in `base` of the title that next() took after.
  std::size_t model() const { return model_; }
  const std::vector<Anime>& base() const { return base_; }

  static constexpr std::uint32_t kFirstId = 100'000'000;

 private:
  void begin_round();
  std::string rewrite(std::string_view text, const std::string& deck);
  void rewrite_titles(Titles& titles);
  std::vector<Relation> relations_of(const Anime& model) const;

  std::vector<Anime> base_;
  std::size_t titles_;
  std::mt19937_64 random_;
  std::map<std::string, WordDeck> decks_;  ///< "synopsis en", "title romaji", …
  std::unordered_map<std::uint32_t, std::size_t> by_mal_;
  std::vector<std::size_t> order_;   ///< Places in base_, of this round.
  std::vector<std::size_t> places_;  ///< The inverse of order_.
  std::size_t made_ = 0;
  std::size_t model_ = 0;
};

/// What a word is to the maker: the letters and digits between what surrounds them, ASCII ones in
/// lower case. Calls `each` with the word for every one that may be exchanged; abbreviations,
/// whose stop ends no sentence, are none.
void for_each_word(std::string_view text, const std::function<void(std::string)>& each);

}  // namespace anireco
