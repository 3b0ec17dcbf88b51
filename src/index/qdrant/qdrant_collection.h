#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fault_point.h"
#include "base/hash.h"
#include "catalog/catalog.h"
#include "index/qdrant/point_json.h"
#include "index/qdrant/qdrant_client.h"

namespace anireco {

/// How collections are made.
struct QdrantCollectionOptions {
  std::string prefix = "anireco";  ///< Letters, digits, "_" and "-": also the alias' name.
  /// >= 1. One search scans the shards side by side, so as many as processors make it quicker.
  unsigned shards = 1;
  unsigned replicas = 1;  ///< Copies of each shard, >= 1; more than one needs a cluster.
  /// Of a new collection's rows (point_json.h), above 0, 100 at most. Searches with this weight are
  /// one request; with another they may take two.
  float window_weight = 1;
  /// Titles from which Qdrant builds graphs (HNSW) and searches become approximate; below, every
  /// title is compared, first by its vectors in 8 bits, the best again by the vectors themselves.
  std::size_t exact_below = 2'000'000;
  /// Size of one upsert's body, about; a server refuses more than 32 MB unless told otherwise.
  std::size_t batch_bytes = std::size_t{4} << 20;
  /// For repairs alone, which hold the record's lock: the record is right about what is newest.
  /// Where a backup of it was restored, the alias goes back to its generation, and collections of
  /// newer ones, or of another catalogue under the same number, go though the alias names them.
  bool undo_newer = false;
};

/// What a collection holds: written into its metadata when it is made, and compared by whoever
/// opens it, so that DocIds of one catalogue never meet vectors of another.
struct QdrantContent {
  std::uint64_t generation = 0;
  std::string content_hash = {};       ///< Generation::content_hash.
  std::string model_fingerprint = {};  ///< Of the vectors.
  std::size_t dimension = 0;           ///< Of one vector.
  std::size_t titles = 0;              ///< Of the catalogue, those without vectors included.
  std::size_t points = 0;              ///< Titles with vectors.
  std::string checksum = {};           ///< Over every point's payload and vectors.
  /// What the rows of windows were made with; it stays as it was when the collection was made.
  float window_weight = 1;
  bool operator==(const QdrantContent&) const = default;
  /// Whether points of one may stand beside points of the other: all but points and checksum, which
  /// change while vectors are still made, and the weight are equal.
  bool same_catalogue(const QdrantContent& other) const;
};

/// The checksum of QdrantContent, taken over the points in ascending order of their titles.
class QdrantChecksum {
 public:
  void add(const QdrantPoint& point, const boost::json::object& payload);
  std::string digest() const;  ///< 16 hexadecimal digits.

 private:
  Xxh3Stream hash_;
};

/// "<prefix>_<generation>".
std::string collection_name(const std::string& prefix, std::uint64_t generation);
/// The generation of a collection's name; nothing for names of other programs.
std::optional<std::uint64_t> collection_generation(const std::string& prefix,
                                                   const std::string& name);

/// The generation whose collection the alias names; nothing when there is none.
std::optional<std::uint64_t> published_generation(const QdrantClient& client,
                                                  const std::string& prefix,
                                                  QdrantPatience patience = QdrantPatience::usual);
/// For before what has to be read and sent is made: one brief question. Throws Error{unavailable}
/// when nobody answers it, or when the alias names a newer generation.
void check_awaits(const QdrantClient& client, const std::string& prefix, std::uint64_t generation);
/// What the collection says that it holds; nothing when it does not exist, is still being filled
/// or was not made by this program.
std::optional<QdrantContent> published_content(const QdrantClient& client,
                                               const std::string& prefix, std::uint64_t generation,
                                               QdrantPatience patience = QdrantPatience::usual);

/// Fills one generation's collection and makes it current. Not thread-safe; two writers of one
/// collection send the same points and do no harm.
class QdrantCollectionWriter {
 public:
  /// How long a collection is left to searches under way once another has taken its place.
  static constexpr std::chrono::seconds kGrace{60};

  /// Makes the collection with its payload indexes, or finds it: one that was made for the same
  /// catalogue and model is gone on with (as incomplete, should it hold other points than it must);
  /// another is deleted first, but for one that the alias names, unless undo_newer: then
  /// Error{invalid_argument}. The client and the catalogue are borrowed. clock: its date is written
  /// into the collection, and waiting goes by it.
  QdrantCollectionWriter(const QdrantClient& client, const QdrantCollectionOptions& options,
                         const Catalog& catalog, QdrantContent content,
                         std::shared_ptr<Clock> clock = std::make_shared<SystemClock>());

  /// What the collection holds in the end, with the weight that it was made with.
  const QdrantContent& content() const { return content_; }
  /// Whether the point was there already when the writer was made.
  bool has(DocId doc) const;
  std::size_t found() const { return found_; }  ///< Points that were there.
  std::size_t sent() const { return sent_; }

  /// Sends a point, with others in one request; has() ones as well.
  void add(const QdrantPoint& point);
  /// Sends what waits.
  void flush();

  /// flush(), compares the count, waits until the server has optimised the collection, marks it as
  /// complete, switches the alias, and deletes the prefix's collections that are older than the one
  /// that the alias named before, unless that took their place less than kGrace ago (then the next
  /// generation's writer does). Done again, it keeps the same ones. Throws Error{unavailable} if
  /// points are missing, or if the alias names a newer generation: it goes back with undo_newer
  /// alone, and then newer collections are deleted at once.
  /// fault: visited as "qdrant.before_switch", directly before the alias is switched. meanwhile:
  /// called about once a second while the server optimises; what it throws ends the wait.
  void complete(const FaultHook& fault = {}, const std::function<void()>& meanwhile = {});

 private:
  void create();
  void take_up(const QdrantContent& found);
  void create_indexes() const;
  void wait_until_optimised(const std::function<void()>& meanwhile) const;
  std::uint64_t seconds_now() const;  ///< Since 1970.
  void remove_old() const;
  void remove_newer() const;

  const QdrantClient& client_;
  QdrantCollectionOptions options_;
  const Catalog& catalog_;
  QdrantContent content_;
  std::shared_ptr<Clock> clock_;
  std::string name_;
  bool was_complete_ = false;  ///< When the writer was made; then nothing needs a cluster's leave.
  std::vector<bool> present_;
  std::size_t found_ = 0;
  std::size_t sent_ = 0;
  std::string body_;
  std::size_t pending_ = 0;
};

}  // namespace anireco
