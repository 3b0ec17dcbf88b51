#include "triplet_trainer.h"

#include <algorithm>
#include <random>

#include "model_folder.h"
#include "require_finite.h"
#include "training/schedule.h"

namespace anireco::trainer {
namespace {

/// Steps: some minutes on a CPU once all layers learn, little more than one on a GPU.
constexpr std::int64_t kCheckpointEvery = 100;
constexpr std::int64_t kGpuCheckpointEvery = 2000;
constexpr std::size_t kEncodeBatch = 64;
/// Numbers of a look in Progress::history.
constexpr std::size_t kLookNumbers = 4;

double share_of_rate(const TripletRecipe& recipe, std::int64_t step, std::int64_t steps) {
  const auto at = static_cast<double>(step);
  const auto all = static_cast<double>(steps);
  const double rising = recipe.warm_up * all;
  if (at < rising) return warmed_up(1, at, rising);
  return (all - at) / std::max(1.0, all - rising);
}

std::vector<TripletLook> looks_of(std::span<const double> history) {
  std::vector<TripletLook> looks;
  for (std::size_t i = 0; i + kLookNumbers <= history.size(); i += kLookNumbers) {
    looks.push_back(
        {static_cast<std::int64_t>(history[i]), history[i + 1], history[i + 2], history[i + 3]});
  }
  return looks;
}

/// The first of the best.
std::size_t best_of(std::span<const TripletLook> looks) {
  return static_cast<std::size_t>(std::ranges::max_element(looks, {}, &TripletLook::accuracy) -
                                  looks.begin());
}

}  // namespace

torch::Tensor ranked_right(const torch::Tensor& rows) {
  const auto parts = rows.chunk(3);
  const auto near = (parts[0] - parts[1]).norm(2, 1);
  const auto far = (parts[0] - parts[2]).norm(2, 1);
  return (near < far).to(torch::kFloat32);
}

TripletTrainer::TripletTrainer(const TripletRecipe& recipe, TrainableBert bert, TripletHead head,
                               const TripletData& data)
    : recipe_(recipe), bert_(std::move(bert)), head_(std::move(head)), data_(data) {
  unfreeze_for(1);
}

void TripletTrainer::unfreeze_for(std::int64_t epoch) {
  const std::int64_t learning =
      recipe_.unfreeze_first + recipe_.unfreeze_each * (std::max<std::int64_t>(epoch, 1) - 1);
  const auto count = std::min(static_cast<std::size_t>(learning), bert_->layers() + 1);
  bert_->learn_top(count);
  const std::size_t below = bert_->layers() - std::min(count, bert_->layers());
  // A GPU computes layers anew in less time than it takes to pad what is kept of each token; the
  // one vector a text that is left where no layer learns is kept there too.
  const std::size_t frozen = bert_->device().is_cuda() && below < bert_->layers() ? 0 : below;
  if (frozen == frozen_ && !states_[0].empty()) return;
  frozen_ = frozen;
  states_[0].assign(data_.record.size(), {});
  states_[1].assign(data_.story.size(), {});
}

std::int64_t TripletTrainer::steps_per_epoch() const {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(data_.train.size()) / recipe_.batch);
}

torch::Tensor TripletTrainer::means(std::span<const Text> texts) {
  const auto tokens_of = [&](const Text& text) -> const TextEncoder::Tokens& {
    return text.story ? data_.story[text.title] : data_.record[text.title];
  };
  if (frozen_ == 0) {
    std::vector<TextEncoder::Tokens> sequences;
    for (const Text& text : texts) sequences.push_back(tokens_of(text));
    return bert_->means(sequences);
  }
  std::vector<torch::Tensor> states;
  for (const Text& text : texts) {
    torch::Tensor& state = states_[text.story ? 1 : 0][text.title];
    if (!state.defined()) state = bert_->state(tokens_of(text), frozen_);
    states.push_back(state);
  }
  return bert_->means_of_states(states, frozen_);
}

torch::Tensor TripletTrainer::loss_of_vectors(const torch::Tensor& rows) const {
  const auto parts = rows.chunk(3);
  return torch::nn::functional::triplet_margin_loss(
      parts[0], parts[1], parts[2],
      torch::nn::functional::TripletMarginLossFuncOptions().margin(recipe_.margin).p(2));
}

torch::Tensor TripletTrainer::loss_of(std::span<const TitleTriplet> batch, std::int64_t epoch) {
  std::vector<Text> texts;
  for (std::size_t role = 0; role < 3; ++role) {
    for (const TitleTriplet& triplet : batch) {
      // Drawn by title and epoch, so that a title has one text in an epoch.
      std::mt19937_64 random =
          generator_of(recipe_.seed, {static_cast<std::uint32_t>(epoch),
                                      static_cast<std::uint32_t>(triplet[role]) ^ 0x9e3779b9U});
      texts.push_back({triplet[role], uniform(random) < recipe_.story});
    }
  }
  return loss_of_vectors(head_->forward(means(texts)));
}

torch::Tensor TripletTrainer::encode(std::span<const std::size_t> titles) {
  const torch::NoGradGuard no_gradients;
  const bool training = head_->is_training();
  head_->eval();
  std::vector<torch::Tensor> rows;
  for (std::size_t begin = 0; begin < titles.size(); begin += kEncodeBatch) {
    std::vector<Text> texts;
    for (const std::size_t title :
         titles.subspan(begin, std::min(kEncodeBatch, titles.size() - begin))) {
      texts.push_back({title, false});
    }
    rows.push_back(head_->forward(means(texts)));
  }
  head_->train(training);
  return torch::cat(rows);
}

