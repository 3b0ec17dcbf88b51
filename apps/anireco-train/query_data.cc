#include "query_data.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "search/searcher.h"
#include "training/franchise_parts.h"
#include "training/request_file.h"

namespace anireco::trainer {
namespace {

/// Fewer say nothing about a request that was not among them.
constexpr std::size_t kLeastRequests = 100;

std::string text_to_encode(const Snapshot& snapshot, const std::string& query) {
  SearchRequest request;
  request.text = query;
  return plan_search(snapshot, std::move(request)).text_to_encode;
}

}  // namespace

QueryData make_query_data(const Snapshot& snapshot, const VectorFileView& view,
                          const TextEncoder& encoder,
                          const std::vector<std::filesystem::path>& requests,
                          const QueryDataOptions& options) {
  const Catalog& catalog = *snapshot.catalog;
  using Part = FranchisePart;
  const std::vector<Part> parts = franchise_parts(catalog, *options.franchises, options.excluded);
  const auto part_of = [&](DocId doc) { return parts[catalog.franchise(doc)]; };
  QueryData data;
  for (const std::filesystem::path& path : requests) {
    for (const TrainingRequest& request : read_training_requests(path)) {
      const std::optional<DocId> doc = catalog.find("mal:" + std::to_string(request.mal));
      if (options.excluded.contains(options.franchises->of(request.mal))) {
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("{}: a request for mal:{}, whose franchise is excluded",
                                path.filename().string(), request.mal));
      }
      if (!doc || catalog.level(*doc) > Level::standard) {
        ++data.unknown;
        continue;
      }
      const Part part = part_of(*doc);
      if (part == Part::excluded) {
        ++data.left_out;
        continue;
      }
      std::string text = text_to_encode(snapshot, request.query);
      if (text.empty()) continue;
      auto& examples = part == Part::validation ? data.validation : data.train;
      examples.push_back({std::move(text), catalog.franchise(*doc)});
    }
  }
  if (data.train.size() < kLeastRequests || data.unknown > data.train.size()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} requests can train ({} are for titles that are not in the "
                            "catalogue); at least {} are needed, and most of them known",
                            data.train.size(), data.unknown, kLeastRequests));
  }
  const auto open = [&](DocId doc) { return catalog.level(doc) <= Level::standard; };
  const auto trains = [&](DocId doc) { return open(doc) && part_of(doc) == Part::train; };
  const ForeignDocuments foreign = encode_foreign_documents(catalog, encoder);
  const auto rows = [&](std::function<bool(DocId)> takes, bool own_words) {
    return std::make_unique<const TitleRows>(
        snapshot, view,
        TitleRowsOptions{.takes = std::move(takes),
                         .own_words = own_words,
                         .foreign = &foreign,
                         .window_weight = options.window_weight});
  };
  data.train_rows = rows(trains, false);
  if (options.own_words) {
    const auto with_words = [&](DocId doc) {
      return trains(doc) && !catalog[doc].remembered.empty() &&
             view.first_row[doc] != view.first_row[doc + 1];
    };
    bool any = false;
    for (DocId doc = 0; doc < catalog.size() && !any; ++doc) any = with_words(doc);
    if (!any) {
      throw Error(ErrorKind::invalid_argument,
                  "own_words: no title that trains has words of ours in this catalogue; import the "
                  "starter catalogue too, or set it to 0");
    }
    data.train_own_rows = rows(with_words, true);
  }
  if (options.sentences > 0) {
    data.sentences =
        make_masked_sentences(catalog, encoder, trains, options.sentences, options.seed);
    std::erase_if(data.sentences, [&](const MaskedSentence& sentence) {
      return data.train_rows->column(sentence.franchise) < 0;
    });
    if (data.sentences.empty()) {
      throw Error(ErrorKind::invalid_argument,
                  "sentences: no title that trains has a foreign English synopsis of three "
                  "sentences; set it to 0");
    }
    data.sentence_rows = std::make_unique<const TitleRows>(
        snapshot, view,
        TitleRowsOptions{
            .takes = trains, .own_words = false, .foreign = &foreign, .window_weight = 0});
  }
  data.all_rows = rows(open, false);
  data.all_own_rows = rows(open, true);
  return data;
}

}  // namespace anireco::trainer
