#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "catalog/doc_set.h"
#include "index/qdrant/qdrant_client.h"
#include "index/qdrant/qdrant_collection.h"
#include "tensor/bfloat16.h"

namespace anireco {

/// The vectors of a collection's titles themselves, without their windows, as each process keeps
/// them, and which titles have their rows apart (point_json.h). Immutable once read.
class DocumentVectors {
 public:
  /// Reads all points. Throws what the client throws, and Error{corrupt} for a point that cannot
  /// be, or when not all are there.
  DocumentVectors(const QdrantClient& client, const std::string& collection,
                  const QdrantContent& content);

  std::size_t dimension() const { return dimension_; }
  const DocSet& present() const { return present_; }  ///< Titles with vectors.
  const DocSet& adult() const { return adult_; }      ///< Those of them of level adult.
  bool contains(DocId doc) const { return present_.contains(doc); }
  /// [dimension]; zeros where there is none.
  std::span<const bfloat16> of(DocId doc) const {
    return {vectors_.data() + doc * dimension_, dimension_};
  }
  /// query: [dimension].
  float score(std::span<const float> query, DocId doc) const;
  /// The windows of a title whose point came with its rows, [n, dimension]; none where it has its
  /// document's vector in their place.
  std::vector<bfloat16> windows_of(const boost::json::object& point, DocId doc) const;

 private:
  void add(const boost::json::object& point);

  std::size_t dimension_;
  float window_weight_;
  std::vector<bfloat16> vectors_;  ///< [titles, dimension]
  DocSet present_;
  DocSet adult_;
};

}  // namespace anireco
