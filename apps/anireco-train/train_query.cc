#include "train_query.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "encoder/encoder_weights.h"
#include "encoder/safetensors_writer.h"
#include "encoder/sentence_encoder.h"
#include "engine.h"
#include "ingest/publisher.h"
#include "query_data.h"
#include "training/title_pairs.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

GenerationFiles files_of(CatalogStore& store, const app::Settings& settings,
                         const Generation& generation) {
  const Publisher publisher(store, settings.data_dir);
  const std::optional<GenerationFiles> files = publisher.files(generation);
  if (!files || files->vectors.empty()) {
    throw Error(ErrorKind::not_found, "the catalogue has no vectors: import it with the encoder");
  }
  return *files;
}

/// Everything that decides the result, as one digest.
std::string run_fingerprint(const TrainQueryOptions& o, const Recipe& recipe,
                            const std::string& model, const std::string& prompt,
                            const std::string& content) {
  Sha256 hash;
  hash.update(model);
  hash.update(prompt);
  hash.update(content);
  hash.update(sha256_file_hex(o.recipe));
  hash.update(sha256_file_hex(o.franchises));
  hash.update(o.exclude.empty() ? "none" : sha256_file_hex(o.exclude));
  for (const fs::path& path : recipe.requests) hash.update(sha256_file_hex(path));
  return hash.finish();
}

/// The adapter's own record, in the form of the PEFT library with what was read beside it.
std::string adapter_config(const TrainQueryOptions& o, const Recipe& recipe, const QueryData& data,
                           const std::string& model_name, const std::string& model,
                           const std::string& content) {
  namespace json = boost::json;
  json::array modules;
  for (const char* matrix : kLayerMatrices) modules.emplace_back(matrix);
  json::object files;
  const auto add = [&](const fs::path& path) {
    files[path.filename().string()] = sha256_file_hex(path);
  };
  // By the path that the recipe gives, since names may repeat.
  for (const fs::path& path : recipe.requests) {
    files[path.lexically_relative(fs::path(o.recipe).parent_path()).generic_string()] =
        sha256_file_hex(path);
  }
  add(o.recipe);
  add(o.franchises);
  if (!o.exclude.empty()) add(o.exclude);
  json::object training{{"requests", data.train.size()}, {"validation", data.validation.size()},
                        {"steps", recipe.steps},         {"seed", recipe.seed},
                        {"catalogue", content},          {"sha256", std::move(files)}};
  if (!data.sentences.empty()) training["sentences"] = data.sentences.size();
  const json::object config{{"peft_type", "LORA"},
                            {"base_model_name_or_path", model_name},
                            {"base_model_fingerprint", model},
                            {"r", recipe.rank},
                            {"lora_alpha", recipe.alpha},
                            {"lora_dropout", recipe.dropout},
                            {"target_modules", std::move(modules)},
                            {"training", std::move(training)}};
  return json::serialize(config) + "\n";
}

/// Also of "DIR/", ".", and the like.
std::string folder_name(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

class Report {
 public:
  explicit Report(fs::path path) : path_(std::move(path)) {
    if (fs::exists(path_)) text_ = read_file(path_);
    if (text_.empty()) text_ = "step\tloss\thit10\tmrr\thit10_own_words\tmrr_own_words\n";
  }
  /// A run that went back to its last checkpoint tells some steps again.
  void add(const Validation& v) {
    for (std::size_t line = text_.find('\n') + 1; line < text_.size();) {
      if (std::strtoll(text_.c_str() + line, nullptr, 10) >= v.step) text_.resize(line);
      const std::size_t end = text_.find('\n', line);
      line = end == std::string::npos ? text_.size() : end + 1;
    }
    const std::string figures =
        v.requests == 0
            ? "-\t-\t-\t-"
            : fmt::format("{:.4f}\t{:.4f}\t{:.4f}\t{:.4f}", v.hit10, v.mrr, v.hit10_own, v.mrr_own);
    const std::string line = fmt::format("{}\t{:.4f}\t{}\n", v.step, v.loss, figures);
    text_ += line;
    write_file_atomic(path_, text_);
    fmt::print("{}", line);
    std::fflush(stdout);
  }

 private:
  fs::path path_;
  std::string text_;
};

}  // namespace