TripletLook TripletTrainer::look() {
  std::vector<std::size_t> titles;
  for (const TitleTriplet& t : data_.validation) titles.insert(titles.end(), t.begin(), t.end());
  std::ranges::sort(titles);
  titles.erase(std::unique(titles.begin(), titles.end()), titles.end());
  const torch::Tensor rows = encode(titles);
  std::vector<std::int64_t> places;
  for (std::size_t role = 0; role < 3; ++role) {
    for (const TitleTriplet& t : data_.validation) {
      places.push_back(std::ranges::lower_bound(titles, t[role]) - titles.begin());
    }
  }
  const torch::NoGradGuard no_gradients;
  const torch::Tensor triplets = rows.index_select(0, torch::tensor(places).to(rows.device()));
  return {.loss = loss_of_vectors(triplets).item<double>(),
          .accuracy = ranked_right(triplets).mean().item<double>()};
}

double TripletTrainer::step(std::int64_t step, torch::optim::AdamW& optimizer) {
  const std::int64_t epoch = step / steps_per_epoch() + 1;
  std::mt19937_64 random = generator_of(recipe_.seed, {static_cast<std::uint32_t>(epoch), 1});
  const std::vector<std::size_t> order = permutation(data_.train.size(), random);
  const auto batch_size = static_cast<std::size_t>(recipe_.batch);
  const std::size_t begin = static_cast<std::size_t>(step % steps_per_epoch()) * batch_size;
  std::vector<TitleTriplet> batch;
  for (std::size_t i = begin; i < std::min(begin + batch_size, order.size()); ++i) {
    batch.push_back(data_.train[order[i]]);
  }
  const double share = share_of_rate(recipe_, step, recipe_.epochs * steps_per_epoch());
  const std::array rates = {recipe_.encoder_rate, recipe_.head_rate};
  for (std::size_t i = 0; i < rates.size(); ++i) {
    static_cast<torch::optim::AdamWOptions&>(optimizer.param_groups()[i].options())
        .lr(rates[i] * share);
  }
  torch::manual_seed(generator_of(recipe_.seed, {static_cast<std::uint32_t>(step), 2})());
  head_->train();
  optimizer.zero_grad();
  const torch::Tensor loss = loss_of(batch, epoch);
  const double value = require_finite(loss.item<double>(), "loss", step + 1);
  loss.backward();
  std::vector<torch::Tensor> learning = bert_->parameters();
  for (const torch::Tensor& parameter : head_->parameters()) learning.push_back(parameter);
  require_finite(torch::nn::utils::clip_grad_norm_(learning, 1.0), "gradient", step + 1);
  optimizer.step();
  return value;
}

std::vector<torch::Tensor> TripletTrainer::kept_tensors() const {
  std::vector<torch::Tensor> tensors = bert_->parameters();
  for (const torch::Tensor& parameter : head_->parameters()) tensors.push_back(parameter);
  for (const torch::Tensor& buffer : head_->buffers()) tensors.push_back(buffer);
  return tensors;
}

bool TripletTrainer::is_over(std::span<const TripletLook> looks) const {
  if (looks.empty()) return false;
  return looks.back().epoch >= recipe_.epochs ||
         looks.size() - 1 - best_of(looks) >= static_cast<std::size_t>(recipe_.patience);
}

std::vector<TripletLook> TripletTrainer::train(const TripletRun& run) {
  const auto options = [&](double rate) {
    return std::make_unique<torch::optim::AdamWOptions>(
        torch::optim::AdamWOptions(rate).weight_decay(recipe_.weight_decay));
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(bert_->parameters(), options(recipe_.encoder_rate));
  groups.emplace_back(head_->parameters(), options(recipe_.head_rate));
  torch::optim::AdamW optimizer(std::move(groups));
  Progress at;
  if (std::filesystem::exists(run.checkpoint)) {
    at = load_checkpoint(run.checkpoint, run.fingerprint, kept_tensors(), optimizer);
  }
  if (run.on_start) run.on_start();
  std::vector<TripletLook> looks = looks_of(at.history);
  const auto add_look = [&] {
    TripletLook now = look();
    require_finite(now.loss, "validation loss", at.step);
    now.epoch = at.step / steps_per_epoch();
    now.train_loss = at.losses == 0 ? 0 : at.loss_sum / static_cast<double>(at.losses);
    at.loss_sum = 0;
    at.losses = 0;
    looks.push_back(now);
    at.history.insert(at.history.end(),
                      {static_cast<double>(now.epoch), now.train_loss, now.loss, now.accuracy});
    if (best_of(looks) + 1 == looks.size()) write_torch_file(run.best, state_of(bert_, head_));
    run.on_look(now);
  };
  const std::int64_t per_epoch = steps_per_epoch();
  const std::int64_t checkpoint_every =
      bert_->device().is_cuda() ? kGpuCheckpointEvery : kCheckpointEvery;
  while (!is_over(looks)) {
    unfreeze_for(at.step / per_epoch + 1);
    if (looks.empty()) add_look();
    if (at.step >= run.stop_after) return {};
    at.loss_sum += step(at.step, optimizer);
    ++at.losses;
    ++at.step;
    run.on_step(at.step, recipe_.epochs * per_epoch, at.loss_sum / static_cast<double>(at.losses));
    // A look may write the best epoch, so its checkpoint follows at once.
    const bool ended = at.step % per_epoch == 0;
    if (ended) add_look();
    if (ended || at.step % checkpoint_every == 0 || at.step == run.stop_after) {
      save_checkpoint(run.checkpoint, run.fingerprint, kept_tensors(), optimizer, at);
    }
  }
  load_state(split_state(read_torch_file(run.best)), bert_, head_);
  states_[0].assign(data_.record.size(), {});
  states_[1].assign(data_.story.size(), {});
  return looks;
}

}  // namespace anireco::trainer
