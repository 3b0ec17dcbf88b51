#include "query_trainer.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "checkpoint.h"
#include "require_finite.h"
#include "training/schedule.h"

namespace anireco::trainer {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr std::size_t kValidationBatch = 64;
/// Share of the requests that lose words.
constexpr double kThinned = 0.5;
constexpr std::int64_t kCheckpointEvery = 50;

double learning_rate(const Recipe& recipe, std::int64_t step) {
  const auto at = static_cast<double>(step);
  const auto steps = static_cast<double>(recipe.steps);
  const double rising = recipe.warm_up * steps;
  if (at < rising) return warmed_up(recipe.learning_rate, at, rising);
  return recipe.learning_rate * 0.5 * (1 + std::cos(kPi * (at - rising) / (steps - rising)));
}

/// Some words left out, as people leave them out; at least one stays.
std::string thinned(const std::string& text, double share, std::mt19937_64& random) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (uniform(random) >= share) {
      if (!out.empty()) out += ' ';
      out.append(text, begin, end - begin);
    }
    begin = end + 1;
  }
  return out.empty() ? text : out;
}

/// The examples of one step: each epoch is a permutation of its own.
std::vector<std::size_t> places_of_step(std::size_t examples, const Recipe& recipe,
                                        std::int64_t step) {
  const auto batch = static_cast<std::size_t>(recipe.batch);
  const std::size_t per_epoch = std::max<std::size_t>(1, examples / batch);
  const std::size_t epoch = static_cast<std::size_t>(step) / per_epoch;
  std::mt19937_64 random =
      generator_of(recipe.seed ^ 0x9e3779b97f4a7c15U, {static_cast<std::uint32_t>(epoch)});
  const std::vector<std::size_t> order = permutation(examples, random);
  const std::size_t first = static_cast<std::size_t>(step) % per_epoch * batch;
  const std::size_t end = std::min(first + batch, examples);
  return {order.begin() + static_cast<std::ptrdiff_t>(first),
          order.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

torch::Tensor QueryTrainer::encode(std::span<const std::string> texts) {
  std::vector<TextEncoder::Tokens> tokens;
  for (const std::string& text : texts) tokens.push_back(tokenizer_.tokenize(text));
  return model_->forward(tokens);
}

torch::Tensor QueryTrainer::loss_of(std::span<const QueryExample> batch, const TitleRows& rows) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> targets;
  for (const QueryExample& example : batch) {
    const std::int64_t column = rows.column(example.franchise);
    if (column < 0) continue;
    texts.push_back(example.text);
    targets.push_back(column);
  }
  if (texts.empty()) return {};
  const torch::Tensor scores = rows.scores(encode(texts)) / recipe_.temperature;
  return torch::nn::functional::cross_entropy(scores, torch::tensor(targets));
}

torch::Tensor QueryTrainer::loss_of(std::span<const MaskedSentence> batch) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> targets;
  std::vector<float> documents;
  for (const MaskedSentence& sentence : batch) {
    texts.push_back(sentence.text);
    targets.push_back(titles_.sentence->column(sentence.franchise));
    documents.insert(documents.end(), sentence.document.begin(), sentence.document.end());
  }
  const torch::Tensor queries = encode(texts);
  const torch::Tensor rests =
      torch::tensor(documents).reshape({static_cast<std::int64_t>(batch.size()), -1});
  const torch::Tensor columns = torch::tensor(targets);
  const torch::Tensor own = (queries * rests).sum(1, true);
  const torch::Tensor cosines =
      titles_.sentence->scores(queries).scatter(1, columns.unsqueeze(1), own);
  // As wide apart as the scores of requests, which are sums with windows.
  const double scale = (1 + recipe_.window_weight) / recipe_.temperature;
  return torch::nn::functional::cross_entropy(cosines * scale, columns);
}

