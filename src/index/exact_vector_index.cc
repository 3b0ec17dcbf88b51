#include "index/exact_vector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/object_pool.h"
#include "base/top_k.h"
#include "index/dense_scan.h"
#include "index/scan_team.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

constexpr std::size_t kDocumentsAPiece = 512;
constexpr std::size_t kCandidatesAPiece = 256;

// Counts the searches that run right now, so that only a lone one takes a second thread.
class InFlight {
 public:
  explicit InFlight(std::atomic<int>& count) : count_(count), alone_(count.fetch_add(1) == 0) {}
  ~InFlight() { count_.fetch_sub(1); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  bool alone() const { return alone_; }

 private:
  std::atomic<int>& count_;
  bool alone_;
};

std::size_t checked_threads(const ExactVectorIndexOptions& options) {
  if (options.threads == 0) {
    throw Error(ErrorKind::invalid_argument, "an index needs at least one thread");
  }
  return options.threads;
}

}  // namespace

struct ExactVectorIndex::Impl {
  struct Scratch {
    std::vector<float> row_scores;
    std::vector<ScoreBounds> pieces;
    std::vector<float> lower;
    std::vector<DocId> docs;
  };

  explicit Impl(std::span<const std::byte> bytes, const ExactVectorIndexOptions& options)
      : view(parse_vector_file(bytes)), team(checked_threads(options)) {
    if (!options.model_fingerprint.empty() &&
        options.model_fingerprint != view.info.model_fingerprint) {
      throw Error(ErrorKind::invalid_argument,
                  "mixing two models is refused: the vectors were made by another one than the "
                  "encoder; import again to encode the catalogue anew",
                  fmt::format("file {}, encoder {}", view.info.model_fingerprint,
                              options.model_fingerprint));
    }
    row_bounds = row_bounds_by_document(view);
  }

  // Leaves in scratch.docs every document that can be among the best `limit`.
  void keep_candidates(const DenseQuery& query, Scratch& scratch) const {
    scratch.lower.clear();
    scratch.docs.clear();
    double sum = 0;
    double squares = 0;
    for (const ScoreBounds& piece : scratch.pieces) {
      scratch.lower.insert(scratch.lower.end(), piece.lower.begin(), piece.lower.end());
      sum += piece.sum;
      squares += piece.sum_of_squares;
    }
    const std::size_t n = scratch.lower.size();
    if (query.statistics != nullptr) {
      *query.statistics = ScoreStatistics::from_sums(n, sum, squares);
    }
    const float reached = n > query.limit ? kth_largest(scratch.lower, query.limit)
                                          : std::numeric_limits<float>::lowest();
    scratch.docs.resize(n);
    std::size_t kept = 0;
    for (const ScoreBounds& piece : scratch.pieces) {
      for (std::size_t i = 0; i < piece.docs.size(); ++i) {
        if (piece.upper[i] >= reached) scratch.docs[kept++] = piece.docs[i];
      }
    }
    scratch.docs.resize(kept);
  }

