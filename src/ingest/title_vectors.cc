#include "ingest/title_vectors.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "ingest/encoded_texts.h"

namespace anireco {

TitleVectors::TitleVectors(const CatalogStore& store, const Catalog& catalog,
                           const std::string& model_fingerprint, std::size_t dimension)
    : texts_(catalog.size()), dimension_(dimension) {
  std::vector<TextHash> wanted;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    for (const std::string& text : encoded_texts(catalog[doc])) {
      texts_[doc].push_back(text_hash(text));
    }
    wanted.insert(wanted.end(), texts_[doc].begin(), texts_[doc].end());
  }
  vectors_.reserve(wanted.size());
  for (StoredVector& vector : store.vectors(model_fingerprint, wanted)) {
    if (dimension_ == 0) dimension_ = vector.values.size();
    if (vector.values.size() != dimension_) {
      throw Error(ErrorKind::corrupt, "stored vectors are of another length than the model's");
    }
    vectors_.emplace(vector.text, std::move(vector.values));
  }
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    complete_ = complete_ && whole(doc);
    if (whole(doc) && !texts_[doc].empty()) ++count_;
  }
}

bool TitleVectors::whole(DocId doc) const {
  return std::ranges::all_of(texts_[doc],
                             [this](const TextHash& hash) { return vectors_.contains(hash); });
}

TitleVectors::Title TitleVectors::of(DocId doc) const {
  Title title;
  const std::vector<TextHash>& texts = texts_[doc];
  if (texts.empty() || !whole(doc)) return title;
  title.document = vectors_.at(texts.front());
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const auto& values = vectors_.at(texts[i]);
    title.windows.insert(title.windows.end(), values.begin(), values.end());
  }
  return title;
}

}  // namespace anireco
