#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "encoder/encoder_scheduler.h"
#include "ingest/generation_publisher.h"

namespace anireco {

enum class ImportStage {
  reading,    ///< done and total in bytes of the files.
  encoding,   ///< done and total in texts.
  publishing  ///< done of total 1.
};

struct ImportProgress {
  ImportStage stage = ImportStage::reading;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t records = 0;  ///< Lines read so far, over all files.
  double per_second = 0;      ///< Lines (reading) or texts (encoding) a second, so far.
  double seconds_left = 0;    ///< Of this stage; 0 while unknown.
};

/// A line that was not taken, or taken with something ignored.
struct LineProblem {
  std::string file;
  std::uint64_t line = 0;  ///< From 1.
  std::string reason;      ///< Names the field.
  bool skipped = true;     ///< False: a warning, the rest of the line was taken.
};

struct ImportOptions {
  /// Source of records that name none; see AnimeJsonOptions. Empty: by form.
  std::string source = {};
  /// Source of each file, in the place of `source`; as many as files, or none.
  std::vector<std::string> file_sources = {};
  std::vector<std::filesystem::path> relations = {};  ///< TSV: mal_id, related_mal_id, relation, ….
  /// A folder of vectors (vector_folder.h) for texts that have none yet. Refused with
  /// Error{invalid_argument} unless they are of the encoder's model, or, without an encoder, of the
  /// published generation's.
  std::filesystem::path vectors = {};
  std::filesystem::path columnar_module = {};  ///< For Parquet files (columnar_library.h).
  bool strict = false;  ///< The first bad line ends the import with Error{invalid_argument}.
  std::size_t batch_lines = 1000;  ///< Of one transaction, >= 1.
  std::size_t batch_texts = 1024;  ///< Encoded and stored in one transaction, >= 1.
  std::stop_token stop = {};       ///< Ends early and in good order: what was done stays.
  std::function<void(const ImportProgress&)> on_progress = {};  ///< At most ten times a second.
  std::function<void(const LineProblem&)> on_problem = {};
};

struct ImportReport {
  std::uint64_t lines = 0;
  std::uint64_t bad_lines = 0;
  std::uint64_t warnings = 0;
  UpsertCounts titles;
  std::uint64_t relations = 0;          ///< Rows taken from relation files.
  std::uint64_t relations_unknown = 0;  ///< Titles with rows that are not in the catalogue.
  std::uint64_t texts = 0;              ///< Texts that the catalogue needs vectors of.
  std::uint64_t vectors_taken = 0;      ///< Of them, those that ImportOptions::vectors had.
  std::uint64_t texts_encoded = 0;      ///< Of them, those that had no vector yet.
  bool published = false;               ///< False: nothing had changed.
  bool stopped = false;                 ///< Ended by the stop token.
  Generation generation;                ///< Current at the end.
};

/// Brings files into the catalogue: reads JSON lines (plain or .gz) or Parquet, cleans, merges in
/// transactions, publishes a generation at once so that new titles answer by their words, encodes
/// only texts without a vector (by content hash and model fingerprint) in transactions, and
/// publishes the final generation. Killed at any moment it leaves a catalogue that works, and the
/// same import run again ends as if nothing had happened. Not thread-safe.
class Importer {
 public:
  /// All borrowed. `encoder` may be nullptr: then no vectors are made.
  Importer(CatalogStore& store, GenerationPublisher& publisher, EncoderScheduler* encoder);

  /// Throws Error{unavailable} naming the holder when another process writes; Error{not_found} for
  /// a missing file before anything is changed.
  ImportReport run(std::span<const std::filesystem::path> files, const ImportOptions& options = {});

  /// Encodes what has no vector of the current model and publishes, without reading files.
  ImportReport refresh(const ImportOptions& options = {}) { return run({}, options); }

 private:
  CatalogStore& store_;
  GenerationPublisher& publisher_;
  EncoderScheduler* encoder_;
};

}  // namespace anireco
