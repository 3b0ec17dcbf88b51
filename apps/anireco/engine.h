#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "encoder/encoder_scheduler.h"
#include "search/search_result.h"
#include "search/searcher.h"
#include "settings.h"

namespace anireco::app {

/// Opens DATA_DIR's record, making folder and file when they are missing. Throws Error{unavailable,
/// corrupt}.
std::unique_ptr<CatalogStore> open_store(const Settings& settings);

/// Loads the published generation: records, vector, postings and title files. Files that are
/// missing, stale or damaged are made again from the record (the writer's lock permitting). `pool`
/// helps lone queries to scan; it may be null and must outlive the snapshot. Throws
/// Error{not_found} when nothing has been imported yet.
std::shared_ptr<const Snapshot> load_snapshot(const Settings& settings, CatalogStore& store);

/// What an encoder is asked to encode: titles as they are stored, or requests, whose adapter moves
/// them towards the titles they mean.
enum class EncoderRole { documents, queries };

/// Throws what is wrong with the adapter that the settings name themselves, so that a mistake stops
/// a start instead of changing its answers.
void check_query_adapter(const Settings& settings);

/// The encoder with its workers. Null, with a warning in the log, when the model folder does not
/// exist. An adapter that lies beside the weights and cannot be used is left out, with a warning;
/// for one that the settings name this throws.
std::shared_ptr<EncoderScheduler> load_encoder(const Settings& settings, EncoderRole role);

/// Everything one-shot commands need, loaded side by side.
struct Engine {
  std::unique_ptr<CatalogStore> store;
  std::shared_ptr<EncoderScheduler> encoder;  ///< May be null.
  std::shared_ptr<const Snapshot> snapshot;

  /// Plans, encodes and runs a request.
  SearchResult search(SearchRequest request) const;
};
Engine open_engine(const Settings& settings);

}  // namespace anireco::app
