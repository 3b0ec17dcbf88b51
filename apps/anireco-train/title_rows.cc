#include "title_rows.h"

#include <algorithm>

#include "base/error.h"
#include "encoder/encoder_scheduler.h"
#include "fulltext/document_text.h"

namespace anireco::trainer {
namespace {

constexpr const char* kOwnSource = "anireco";

void append_row(std::vector<float>& to, const VectorFileView& view, std::size_t row) {
  const std::size_t dimension = view.info.dimension;
  const bfloat16* from = view.exact + row * dimension;
  for (std::size_t c = 0; c < dimension; ++c) to.push_back(to_float(from[c]));
}

/// Numbers of the windows (document_windows) that are not of our own words.
std::vector<bool> foreign_windows(const Anime& anime, std::size_t count) {
  std::vector<bool> foreign(count, true);
  Anime part;
  part.remembered = anime.remembered;
  std::size_t end = document_windows(part).size();
  std::fill_n(foreign.begin(), std::min(end, count), false);
  for (const SourcedText& synopsis : anime.synopses) {
    part = {};
    part.synopses = {synopsis};
    const std::size_t begin = std::min(end, count);
    end += document_windows(part).size();
    if (!is_ours(synopsis)) continue;
    std::fill(foreign.begin() + static_cast<std::ptrdiff_t>(begin),
              foreign.begin() + static_cast<std::ptrdiff_t>(std::min(end, count)), false);
  }
  return foreign;
}

torch::Tensor rows_of(const std::vector<float>& values, std::size_t dimension) {
  return torch::tensor(values).reshape({-1, static_cast<std::int64_t>(dimension)});
}

torch::Tensor best_of_segments(const torch::Tensor& values, const torch::Tensor& lengths) {
  return torch::segment_reduce(values, "max", lengths, {}, {}, 0, true);
}

}  // namespace

bool is_ours(const SourcedText& text) { return text.source == kOwnSource; }

std::vector<std::vector<float>> encode_all(const TextEncoder& encoder,
                                           std::span<const std::string> texts) {
  const std::size_t dimension = encoder.dimension();
  std::vector<float> rows(texts.size() * dimension);
  EncoderScheduler(std::shared_ptr<const TextEncoder>(std::shared_ptr<void>(), &encoder))
      .encode(texts, rows);
  std::vector<std::vector<float>> vectors;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::span<const float> row = std::span(rows).subspan(i * dimension, dimension);
    vectors.emplace_back(row.begin(), row.end());
  }
  return vectors;
}

ForeignDocuments encode_foreign_documents(const Catalog& catalog, const TextEncoder& encoder) {
  std::vector<DocId> docs;
  std::vector<std::string> texts;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    Anime anime = catalog[doc];
    if (std::erase_if(anime.synopses, is_ours) == 0) continue;
    std::string text = document_text(anime);
    if (text == document_text(catalog[doc])) continue;
    docs.push_back(doc);
    texts.push_back(std::move(text));
  }
  std::vector<std::vector<float>> vectors = encode_all(encoder, texts);
  ForeignDocuments foreign;
  for (std::size_t i = 0; i < docs.size(); ++i) foreign.emplace(docs[i], std::move(vectors[i]));
  return foreign;
}

TitleRows::TitleRows(const Snapshot& snapshot, const VectorFileView& view,
                     const TitleRowsOptions& options)
    : window_weight_(options.window_weight) {
  const Catalog& catalog = *snapshot.catalog;
  std::vector<float> documents;
  std::vector<float> windows;
  std::vector<std::int64_t> windows_of_title;
  std::vector<std::int64_t> titles_of_franchise;
  columns_.assign(catalog.franchise_count(), -1);
  for (FranchiseId franchise = 0; franchise < catalog.franchise_count(); ++franchise) {
    std::int64_t titles = 0;
    for (const DocId doc : catalog.members(franchise)) {
      const std::size_t first = view.first_row[doc];
      const std::size_t end = view.first_row[doc + 1];
      if (first == end || !options.takes(doc)) continue;
      ++titles;
      const auto own_row = [&](std::vector<float>& to) {
        if (!options.own_words) {
          if (const auto found = options.foreign->find(doc); found != options.foreign->end()) {
            to.insert(to.end(), found->second.begin(), found->second.end());
            return;
          }
        }
        append_row(to, view, first);
      };
      own_row(documents);
      if (window_weight_ == 0) continue;
      const std::vector<bool> foreign = foreign_windows(catalog[doc], end - first - 1);
      std::int64_t count = 0;
      for (std::size_t window = 0; window < foreign.size(); ++window) {
        if (!options.own_words && !foreign[window]) continue;
        append_row(windows, view, first + 1 + window);
        ++count;
      }
      // A title without a window stands for itself.
      if (count == 0) own_row(windows);
      windows_of_title.push_back(std::max<std::int64_t>(1, count));
    }
    if (titles == 0) continue;
    columns_[franchise] = static_cast<std::int64_t>(franchises_.size());
    franchises_.push_back(franchise);
    titles_of_franchise.push_back(titles);
  }
  if (franchises_.empty()) {
    throw Error(ErrorKind::invalid_argument, "no title with a vector can take part in training");
  }
  documents_ = rows_of(documents, view.info.dimension);
  windows_ = rows_of(windows, view.info.dimension);
  windows_of_title_ = torch::tensor(windows_of_title);
  titles_of_franchise_ = torch::tensor(titles_of_franchise);
}

std::int64_t TitleRows::column(FranchiseId franchise) const { return columns_[franchise]; }

torch::Tensor TitleRows::scores(const torch::Tensor& queries) const {
  const torch::Tensor turned = queries.t();
  torch::Tensor titles = torch::matmul(documents_, turned);
  if (window_weight_ != 0) {
    titles = titles +
             window_weight_ * best_of_segments(torch::matmul(windows_, turned), windows_of_title_);
  }
  return best_of_segments(titles, titles_of_franchise_).t();
}

}  // namespace anireco::trainer
