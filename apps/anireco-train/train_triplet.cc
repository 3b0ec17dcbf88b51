#include "train_triplet.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "encoder/sentence_encoder.h"
#include "engine.h"
#include "model_folder.h"
#include "progress_bar.h"
#include "space_report.h"
#include "training/story_text.h"
#include "training/title_pairs.h"
#include "triplet_trainer.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

TextEncoder::Tokens cut(TextEncoder::Tokens tokens, std::int64_t most) {
  const auto length = static_cast<std::size_t>(most);
  if (tokens.size() <= length) return tokens;
  // The last token ends the text.
  tokens[length - 1] = tokens.back();
  tokens.resize(length);
  return tokens;
}

/// Titles of the triplets, ascending; places in it are TripletData's.
std::vector<DocId> titles_of(std::span<const Triplet> triplets, bool validation_only) {
  std::vector<DocId> titles;
  for (const Triplet& t : triplets) {
    if (validation_only && !t.validation) continue;
    titles.insert(titles.end(), {t.anchor, t.positive, t.negative});
  }
  std::ranges::sort(titles);
  titles.erase(std::unique(titles.begin(), titles.end()), titles.end());
  return titles;
}

std::size_t place_of(std::span<const DocId> titles, DocId doc) {
  return static_cast<std::size_t>(std::ranges::lower_bound(titles, doc) - titles.begin());
}

TripletData data_of(const Catalog& catalog, const TextEncoder& tokenizer,
                    std::span<const Triplet> triplets, std::span<const DocId> titles,
                    std::int64_t max_tokens) {
  TripletData data;
  for (const DocId doc : titles) {
    data.record.push_back(cut(tokenizer.tokenize(record_text(catalog[doc])), max_tokens));
    data.story.push_back(cut(tokenizer.tokenize(story_text(catalog[doc])), max_tokens));
  }
  for (const Triplet& t : triplets) {
    (t.validation ? data.validation : data.train)
        .push_back({place_of(titles, t.anchor), place_of(titles, t.positive),
                    place_of(titles, t.negative)});
  }
  return data;
}

/// Evenly spread over what there is, so that no seed is needed.
std::vector<DocId> some_of(const std::vector<DocId>& titles, std::size_t most) {
  if (titles.size() <= most) return titles;
  std::vector<DocId> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(titles[i * titles.size() / most]);
  return some;
}

class Reporter {
 public:
  Reporter(std::span<const DocId> titles, const TripletData& data, std::span<const DocId> mapped) {
    for (std::size_t role = 0; role < 3; ++role) {
      for (const TitleTriplet& t : data.validation) triplet_places_.push_back(t[role]);
    }
    for (const DocId doc : mapped) map_places_.push_back(place_of(titles, doc));
    places_ = triplet_places_;
    places_.insert(places_.end(), map_places_.begin(), map_places_.end());
    std::ranges::sort(places_);
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  }

  /// encode: places to rows.
  SpaceVectors vectors(
      const std::function<torch::Tensor(std::span<const std::size_t>)>& encode) const {
    const torch::Tensor rows = encode(places_).to(torch::kCPU);
    const auto pick = [&](const std::vector<std::size_t>& wanted) {
      std::vector<std::int64_t> at;
      for (const std::size_t place : wanted) {
        at.push_back(std::ranges::lower_bound(places_, place) - places_.begin());
      }
      return rows.index_select(0, torch::tensor(at));
    };
    return {.triplets = pick(triplet_places_), .titles = pick(map_places_)};
  }

 private:
  std::vector<std::size_t> triplet_places_, map_places_, places_;
};

torch::Tensor encode_raw(TrainableBert& bert, const TripletData& data,
                         std::span<const std::size_t> places) {
  const torch::NoGradGuard no_gradients;
  constexpr std::size_t kBatch = 64;
  std::vector<torch::Tensor> rows;
  for (std::size_t begin = 0; begin < places.size(); begin += kBatch) {
    std::vector<TextEncoder::Tokens> tokens;
    for (const std::size_t place : places.subspan(begin, std::min(kBatch, places.size() - begin))) {
      tokens.push_back(data.record[place]);
    }
    rows.push_back(bert->forward(tokens));
  }
  return torch::cat(rows);
}

ProgressBar standard_bar() {
  return ProgressBar(
      isatty(STDERR_FILENO) != 0,
      [](std::string_view text) {
        fmt::print(stderr, "{}", text);
        std::fflush(stderr);
      },
      [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
      });
}

std::vector<std::pair<std::string, std::string>> record_of(const TrainTripletOptions& o,
                                                           const TripletRecipe& recipe,
                                                           const std::string& triplets,
                                                           const std::string& model,
                                                           const std::string& catalogue) {
  const auto digest = [](const std::string& path) { return "sha256 " + sha256_file_hex(path); };
  return {{"recipe", digest(o.recipe)},
          {"seed", std::to_string(recipe.seed)},
          {"franchises", digest(o.franchises)},
          {"kept out", o.exclude.empty() ? "none" : digest(o.exclude)},
          {"triplets", "sha256 " + sha256_hex(triplets)},
          {"encoder", model},
          {"catalogue", catalogue}};
}

std::string fingerprint_of(std::span<const std::pair<std::string, std::string>> record) {
  Sha256 hash;
  for (const auto& [key, value] : record) hash.update(key + "=" + value + "\n");
  return hash.finish();
}

}  // namespace

