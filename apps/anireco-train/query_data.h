#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "encoder/text_encoder.h"
#include "evaluation/truth.h"
#include "index/vector_file.h"
#include "masked_sentences.h"
#include "query_trainer.h"
#include "search/snapshot.h"
#include "title_rows.h"

namespace anireco::trainer {

/// Which franchises take no part, by the ids of a FranchiseTable.
struct QueryDataOptions {
  const FranchiseTable* franchises = nullptr;
  /// Neither train nor validate, nor are negatives; neither does any title that the catalogue
  /// counts to the same franchise as one of theirs.
  std::set<std::uint32_t> excluded = {};
  double window_weight = 1;
  bool own_words = true;      ///< Some steps tell titles apart by our own words.
  std::size_t sentences = 0;  ///< Masked sentences, at most; 0: none.
  std::uint64_t seed = 1;     ///< Of their draw.
};

/// Requests of the files with the titles they are told apart from, over one catalogue.
struct QueryData {
  std::vector<QueryExample> train = {};
  std::vector<QueryExample> validation = {};  ///< Of the tenth that never trains.
  std::size_t unknown = 0;                    ///< Requests for titles that the catalogue lacks.
  std::size_t left_out = 0;  ///< Requests for titles that hang together with an excluded franchise.
  std::unique_ptr<const TitleRows> train_rows = {};
  std::unique_ptr<const TitleRows> train_own_rows = {};  ///< Null without own_words.
  std::vector<MaskedSentence> sentences = {};
  std::unique_ptr<const TitleRows> sentence_rows = {};  ///< Without windows; null without any.
  std::unique_ptr<const TitleRows> all_rows = {};
  std::unique_ptr<const TitleRows> all_own_rows = {};

  QueryTrainerTitles titles() const {
    return {train_rows.get(), train_own_rows.get(), all_rows.get(), all_own_rows.get(),
            sentence_rows.get()};
  }
};

/// Reads requests as search would plan them; `encoder` is the plain one. Throws
/// Error{invalid_argument} naming file and title for a request of an excluded franchise, when too
/// few requests or most of them unknown remain, with own_words when no title that trains has any,
/// and with sentences when no title gives one.
QueryData make_query_data(const Snapshot& snapshot, const VectorFileView& view,
                          const TextEncoder& encoder,
                          const std::vector<std::filesystem::path>& requests,
                          const QueryDataOptions& options);

}  // namespace anireco::trainer
