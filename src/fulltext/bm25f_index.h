#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "fulltext/bm25f_options.h"
#include "fulltext/full_text_index.h"

namespace anireco {

struct PostingsOptions {
  Bm25fOptions bm25f;
  std::uint64_t generation = 0;
  std::size_t threads = 2;  ///< That analyse the texts, at least 1; the bytes do not depend on it.
};

/// Writes the postings file (docs/formats.md) of a catalogue, atomically. Throws
/// Error{invalid_argument} for an option out of range, Error{unavailable} (disk full).
void write_postings_file(const Catalog& catalog, const std::filesystem::path& path,
                         const PostingsOptions& options = {});

/// BM25F over an inverted index with precomputed impacts:
///   tf(t, d) = sum over fields of weight * tf_f / (1 - b + b * length_f / average length_f)
///   score(d) = sum over query terms of idf(t) * (k1 + 1) tf / (k1 + tf) * (k3 + 1) qtf / (k3 +
///   qtf) idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))
/// A synopsis (or set of remembered phrases) of another language is a field of its own with the
/// same weight, so that a translation dilutes nothing; of several names of one kind the best
/// counts. Sources: Robertson, Zaragoza, Taylor, CIKM 2004 (weighted fields before saturation);
/// Zaragoza, Craswell, Taylor, Saria, Robertson, TREC 2004 (length normalisation by field); k3 and
/// the idf: Robertson and Zaragoza, Foundations and Trends in IR, 2009. Thread-safe; each thread
/// keeps a buffer of 4 bytes a document.
class Bm25fIndex final : public FullTextIndex {
 public:
  /// Maps and checks the file. Throws Error{not_found} or Error{corrupt} (also for a newer version
  /// of the format).
  static Bm25fIndex open(const std::filesystem::path& path);
  /// The same content without a file; also for tests.
  static Bm25fIndex build_in_memory(const Catalog& catalog, const PostingsOptions& options = {});
  /// Over bytes in memory, which must be aligned to 8 and outlive the index. Throws Error{corrupt}.
  static Bm25fIndex over(std::span<const std::byte> bytes);

  ~Bm25fIndex() override;
  Bm25fIndex(Bm25fIndex&&) noexcept;
  Bm25fIndex& operator=(Bm25fIndex&&) noexcept;

  std::uint64_t generation() const;
  std::size_t size() const;        ///< Documents.
  std::size_t term_count() const;  ///< Distinct terms.
  const Bm25fOptions& options() const;

  std::vector<LexicalHit> search(const LexicalQuery& query) const override;
  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const override;

 private:
  struct Impl;
  explicit Bm25fIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