int train_triplet(const app::Settings& settings, const TrainTripletOptions& o) {
  TripletRecipe recipe = read_triplet_recipe(o.recipe);
  const FranchiseTable franchises = FranchiseTable::read(o.franchises);
  recipe.triplets.franchises = &franchises;
  if (!o.exclude.empty()) recipe.triplets.excluded_franchises = read_franchise_list(o.exclude);
  if (settings.threads != 0) torch::set_num_threads(static_cast<int>(settings.threads));
  if (fs::exists(settings.model_dir / "projection.safetensors")) {
    throw Error(ErrorKind::invalid_argument,
                "the model has a projection head already: name the plain encoder");
  }
  const auto store = app::open_store(settings);
  const auto snapshot = app::load_snapshot(settings, *store);
  const Catalog& catalog = *snapshot->catalog;
  const std::vector<Triplet> triplets = o.triplets.empty()
                                            ? mine_triplets(catalog, recipe.triplets)
                                            : read_triplets(o.triplets, catalog, recipe.triplets);
  const fs::path out = o.out;
  const std::string triplet_text = format_triplets(catalog, triplets);

  const auto tokenizer = SentenceEncoder::load(settings.model_dir);
  const std::vector<DocId> titles = titles_of(triplets, false);
  const TripletData data = data_of(catalog, *tokenizer, triplets, titles, recipe.max_tokens);
  const auto record = record_of(o, recipe, triplet_text, tokenizer->fingerprint(),
                                snapshot->generation.content_hash);
  const torch::Device device = torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  fmt::print("{} triplets train, {} validate, {} titles; computed on the {}\n", data.train.size(),
             data.validation.size(), titles.size(), device.is_cuda() ? "GPU" : "CPU");
  std::fflush(stdout);

  const ModelConfig config = read_model_config(settings.model_dir);
  const auto encoder = [&] {
    TrainableBert bert(Safetensors::open(settings.model_dir / "model.safetensors"), config,
                       TrainableBertOptions{});
    bert->to(device);
    return bert;
  };
  torch::manual_seed(recipe.seed);
  TripletHead head(TripletHeadOptions{.hidden = static_cast<std::int64_t>(config.hidden),
                                      .width = recipe.head_width,
                                      .dimension = recipe.dimension,
                                      .dropout = recipe.dropout});
  head->to(device);
  const TrainableBert bert = encoder();
  TripletTrainer trainer(recipe, bert, head, data);
  ProgressBar bar = standard_bar();
  const std::vector<TripletLook> looks = trainer.train(
      {.checkpoint = out / "checkpoint.pt",
       .best = out / "best.pt",
       .fingerprint = fingerprint_of(record),
       .stop_after = o.stop_after,
       .on_start = [&] { write_file_atomic(out / "triplets.tsv", triplet_text); },
       .on_look =
           [&](const TripletLook& look) {
             bar.clear();
             fmt::print("epoch {}: training loss {:.4f}, validation loss {:.4f}, accuracy {:.4f}\n",
                        look.epoch, look.train_loss, look.loss, look.accuracy);
             std::fflush(stdout);
           },
       .on_step = [&](std::int64_t step, std::int64_t steps,
                      double loss) { bar.show(step, steps, fmt::format("loss {:.4f}", loss)); }});
  bar.clear();
  if (looks.empty()) return 0;
  const StateDict state = state_of(bert, head);
  write_torch_file(out / "model.pt", state);
  write_model_folder(settings.model_dir, out / "model", split_state(state));

  const std::vector<DocId> mapped =
      some_of(titles_of(triplets, true), static_cast<std::size_t>(recipe.report_titles));
  const Reporter reporter(titles, data, mapped);
  TrainableBert raw = encoder();
  const SpaceReport report{
      .split = recipe.triplets.split == TripletSplit::franchise ? "franchise" : "triplet",
      .train_triplets = data.train.size(),
      .validation_triplets = data.validation.size(),
      .titles = mapped,
      .looks = looks,
      .raw = reporter.vectors(
          [&](std::span<const std::size_t> places) { return encode_raw(raw, data, places); }),
      .trained = reporter.vectors(
          [&](std::span<const std::size_t> places) { return trainer.encode(places); }),
      .record = record};
  const auto [before, after] = write_space_report(catalog, report, out / "report");
  fmt::print("triplet accuracy {:.3f} (raw encoder {:.3f}), neighbour agreement {:.3f} ({:.3f})\n",
             after.accuracy.value, before.accuracy.value, after.agreement.value,
             before.agreement.value);
  fmt::print("wrote {}\n", out.string());
  return 0;
}

int convert_model(const app::Settings& settings, const ConvertOptions& o) {
  if (!fs::is_directory(o.from)) {
    write_model_folder(settings.model_dir, o.out, split_state(read_torch_file(o.from)));
    fmt::print("wrote the folder {}\n", o.out);
    return 0;
  }
  StateDict state;
  const auto add = [&](const char* name, const std::string& prefix) {
    const Safetensors file = Safetensors::open(fs::path(o.from) / name);
    for (const auto& [key, view] : file.tensors()) {
      if (view.type == TensorType::i64 || view.type == TensorType::i32) continue;
      std::vector<std::int64_t> sizes(view.shape.begin(), view.shape.end());
      state.emplace_back(prefix + key, torch::tensor(view.to_floats()).reshape(sizes));
    }
  };
  add("model.safetensors", "encoder.");
  if (fs::exists(fs::path(o.from) / "projection.safetensors")) add("projection.safetensors", "");
  write_torch_file(o.out, state);
  fmt::print("wrote the file {}\n", o.out);
  return 0;
}

}  // namespace anireco::trainer
