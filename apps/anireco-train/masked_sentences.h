#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "encoder/text_encoder.h"

namespace anireco::trainer {

/// A passage of a title's synopsis as somebody may remember it, and what is left of the title.
struct MaskedSentence {
  std::string text;             ///< Lower case, without names.
  FranchiseId franchise = 0;    ///< Whose title it is of.
  std::vector<float> document;  ///< [dimension] of the title's text without the passage, length 1.
};

/// `passage` in lower case, without words that name somebody: those of the title's own names, and
/// those that `synopsis` writes with a capital inside a sentence. Empty when fewer than five stay.
std::string without_names(const Anime& anime, std::string_view synopsis, std::string_view passage);

/// One or two sentences each of at most `count` titles with a foreign English synopsis of three or
/// more, drawn with `seed` among those that `takes` lets through. Encodes what is left of each
/// title.
std::vector<MaskedSentence> make_masked_sentences(const Catalog& catalog,
                                                  const TextEncoder& encoder,
                                                  const std::function<bool(DocId)>& takes,
                                                  std::size_t count, std::uint64_t seed);

}  // namespace anireco::trainer
