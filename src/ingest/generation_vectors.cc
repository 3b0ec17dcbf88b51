#include "ingest/generation_vectors.h"

#include <vector>

#include "index/vector_file.h"
#include "ingest/encoded_texts.h"
#include "ingest/title_vectors.h"

namespace anireco {

bool write_generation_vectors(const CatalogStore& store, const Catalog& catalog,
                              const ModelInfo& model, std::uint64_t generation,
                              const std::filesystem::path& path) {
  const TitleVectors vectors(store, catalog, model.fingerprint, model.dimension);
  if (vectors.dimension() == 0) return false;
  VectorFileWriter writer(path, {.model_fingerprint = model.fingerprint,
                                 .dimension = vectors.dimension(),
                                 .generation = generation});
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const TitleVectors::Title title = vectors.of(doc);
    writer.add(title.document, title.windows);
  }
  writer.commit();
  return vectors.complete();
}

bool has_all_vectors(const CatalogStore& store, const Catalog& catalog,
                     const std::string& model_fingerprint) {
  std::vector<TextHash> all;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    for (const std::string& text : encoded_texts(catalog[doc])) all.push_back(text_hash(text));
  }
  return store.missing_vectors(model_fingerprint, all).empty();
}

}  // namespace anireco
