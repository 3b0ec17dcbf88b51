#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fault_point.h"
#include "catalog/catalog.h"
#include "catalog/catalog_store.h"
#include "index/qdrant/qdrant_client.h"
#include "index/qdrant/qdrant_collection.h"
#include "ingest/title_vectors.h"

namespace anireco {

struct QdrantPublishResult {
  QdrantContent content = {};
  std::size_t found = 0;  ///< Points that were there already.
  std::size_t sent = 0;
};

struct QdrantPublishOptions {
  QdrantCollectionOptions collection = {};
  /// Called with points done and all points, after each request, and about once a second while the
  /// server optimises; what it throws ends the work.
  std::function<void(std::size_t, std::size_t)> progress = {};
  /// Visited as "qdrant.before_points", "qdrant.after_batch", "qdrant.before_switch".
  FaultHook fault = {};
  /// When collections took one another's place; waiting goes by it.
  std::shared_ptr<Clock> clock = std::make_shared<SystemClock>();
  /// Ends the work with Error{unavailable} within a second or so; the next goes on there.
  std::stop_token stop = {};
};

/// What the generation's collection must hold: the catalogue's titles that have all of their
/// vectors. `catalog` must be of the generation, `vectors` of the catalogue and the generation's
/// model.
QdrantContent expected_content(const TitleVectors& vectors, const Catalog& catalog,
                               const Generation& generation);

/// Brings a generation to Qdrant, catalogue and vectors as for expected_content(): fills its
/// collection, switches the alias, deletes what is older than the generation before. Done before,
/// it changes nothing; interrupted, it goes on where it stopped, sending no point twice, also where
/// the record has more vectors by now. Searches go on all the while on the generation before.
/// Throws Error{unavailable} when the server does not answer, when the record lacks vectors of a
/// generation that has them all, or when the alias names a newer generation; invalid_argument when
/// the generation has no vectors, or the alias names a collection of the same number that was made
/// for another catalogue or model.
QdrantPublishResult publish_to_qdrant(const QdrantClient& client, const TitleVectors& vectors,
                                      const Catalog& catalog, const Generation& generation,
                                      const QdrantPublishOptions& options = {});

/// How a collection differs from the record.
struct QdrantDifferences {
  bool collection_missing = false;          ///< Or not complete, or made for something else.
  bool description_wrong = false;           ///< It says other points or another checksum.
  bool alias_wrong = false;                 ///< The alias names another collection.
  std::size_t expected = 0;                 ///< Points that there should be.
  std::vector<DocId> missing = {};          ///< Titles without their point.
  std::vector<DocId> different = {};        ///< Points whose payload or vectors are others.
  std::vector<std::uint64_t> unknown = {};  ///< Points that no title with vectors has.
  bool none() const {
    return !collection_missing && !description_wrong && !alias_wrong && missing.empty() &&
           different.empty() && unknown.empty();
  }
};

/// Reads every point back and compares payload and vectors with the record. Throws
/// as publish_to_qdrant() for vectors that are not the generation's.
/// A point whose form cannot be read is an Error{corrupt}: then the collection is better deleted.
QdrantDifferences compare_with_qdrant(const QdrantClient& client, const TitleVectors& vectors,
                                      const Catalog& catalog, const Generation& generation,
                                      const QdrantPublishOptions& options = {});

/// Mends what compare_with_qdrant() found: sends what is missing or different, deletes what is
/// unknown, makes the collection anew where it is another's, switches the alias. Throws as
/// publish_to_qdrant().
void repair_qdrant(const QdrantDifferences& differences, const QdrantClient& client,
                   const TitleVectors& vectors, const Catalog& catalog,
                   const Generation& generation, const QdrantPublishOptions& options = {});

}  // namespace anireco
