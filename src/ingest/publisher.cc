#include "ingest/publisher.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "catalog/anime_json.h"
#include "catalog/catalog.h"
#include "catalog/lock_file.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/title_index.h"
#include "ingest/generation_vectors.h"
#include "ingest/manifest.h"
#include "ingest/records_file.h"

namespace anireco {
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kRecords = "records.jsonl";
constexpr const char* kVectors = "vectors.bin";
constexpr const char* kPostings = "postings.bin";
constexpr const char* kTitles = "titles.bin";
constexpr std::string_view kTemporary = ".writing-";
constexpr auto kRebuildWait = std::chrono::seconds(60);

void sync_folder(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

void rename_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) {
    throw Error(ErrorKind::unavailable, "the data folder cannot be written",
                to.string() + ": " + error.message());
  }
}

void remove_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) log_warning("cannot remove {}: {}", path.string(), error.message());
}

GenerationFiles files_of(const std::filesystem::path& folder, const Manifest& manifest) {
  GenerationFiles files;
  files.folder = folder;
  files.records = folder / kRecords;
  files.postings = folder / kPostings;
  files.titles = folder / kTitles;
  if (manifest.files.contains(kVectors)) files.vectors = folder / kVectors;
  files.records_xxh3 = manifest.files.at(kRecords).xxh3;
  return files;
}

}  // namespace

std::string content_hash(std::span<const Anime> records) {
  Sha256 hash;
  for (const Anime& record : records) {
    hash.update(to_json(record));
    hash.update(std::string_view("\n"));
  }
  return hash.finish();
}

Publisher::Publisher(CatalogStore& store, std::filesystem::path data_dir, PublisherOptions options)
    : store_(store), data_dir_(std::move(data_dir)), options_(std::move(options)) {}

std::filesystem::path Publisher::folder_of(std::uint64_t number) const {
  return data_dir_ / "generations" / fmt::format("{:08}", number);
}

GenerationFiles Publisher::write_files(Generation& generation, const ModelInfo& model,
                                       bool keep_hash) {
  const std::filesystem::path final_folder = folder_of(generation.number);
  std::filesystem::path folder = final_folder.parent_path();
  folder /= fmt::format("{}{}-{}", kTemporary, generation.number, ::getpid());
  remove_folder(folder);
  make_folders(folder);

  const Catalog catalog(store_.load());
  const RecordsFileInfo records = write_records_file(catalog, folder / kRecords);
  Manifest manifest;
  manifest.files[kRecords] = {records.bytes, records.xxh3};
  fault_point(options_.fault, "publish.before_vectors");
  bool complete = false;
  if (!model.fingerprint.empty()) {
    complete =
        write_generation_vectors(store_, catalog, model, generation.number, folder / kVectors);
    if (std::filesystem::exists(folder / kVectors)) {
      manifest.files[kVectors] = {size_of_file(folder / kVectors), 0};
    }
  }
  fault_point(options_.fault, "publish.before_postings");
  PostingsOptions postings;
  postings.generation = generation.number;
  postings.threads = options_.threads;
  write_postings_file(catalog, folder / kPostings, postings);
  manifest.files[kPostings] = {size_of_file(folder / kPostings), 0};
  write_title_file(catalog, folder / kTitles, generation.number);
  manifest.files[kTitles] = {size_of_file(folder / kTitles), 0};
  if (!keep_hash) {
    generation.content_hash = records.content_hash;
    generation.model_fingerprint = model.fingerprint;
    generation.vectors_complete = complete;
  }
  manifest.generation = generation;
  write_file_atomic(folder / kManifest, to_json(manifest));
  fault_point(options_.fault, "publish.before_rename");

  // What lies there is damaged, or of a publish that was killed.
  std::filesystem::path aside;
  if (std::filesystem::exists(final_folder)) {
    aside = folder;
    aside += "-replaced";
    remove_folder(aside);
    rename_folder(final_folder, aside);
  }
  rename_folder(folder, final_folder);
  sync_folder(final_folder.parent_path());
  if (!aside.empty()) remove_folder(aside);
  return files_of(final_folder, manifest);
}

Generation Publisher::publish(const ModelInfo& model) {
  Generation next;
  next.number = store_.generation().number + 1;
  {
    const auto lock = lock_generations();
    write_files(next, model, false);
  }
  fault_point(options_.fault, "publish.before_commit");
  store_.publish(next);
  fault_point(options_.fault, "publish.after_commit");
  remove_old(next.number);
  return next;
}

std::optional<GenerationFiles> Publisher::files(const Generation& generation) const {
  const std::filesystem::path folder = folder_of(generation.number);
  try {
    const Manifest manifest = parse_manifest(read_file(folder / kManifest, 1 << 20));
    if (!(manifest.generation == generation)) return std::nullopt;
    for (const char* name : {kRecords, kPostings, kTitles}) {
      if (!manifest.files.contains(name)) return std::nullopt;
    }
    for (const auto& [name, file] : manifest.files) {
      if (size_of_file(folder / name) != file.bytes) return std::nullopt;
    }
    return files_of(folder, manifest);
  } catch (const Error& error) {
    log_debug("generation {} must be rebuilt: {}", generation.number, error.what());
    return std::nullopt;
  }
}

GenerationFiles Publisher::rebuild(const Generation& generation) {
  const auto lock = lock_generations();
  log_info("rebuilding the files of generation {}", generation.number);
  Generation same = generation;
  return write_files(same, {generation.model_fingerprint, 0}, true);
}

std::vector<Anime> Publisher::read_records(const GenerationFiles& files) const {
  return read_records_file(files.records, files.records_xxh3, options_.threads);
}

std::unique_ptr<WriterLock> Publisher::lock_generations() const {
  const std::filesystem::path folder = data_dir_ / "generations";
  make_folders(folder);
  const auto give_up = std::chrono::steady_clock::now() + kRebuildWait;
  while (true) {
    try {
      return lock_file(folder / ".lock");
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || std::chrono::steady_clock::now() > give_up) {
        throw;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Publisher::remove_old(std::uint64_t current) const {
  const std::filesystem::path parent = data_dir_ / "generations";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory(error)) continue;
    if (name.starts_with(kTemporary)) {
      remove_folder(entry.path());
      continue;
    }
    const std::uint64_t number = std::strtoull(name.c_str(), nullptr, 10);
    if (number != 0 && (number + 1 < current || number > current)) remove_folder(entry.path());
  }
}

}  // namespace anireco
