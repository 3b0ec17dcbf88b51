#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/vector_file.h"
#include "index/vector_index.h"

namespace anireco {

struct ExactVectorIndexOptions {
  /// Refuses a file made by another model; empty accepts any.
  std::string model_fingerprint = {};
  /// Threads that a lone query's scan may use, the caller included; the others sleep in between.
  /// When two or more searches run at once each keeps to its own thread. At least 1.
  std::size_t threads = 2;
};

/// Exact nearest documents over a memory-mapped vector file: a scan of int8 rows gives every score
/// with a proven error bound, all documents whose bound reaches the limit-th best are scored again
/// from bfloat16. The result therefore equals a full scan of the bfloat16 rows.
/// Bound: |x·y - x'·y'| <= |x - x'| |y| + |x'| |y - y'| (Cauchy-Schwarz), with both norms of the
/// row errors stored in the file. Thread-safe.
class ExactVectorIndex final : public VectorIndex {
 public:
  /// Maps and checks the file (about 10 ms for 100 MB in the page cache). Throws Error{not_found},
  /// Error{corrupt}, or Error{invalid_argument} ("mixing two models is refused") when its
  /// fingerprint is not the one asked for.
  static ExactVectorIndex open(const std::filesystem::path& path,
                               const ExactVectorIndexOptions& options = {});
  /// The same over bytes in memory, which must be aligned to 8 and outlive the index.
  static ExactVectorIndex over(std::span<const std::byte> bytes,
                               const ExactVectorIndexOptions& options = {});

  ~ExactVectorIndex() override;
  ExactVectorIndex(ExactVectorIndex&&) noexcept;
  ExactVectorIndex& operator=(ExactVectorIndex&&) noexcept;

  std::size_t dimension() const override;
  const std::string& model_fingerprint() const override;
  std::uint64_t generation() const;
  std::size_t size() const;       ///< Documents, those without a vector included.
  std::size_t row_count() const;  ///< Document vectors and windows.

  std::vector<DenseHit> search(const DenseQuery& query) const override;
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const override;
  bool has_vector(DocId doc) const override;
  std::vector<float> document_vector(DocId doc) const override;

 private:
  struct Impl;
  explicit ExactVectorIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
