#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/qdrant/qdrant_client.h"
#include "index/qdrant/qdrant_collection.h"
#include "index/vector_index.h"

namespace anireco {

struct QdrantIndexOptions {
  std::string prefix = "anireco";
  /// Titles whose windows are kept in process, spread evenly over the catalogue: what statistics
  /// of scores are taken from.
  std::size_t statistics_sample = 1'000;
};

/// VectorIndex over one generation's collection on a Qdrant server.
///
/// Titles' own vectors are read once, when the index is opened, and kept in process as bfloat16
/// (2 x dimension bytes a title: 22 MB for 28,000 titles of 384): has_vector(), document_vector()
/// and scores without windows ask nobody. Searches and scores with windows each are one request, or
/// two, one after the other, where adult titles may be among them (point_json.h). A search that
/// weighs windows otherwise than the collection's rows (QdrantContent::window_weight) asks for
/// three times as many titles, and then for those others that could still be among the best: a
/// title's own vector is known here, so the best that it can reach is, too.
///
/// search() gives what ExactVectorIndex gives but for ties and the last bits of a float, as long as
/// the collection has no graph (QdrantCollectionOptions::exact_below): the server compares every
/// title in 8 bits and the best 1.5 x `limit` again in floats, so that a title would have to be
/// misjudged by limit / 2 places to be lost. The server filters before it ranks: by query.filter
/// where it is given (but for what the rows' names say already), else by the ids of query.allowed.
/// What it answers is held against query.allowed all the same, so nothing that a request may not
/// see gets through, whatever a server answers.
///
/// statistics: mean and spread over the documents of a fixed sample (statistics_sample) that are
/// allowed; where the sample has fewer than 30 such, over all that are allowed, with the document's
/// own vector in the place of its best window.
/// DenseHit::window stays kNoWindow in search() and score(): Qdrant does not tell which window was
/// the best. find_windows() finds it for the few titles that are shown, whose windows it remembers
/// (32 MiB).
///
/// Thread-safe. Throws as QdrantClient, beside what VectorIndex says: for searches it stands behind
/// a GuardedVectorIndex, for which a wrong key or a lost collection is a server that is down.
class QdrantVectorIndex final : public VectorIndex {
 public:
  /// Opens the collection of `content.generation`. Throws Error{not_found} when it is not there or
  /// not complete, Error{corrupt} when it holds something else than `expected` says (checksum and
  /// points are not compared when empty or 0) or its vectors are not what they should be.
  static std::unique_ptr<const QdrantVectorIndex> open(std::shared_ptr<const QdrantClient> client,
                                                       const QdrantContent& expected,
                                                       const QdrantIndexOptions& options = {});
  ~QdrantVectorIndex() override;

  std::size_t dimension() const override;
  const std::string& model_fingerprint() const override;
  const QdrantContent& content() const;

  std::vector<DenseHit> search(const DenseQuery& query) const override;
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const override;
  void find_windows(const DenseQuery& query, std::span<DenseHit> hits) const override;
  bool has_vector(DocId doc) const override;
  std::vector<float> document_vector(DocId doc) const override;

 private:
  struct Impl;
  explicit QdrantVectorIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
