#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/fault_point.h"
#include "catalog/catalog_store.h"
#include "ingest/generation_publisher.h"

namespace anireco {

/// What a store holds, told so that two stores can be compared.
struct StoreSummary {
  std::size_t titles = 0;
  std::size_t contributions = 0;       ///< What single sources say of titles.
  std::string records_sha256 = {};     ///< Over every title with all that its sources say, by id.
  std::string model_fingerprint = {};  ///< Of the generation; empty: it has no vectors.
  std::size_t vectors = 0;             ///< Of that model, of texts that titles have.
  std::string vectors_sha256 = {};     ///< Over those, by text.
  bool operator==(const StoreSummary&) const = default;
};

/// Reads a store whole. model_fingerprint: whose vectors count.
StoreSummary summarise(const CatalogStore& store, const std::string& model_fingerprint);

struct MigrateOptions {
  std::stop_token stop = {};  ///< Ends after a transaction; the same call goes on there.
  /// Called with titles and vectors done and how many there are, after each transaction.
  std::function<void(std::size_t done, std::size_t all)> progress = {};
  FaultHook fault = {};  ///< Visited as "migrate.after_titles", "migrate.after_vectors".
};

struct MigrateResult {
  StoreSummary summary = {};    ///< Of both stores, equal.
  std::size_t titles_sent = 0;  ///< The others were there already.
  std::size_t vectors_sent = 0;
  bool published = false;      ///< False: the target had that very content current.
  bool stopped = false;        ///< Ended by the stop token; nothing was published.
  Generation generation = {};  ///< Current in the target at the end.
};

/// Copies all that a store holds to another and publishes it there: titles with what each source
/// says of them, and the vectors of the current generation's model. What is there already is not
/// sent again. Both stores are compared whole before anything is published. Takes both writers'
/// locks. Throws Error{invalid_argument} when the target holds titles that the source has not,
/// Error{not_found} when the source has no generation, Error{corrupt} when the two differ at the
/// end.
MigrateResult migrate(CatalogStore& from, CatalogStore& to, GenerationPublisher& publisher,
                      const MigrateOptions& options = {});

}  // namespace anireco