  std::vector<DenseHit> search(const DenseQuery& query) const {
    check_query(query, view.info.dimension);
    if (query.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
    const InFlight in_flight(searches);
    const auto scratch = scratches.take();
    const QuantisedQuery quantised(query.vector);
    scratch->row_scores.resize(view.rows);
    scratch->pieces.resize((view.documents + kDocumentsAPiece - 1) / kDocumentsAPiece);
    team.run(scratch->pieces.size(), in_flight.alone(), [&](std::size_t piece) {
      const std::size_t begin = piece * kDocumentsAPiece;
      const std::size_t end = std::min(begin + kDocumentsAPiece, view.documents);
      scan_documents(view, row_bounds, quantised, query, static_cast<DocId>(begin),
                     static_cast<DocId>(end), scratch->row_scores, scratch->pieces[piece]);
    });
    keep_candidates(query, *scratch);

    const std::span<const DocId> docs = scratch->docs;
    std::vector<DenseHit> hits(docs.size());
    score_all(query, docs, &quantised, scratch->row_scores, in_flight.alone(), hits);
    keep_best(hits, query.limit);
    return hits;
  }

  void score_all(const DenseQuery& query, std::span<const DocId> docs,
                 const QuantisedQuery* quantised, std::span<const float> row_scores, bool alone,
                 std::span<DenseHit> hits) const {
    const std::size_t parts = (docs.size() + kCandidatesAPiece - 1) / kCandidatesAPiece;
    team.run(parts, alone && parts > 1, [&](std::size_t part) {
      const std::size_t begin = part * kCandidatesAPiece;
      const std::size_t count = std::min(kCandidatesAPiece, docs.size() - begin);
      score_documents(view, query, docs.subspan(begin, count), quantised, row_scores,
                      hits.subspan(begin, count));
    });
  }

  static void keep_best(std::vector<DenseHit>& hits, std::size_t limit) {
    if (hits.size() > limit) {
      const auto cut = hits.begin() + static_cast<std::ptrdiff_t>(limit);
      std::nth_element(hits.begin(), cut - 1, hits.end(), ranks_before);
      hits.resize(limit);
    }
    std::sort(hits.begin(), hits.end(), ranks_before);
  }

  MappedFile file;  // Empty when the bytes are someone else's.
  VectorFileView view;
  std::vector<RowBounds> row_bounds;
  mutable ScanTeam team;
  mutable std::atomic<int> searches = 0;
  mutable ObjectPool<Scratch> scratches;
};

ExactVectorIndex::ExactVectorIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ExactVectorIndex::~ExactVectorIndex() = default;
ExactVectorIndex::ExactVectorIndex(ExactVectorIndex&&) noexcept = default;
ExactVectorIndex& ExactVectorIndex::operator=(ExactVectorIndex&&) noexcept = default;

ExactVectorIndex ExactVectorIndex::open(const std::filesystem::path& path,
                                        const ExactVectorIndexOptions& options) {
  MappedFile file(path);
  file.prefetch();
  auto impl = std::make_unique<Impl>(file.bytes(), options);
  impl->file = std::move(file);
  return ExactVectorIndex(std::move(impl));
}

ExactVectorIndex ExactVectorIndex::over(std::span<const std::byte> bytes,
                                        const ExactVectorIndexOptions& options) {
  return ExactVectorIndex(std::make_unique<Impl>(bytes, options));
}

std::size_t ExactVectorIndex::dimension() const { return impl_->view.info.dimension; }
const std::string& ExactVectorIndex::model_fingerprint() const {
  return impl_->view.info.model_fingerprint;
}
std::uint64_t ExactVectorIndex::generation() const { return impl_->view.info.generation; }
std::size_t ExactVectorIndex::size() const { return impl_->view.documents; }
std::size_t ExactVectorIndex::row_count() const { return impl_->view.rows; }

std::vector<DenseHit> ExactVectorIndex::search(const DenseQuery& query) const {
  return impl_->search(query);
}

std::vector<DenseHit> ExactVectorIndex::score(const DenseQuery& query,
                                              std::span<const DocId> docs) const {
  check_query(query, dimension());
  std::vector<DenseHit> hits(docs.size());
  std::vector<DocId> known;
  std::vector<std::size_t> places;
  known.reserve(docs.size());
  places.reserve(docs.size());
  for (std::size_t i = 0; i < docs.size(); ++i) {
    hits[i].doc = docs[i];
    if (!has_vector(docs[i])) continue;
    known.push_back(docs[i]);
    places.push_back(i);
  }
  std::vector<DenseHit> scored(known.size());
  const InFlight in_flight(impl_->searches);
  impl_->score_all(query, known, nullptr, {}, in_flight.alone(), scored);
  for (std::size_t i = 0; i < known.size(); ++i) hits[places[i]] = scored[i];
  return hits;
}

bool ExactVectorIndex::has_vector(DocId doc) const {
  const auto& first_row = impl_->view.first_row;
  return doc < impl_->view.documents && first_row[doc] != first_row[doc + 1];
}

std::vector<float> ExactVectorIndex::document_vector(DocId doc) const {
  if (!has_vector(doc)) return {};
  const std::size_t dimension = this->dimension();
  const bfloat16* const row = impl_->view.exact + impl_->view.first_row[doc] * dimension;
  std::vector<float> vector(dimension);
  std::transform(row, row + dimension, vector.begin(), to_float);
  return vector;
}

}  // namespace anireco