Validation QueryTrainer::validate(std::span<const QueryExample> examples) {
  const torch::NoGradGuard no_gradients;
  model_->eval();
  Validation validation{.requests = examples.size()};
  for (std::size_t begin = 0; begin < examples.size(); begin += kValidationBatch) {
    const auto batch = examples.subspan(begin, std::min(kValidationBatch, examples.size() - begin));
    std::vector<std::string> texts;
    for (const QueryExample& example : batch) texts.push_back(example.text);
    const torch::Tensor queries = encode(texts);
    const auto add = [&](const TitleRows& rows, double& hit10, double& mrr) {
      const torch::Tensor scores = rows.scores(queries);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const torch::Tensor row = scores[static_cast<std::int64_t>(i)];
        const std::int64_t column = rows.column(batch[i].franchise);
        if (column < 0) continue;
        const auto rank = (row > row[column]).sum().item<std::int64_t>() + 1;
        hit10 += rank <= 10 ? 1 : 0;
        mrr += 1 / static_cast<double>(rank);
      }
    };
    add(*titles_.all, validation.hit10, validation.mrr);
    add(*titles_.all_own, validation.hit10_own, validation.mrr_own);
  }
  const double n = std::max<double>(1, static_cast<double>(validation.requests));
  for (double* figure :
       {&validation.hit10, &validation.mrr, &validation.hit10_own, &validation.mrr_own}) {
    *figure /= n;
  }
  model_->train();
  return validation;
}

std::vector<torch::Tensor> QueryTrainer::learning_parameters() const {
  std::vector<torch::Tensor> learning;
  for (const torch::Tensor& parameter : model_->parameters()) {
    if (parameter.requires_grad()) learning.push_back(parameter);
  }
  return learning;
}

double QueryTrainer::step(std::span<const QueryExample> examples,
                          std::span<const MaskedSentence> sentences, std::int64_t step,
                          torch::optim::AdamW& optimizer) {
  std::mt19937_64 random = generator_of(recipe_.seed, {static_cast<std::uint32_t>(step)});
  torch::manual_seed(random());
  const bool own_words = uniform(random) < recipe_.own_words;
  const bool masked = recipe_.sentences > 0 && uniform(random) < recipe_.sentences;
  // Some of what `from` has, thinned.
  const auto drawn = [&]<typename Example>(std::span<const Example> from) {
    std::vector<Example> batch;
    for (const std::size_t place : places_of_step(from.size(), recipe_, step)) {
      batch.push_back(from[place]);
      if (uniform(random) < kThinned) {
        batch.back().text = thinned(batch.back().text, recipe_.word_dropout, random);
      }
    }
    return batch;
  };
  for (auto& group : optimizer.param_groups()) {
    static_cast<torch::optim::AdamWOptions&>(group.options()).lr(learning_rate(recipe_, step));
  }
  optimizer.zero_grad();
  const torch::Tensor loss =
      masked ? loss_of(std::span<const MaskedSentence>(drawn(sentences)))
             : loss_of(drawn(examples), own_words ? *titles_.train_own : *titles_.train);
  if (!loss.defined()) return 0;
  const double value = require_finite(loss.item<double>(), "loss", step + 1);
  loss.backward();
  require_finite(torch::nn::utils::clip_grad_norm_(learning_parameters(), 1.0), "gradient",
                 step + 1);
  optimizer.step();
  return value;
}

void QueryTrainer::train(std::span<const QueryExample> examples,
                         std::span<const MaskedSentence> sentences,
                         std::span<const QueryExample> validation, const TrainingRun& run) {
  torch::optim::AdamW optimizer(
      learning_parameters(),
      torch::optim::AdamWOptions(recipe_.learning_rate).weight_decay(recipe_.weight_decay));
  Progress at;
  if (std::filesystem::exists(run.checkpoint)) {
    at = load_checkpoint(run.checkpoint, run.fingerprint, learning_parameters(), optimizer);
  }
  const auto look = [&] {
    Validation v = validate(validation);
    v.step = at.step;
    v.loss = at.losses == 0 ? 0 : at.loss_sum / static_cast<double>(at.losses);
    at.loss_sum = 0;
    at.losses = 0;
    run.on_validation(v);
  };
  if (at.step == 0) look();
  model_->train();
  while (at.step < std::min(recipe_.steps, run.stop_after)) {
    at.loss_sum += step(examples, sentences, at.step, optimizer);
    ++at.losses;
    ++at.step;
    run.on_step(at.step, at.loss_sum / static_cast<double>(at.losses));
    if (at.step % recipe_.validate_every == 0 || at.step == recipe_.steps) look();
    if (at.step % kCheckpointEvery == 0 || at.step == run.stop_after || at.step == recipe_.steps) {
      save_checkpoint(run.checkpoint, run.fingerprint, learning_parameters(), optimizer, at);
    }
  }
}

}  // namespace anireco::trainer
