#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"

namespace anireco {

/// What two titles have in common, one number each, before weighting.
enum class SimilarFeature : std::size_t {
  affinity,  ///< Cosine in the learnt space of AffinityRows, [-1, 1].
  text,      ///< Cosine of the document vectors, [-1, 1].
  genres,    ///< Cosine of genre sets weighted by rarity (idf), [0, 1]; so the next four.
  themes,
  demographics,
  tags,
  studios,
  shared_genres,  ///< ln(1 + sum of idf of the terms that both have); so the next two.
  shared_themes,
  shared_tags,
  popularity,             ///< TitleFacts::log_popularity of the candidate, [0, 4].
  popularity_difference,  ///< Absolute difference of that value.
  year,                   ///< Of the candidate, decades from 2000, [-4, 3]; 0 where unknown.
  year_difference,        ///< Years apart / 10, at most 3; 1 where unknown.
  score,                  ///< (score - 7) of the candidate, 0 where unknown.
  score_difference,       ///< Absolute difference of scores, 1 where unknown.
  episodes,               ///< ln(1 + episodes) of the candidate.
  episodes_difference,    ///< Absolute difference of that value.
  duration_difference,    ///< Absolute difference of ln(1 + minutes of an episode).
  age_difference,         ///< Steps between the age ratings, 1 where unknown.
  same_type,              ///< 1 or 0.
  same_source,            ///< 1 or 0; source material known and equal.
  is_tv,                  ///< 1 or 0, of the candidate.
  tag_count,              ///< ln(1 + number of tags) of the candidate.
};
constexpr std::size_t kSimilarFeatureCount = 24;
std::string_view to_string(SimilarFeature feature);

/// Fields whose terms take part in the affinity space.
constexpr std::array kAffinityFields = {Catalog::TermField::genres, Catalog::TermField::themes,
                                        Catalog::TermField::demographics, Catalog::TermField::tags};

/// Single numbers of a title that take part in it, scaled to about [-1, 1]; see affinity_space.h.
constexpr std::size_t kAffinityFactCount = 7;

/// A linear map of a title's document vector, terms and facts into a space where titles that
/// people recommend to each other lie close. Rows of `dimension` numbers each.
struct AffinityRows {
  std::size_t dimension = 0;           ///< K; 0: there is no such space.
  std::size_t text_dimension = 0;      ///< D of the encoder it was learnt with.
  std::string model_fingerprint = {};  ///< Of that encoder; with another, text takes no part.
  std::vector<float> text = {};        ///< [D, K]
  std::vector<float> facts = {};       ///< [kAffinityFactCount, K]
  /// By place in kAffinityFields: folded name of a term to its row.
  std::array<std::map<std::string, std::vector<float>, std::less<>>, kAffinityFields.size()> terms =
      {};
};

/// How likeness is judged: the score of a pair is the weighted sum of its features. Learnt from
/// pairs of titles that people recommend to each other (src/training); data/ranking holds the
/// one that ships.
struct SimilarityModel {
  std::array<float, kSimilarFeatureCount> weight = {};
  AffinityRows affinity = {};
  /// What it was learnt from and how, key and value, in the order of the file.
  std::vector<std::pair<std::string, std::string>> record = {};
};

/// Reads the text form. Lines of words: "record KEY VALUE", "feature NAME WEIGHT", "affinity K D
/// FINGERPRINT", then one line a row: "text N …", "fact N …", "term FIELD NAME<tab>…". Comments
/// begin with '#'. Throws Error{corrupt} naming the line: unknown words, numbers that are none or
/// not finite, rows that are missing, repeated or of another length.
SimilarityModel parse_similarity_model(std::string_view text);

/// The text form; reading it gives the same model up to the digits that are
/// written: 4 of weights, 3 of rows.
std::string format_similarity_model(const SimilarityModel& model);

/// The one that ships with the program (data/ranking/similar.model).
const SimilarityModel& default_similarity_model();

}  // namespace anireco
