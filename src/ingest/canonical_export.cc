#include "ingest/canonical_export.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/hash.h"
#include "catalog/anime_json.h"
#include "ingest/encoded_texts.h"

namespace anireco {

void canonical_export(const CatalogStore& store, const CanonicalExportOptions& options,
                      const std::function<void(std::string_view)>& write) {
  std::set<TextHash> texts;
  for (const Anime& anime : store.load()) {
    write(to_json(anime) + "\n");
    if (options.model_fingerprint.empty()) continue;
    for (const std::string& text : encoded_texts(anime)) texts.insert(text_hash(text));
  }
  if (texts.empty()) return;
  const std::vector<TextHash> wanted(texts.begin(), texts.end());
  std::vector<StoredVector> vectors = store.vectors(options.model_fingerprint, wanted);
  std::ranges::sort(vectors, {}, &StoredVector::text);
  std::string line;
  for (const StoredVector& vector : vectors) {
    line = "{\"text_hash\":\"" + to_string(vector.text) + "\",\"bfloat16\":\"";
    for (std::uint16_t value : vector.values)
      fmt::format_to(std::back_inserter(line), "{:04x}", value);
    line += "\"}\n";
    write(line);
  }
}

std::string canonical_export_hash(const CatalogStore& store,
                                  const CanonicalExportOptions& options) {
  Sha256 hash;
  canonical_export(store, options, [&](std::string_view line) { hash.update(line); });
  return hash.finish();
}

}  // namespace anireco