int train_query(const app::Settings& settings, const TrainQueryOptions& o) {
  if (!settings.database_url.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "the setting database_url: training reads the vectors of a data folder, and this "
                "catalogue is kept by servers; import it into a data folder, or bring it there "
                "with `anireco migrate`, and leave the setting empty");
  }
  const Recipe recipe = read_recipe(o.recipe);
  const FranchiseTable franchises = FranchiseTable::read(o.franchises);
  QueryDataOptions data_options{.franchises = &franchises,
                                .window_weight = recipe.window_weight,
                                .own_words = recipe.own_words > 0,
                                .seed = recipe.seed};
  if (recipe.sentences > 0) {
    data_options.sentences = static_cast<std::size_t>(recipe.sentence_titles);
  }
  if (!o.exclude.empty()) data_options.excluded = read_franchise_list(o.exclude);
  if (settings.threads != 0) torch::set_num_threads(static_cast<int>(settings.threads));

  const auto store = app::open_store(settings);
  const auto snapshot = app::load_snapshot(settings, *store);
  const GenerationFiles files = files_of(*store, settings, snapshot->generation);
  const MappedFile vectors(files.vectors);
  const VectorFileView view = parse_vector_file(vectors.bytes());
  const auto tokenizer =
      SentenceEncoder::load(settings.model_dir, {.precision = settings.precision});
  const ModelConfig config = read_model_config(settings.model_dir);
  const auto of_requests =
      config.query_prompt.empty()
          ? tokenizer
          : SentenceEncoder::load(settings.model_dir,
                                  {.role = EncoderRole::queries, .precision = settings.precision});
  if (tokenizer->fingerprint() != view.info.model_fingerprint) {
    throw Error(ErrorKind::invalid_argument, "the catalogue was encoded by another model");
  }
  if (view.documents != snapshot->catalog->size() ||
      view.info.generation != snapshot->generation.number) {
    throw Error(ErrorKind::unavailable, "the catalogue changed while it was read: run again");
  }
  if (fs::exists(settings.model_dir / "projection.safetensors")) {
    throw Error(ErrorKind::invalid_argument,
                "a model with a projection head cannot be adapted: the trainer has no head");
  }
  const QueryData data =
      make_query_data(*snapshot, view, *tokenizer, recipe.requests, data_options);
  fmt::print(
      "{} requests train, {} validate, {} unknown, {} left out; {} franchises, {} with words of "
      "ours\n",
      data.train.size(), data.validation.size(), data.unknown, data.left_out,
      data.train_rows->franchises(), data.train_own_rows ? data.train_own_rows->franchises() : 0);
  if (!data.sentences.empty()) fmt::print("{} masked sentences\n", data.sentences.size());
  if (data.validation.empty()) {
    fmt::print("no request validates: the report has the training loss alone\n");
  }
  std::fflush(stdout);

  torch::manual_seed(recipe.seed);
  const TrainableBert bert(
      Safetensors::open(settings.model_dir / "model.safetensors"), config,
      TrainableBertOptions{.rank = recipe.rank, .alpha = recipe.alpha, .dropout = recipe.dropout});
  QueryTrainer trainer(recipe, bert, *of_requests, data.titles());
  const fs::path out = o.out;
  const std::string content = snapshot->generation.content_hash;
  Report report(out / "report.tsv");
  trainer.train(
      data.train, data.sentences, data.validation,
      {.checkpoint = out / "checkpoint.pt",
       .fingerprint =
           run_fingerprint(o, recipe, tokenizer->fingerprint(), config.query_prompt, content),
       .stop_after = o.stop_after,
       .on_validation = [&](const Validation& v) { report.add(v); },
       .on_step =
           [&](std::int64_t step, double loss) {
             if (isatty(STDERR_FILENO) == 0) return;
             fmt::print(stderr, "\rstep {} of {}: loss {:.4f} ", step, recipe.steps, loss);
           }});
  if (o.stop_after < recipe.steps) return 0;
  write_file_atomic(out / "adapter_model.safetensors",
                    format_safetensors(bert->adapter_tensors(), TensorType::bf16));
  write_file_atomic(out / "adapter_config.json",
                    adapter_config(o, recipe, data, folder_name(settings.model_dir),
                                   tokenizer->fingerprint(), content));
  fmt::print("wrote {}\n", out.string());
  return 0;
}

}  // namespace anireco::trainer
