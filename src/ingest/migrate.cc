#include "ingest/migrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "catalog/anime_json.h"
#include "ingest/encoded_texts.h"
#include "ingest/publisher.h"

namespace anireco {
namespace {

constexpr std::size_t kTitlesAtOnce = 500;
constexpr std::size_t kVectorsAtOnce = 2000;

/// The texts of all titles, each once, ascending.
std::vector<TextHash> text_hashes(std::span<const TitleRecord> titles) {
  std::vector<TextHash> hashes;
  for (const TitleRecord& title : titles) {
    for (const std::string& text : encoded_texts(title.merged)) hashes.push_back(text_hash(text));
  }
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

StoreSummary summarise(const CatalogStore& store, std::span<const TitleRecord> titles,
                       const std::string& model_fingerprint) {
  StoreSummary summary{.titles = titles.size(), .model_fingerprint = model_fingerprint};
  Sha256 records;
  for (const TitleRecord& title : titles) {
    summary.contributions += title.contributions.size();
    records.update(to_json(title));
    records.update(std::string_view("\n"));
  }
  summary.records_sha256 = records.finish();
  Sha256 vectors;
  const std::vector<TextHash> hashes =
      model_fingerprint.empty() ? std::vector<TextHash>() : text_hashes(titles);
  for (std::size_t n = 0; n < hashes.size(); n += kVectorsAtOnce) {
    const auto some = std::span(hashes).subspan(n, std::min(kVectorsAtOnce, hashes.size() - n));
    std::vector<StoredVector> found = store.vectors(model_fingerprint, some);
    std::ranges::sort(found, {}, &StoredVector::text);
    for (const StoredVector& vector : found) {
      vectors.update(to_string(vector.text));
      vectors.update(std::as_bytes(std::span(vector.values)));
    }
    summary.vectors += found.size();
  }
  summary.vectors_sha256 = vectors.finish();
  return summary;
}

/// Titles that the target lacks or has otherwise. Throws when it has others beside.
std::vector<TitleRecord> missing_titles(std::span<const TitleRecord> from, const CatalogStore& to) {
  std::unordered_map<std::string, std::string> there;
  for (const TitleRecord& title : to.load_titles()) there.emplace(title.merged.id, to_json(title));
  std::vector<TitleRecord> missing;
  std::size_t known = 0;
  for (const TitleRecord& title : from) {
    const auto found = there.find(title.merged.id);
    known += found != there.end() ? 1 : 0;
    if (found == there.end() || found->second != to_json(title)) missing.push_back(title);
  }
  if (known != there.size()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the target holds {} titles that the source has not: migrate into an "
                            "empty one",
                            there.size() - known));
  }
  return missing;
}

class Migration {
 public:
  Migration(CatalogStore& from, CatalogStore& to, const MigrateOptions& options)
      : from_(from), to_(to), options_(options) {}

  /// False when it was stopped.
  bool copy(std::span<const TitleRecord> titles, const std::string& model, MigrateResult& result) {
    const std::vector<TitleRecord> missing = missing_titles(titles, to_);
    std::vector<TextHash> hashes;
    if (!model.empty()) hashes = to_.missing_vectors(model, text_hashes(titles));
    const std::size_t all = missing.size() + hashes.size();
    std::size_t done = 0;
    const auto told = [&](std::size_t more) {
      done += more;
      if (options_.progress) options_.progress(done, all);
      return !options_.stop.stop_requested();
    };
    for (std::size_t n = 0; n < missing.size(); n += kTitlesAtOnce) {
      const auto some = std::span(missing).subspan(n, std::min(kTitlesAtOnce, missing.size() - n));
      to_.upsert_titles(some);
      result.titles_sent += some.size();
      fault_point(options_.fault, "migrate.after_titles");
      if (!told(some.size())) return false;
    }
    for (std::size_t n = 0; n < hashes.size(); n += kVectorsAtOnce) {
      const auto some = std::span(hashes).subspan(n, std::min(kVectorsAtOnce, hashes.size() - n));
      const std::vector<StoredVector> vectors = from_.vectors(model, some);
      to_.put_vectors(model, vectors);
      result.vectors_sent += vectors.size();
      fault_point(options_.fault, "migrate.after_vectors");
      if (!told(some.size())) return false;
    }
    return true;
  }

 private:
  CatalogStore& from_;
  CatalogStore& to_;
  const MigrateOptions& options_;
};

}  // namespace

StoreSummary summarise(const CatalogStore& store, const std::string& model_fingerprint) {
  return summarise(store, store.load_titles(), model_fingerprint);
}

MigrateResult migrate(CatalogStore& from, CatalogStore& to, GenerationPublisher& publisher,
                      const MigrateOptions& options) {
  const auto from_lock = from.lock_for_writing();
  const auto to_lock = to.lock_for_writing();
  const Generation current = from.generation();
  if (current.number == 0) {
    throw Error(ErrorKind::not_found, "the source has no catalogue yet: nothing to migrate");
  }
  const std::string& model = current.model_fingerprint;
  MigrateResult result;
  const std::vector<TitleRecord> titles = from.load_titles();
  if (!Migration(from, to, options).copy(titles, model, result)) {
    result.stopped = true;
    result.generation = to.generation();
    return result;
  }
  result.summary = summarise(from, titles, model);
  if (const StoreSummary copied = summarise(to, model); copied != result.summary) {
    throw Error(ErrorKind::corrupt, "the target differs from the source after the copy",
                fmt::format("titles {} and {}, records {} and {}, vectors {} and {}, {} and {}",
                            result.summary.titles, copied.titles, result.summary.records_sha256,
                            copied.records_sha256, result.summary.vectors, copied.vectors,
                            result.summary.vectors_sha256, copied.vectors_sha256));
  }
  result.generation = to.generation();
  const bool is_current = result.generation.number > 0 &&
                          result.generation.content_hash == content_hash(to.load()) &&
                          result.generation.model_fingerprint == model &&
                          (result.generation.vectors_complete || !current.vectors_complete);
  if (!is_current) {
    result.generation = publisher.publish({model, 0});
    result.published = true;
  }
  return result;
}

}  // namespace anireco
