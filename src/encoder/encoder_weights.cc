#include "encoder/encoder_weights.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"

namespace anireco {

EncoderWeights::EncoderWeights(const Safetensors& file, const LowRankAdapter* adapter)
    : file_(file),
      adapter_(adapter),
      prefix_(file.contains("bert.embeddings.word_embeddings.weight") ? "bert." : "") {}

const TensorView& EncoderWeights::at(const std::string& name,
                                     std::initializer_list<std::uint64_t> shape) const {
  return file_.at(prefix_ + name, std::span(shape.begin(), shape.size()));
}

std::vector<float> EncoderWeights::read(const std::string& name,
                                        std::initializer_list<std::uint64_t> shape) const {
  std::vector<float> values = at(name, shape).to_floats();
  if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); })) {
    throw Error(ErrorKind::corrupt, "The model has a weight that is not finite: " + name + ".");
  }
  return values;
}

std::vector<float> EncoderWeights::matrix(const std::string& name, std::uint64_t out,
                                          std::uint64_t in) const {
  std::vector<float> weight = read(name + ".weight", {out, in});
  if (adapter_ != nullptr) adapter_->add_to(name, out, in, weight);
  return weight;
}

}  // namespace anireco
