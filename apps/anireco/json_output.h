#pragma once

#include <span>
#include <string>

#include "evaluation/evaluate.h"
#include "evaluation/evaluate_lists.h"
#include "ingest/importer.h"
#include "search/search_result.h"
#include "search/snapshot.h"
#include "settings.h"
#include "training/evaluate_triplets.h"

namespace anireco::app {

/// A search result as the API gives it, on one line.
std::string to_json(const Snapshot& snapshot, const SearchResult& result,
                    const std::string& language);

/// The figures of an evaluation, in the form of the reference scorer.
std::string to_json(const Evaluation& evaluation);

std::string to_json(const ListEvaluation& evaluation);

/// Figures of a set of triplets, by method.
std::string to_json(const std::string& set, std::span<const TripletFigure> figures);

/// What an import did.
std::string to_json(const ImportReport& report);

/// Settings as a list of {key, value, origin, help}.
std::string to_json(const Settings& settings);

}  // namespace anireco::app
