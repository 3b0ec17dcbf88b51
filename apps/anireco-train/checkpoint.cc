#include "checkpoint.h"

#include <sstream>

#include "base/error.h"
#include "base/file.h"

namespace anireco::trainer {
namespace {

std::string parameter_name(std::size_t number) { return "parameter_" + std::to_string(number); }

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const std::string& fingerprint,
                     const std::vector<torch::Tensor>& parameters,
                     const torch::optim::Optimizer& optimizer, const Progress& progress) {
  torch::serialize::OutputArchive archive;
  archive.write("fingerprint", c10::IValue(fingerprint));
  archive.write("step", c10::IValue(progress.step));
  archive.write("loss_sum", c10::IValue(progress.loss_sum));
  archive.write("losses", c10::IValue(progress.losses));
  archive.write("history", torch::tensor(progress.history, torch::kFloat64));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    archive.write(parameter_name(i), parameters[i].detach());
  }
  torch::serialize::OutputArchive state;
  optimizer.save(state);
  archive.write("optimizer", state);
  std::ostringstream bytes;
  archive.save_to(bytes);
  write_file_atomic(path, std::string_view(bytes.view()));
}

Progress load_checkpoint(const std::filesystem::path& path, const std::string& fingerprint,
                         const std::vector<torch::Tensor>& parameters,
                         torch::optim::Optimizer& optimizer) {
  torch::serialize::InputArchive archive;
  c10::IValue written;
  Progress progress;
  try {
    // Onto the device that learns now: the optimizer's state is not moved later.
    archive.load_from(path.string(), parameters.front().device());
    archive.read("fingerprint", written);
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::corrupt, "the checkpoint cannot be read: remove it to begin anew",
                path.string() + ": " + error.what_without_backtrace());
  }
  if (!written.isString() || written.toStringRef() != fingerprint) {
    throw Error(ErrorKind::invalid_argument,
                "the checkpoint belongs to another recipe, model or catalogue: remove it to begin "
                "anew, or name another --out",
                path.string());
  }
  try {
    c10::IValue value;
    archive.read("step", value);
    progress.step = value.toInt();
    archive.read("loss_sum", value);
    progress.loss_sum = value.toDouble();
    archive.read("losses", value);
    progress.losses = value.toInt();
    torch::Tensor history;
    if (archive.try_read("history", history) && history.dtype() == torch::kFloat64) {
      history = history.to(torch::kCPU);
      progress.history.assign(history.data_ptr<double>(),
                              history.data_ptr<double>() + history.numel());
    }
    const torch::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      torch::Tensor tensor;
      archive.read(parameter_name(i), tensor);
      torch::Tensor parameter = parameters[i];
      parameter.copy_(tensor);
    }
    torch::serialize::InputArchive state;
    archive.read("optimizer", state);
    optimizer.load(state);
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::corrupt, "the checkpoint cannot be read: remove it to begin anew",
                path.string() + ": " + error.what_without_backtrace());
  }
  return progress;
}

}  // namespace anireco::trainer
