#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "encoder/safetensors.h"

namespace anireco {

/// Low-rank changes of an encoder's matrices: W + (alpha / rank) * B * A with A [rank, in] and
/// B [out, rank]. The folder has the form of the PEFT library: adapter_config.json ("r",
/// "lora_alpha", "peft_type": "LORA") and adapter_model.safetensors, whose tensors are named
/// "base_model.model.NAME.lora_A.weight" and "….lora_B.weight" after the matrix NAME that they
/// change (without the prefix "bert."). Immutable; thread-safe.
/// Source: Hu and others, ICLR 2022, section 4.1.
class LowRankAdapter {
 public:
  static constexpr std::size_t kMaxRank = 1024;

  /// Throws Error{not_found} when a file is missing, Error{corrupt} when one breaks its form or an
  /// A has no B, Error{invalid_argument} for another kind of adapter.
  static LowRankAdapter open(const std::filesystem::path& folder);

  std::size_t rank() const { return rank_; }
  /// TextEncoder::fingerprint() of the model that it was trained on ("base_model_fingerprint");
  /// empty when its file does not say.
  const std::string& base_fingerprint() const { return base_fingerprint_; }

  /// Adds the change of the matrix `name`, such as "encoder.layer.0.output.dense", to `weight`
  /// [out, in], if the adapter has one. Throws Error{corrupt} when its shape is another.
  void add_to(std::string_view name, std::size_t out, std::size_t in,
              std::span<float> weight) const;

  /// Refuses an adapter that changes a matrix which is not among `names`, which would be left out
  /// in silence. Throws Error{corrupt}.
  void check_all_used(std::span<const std::string> names) const;

 private:
  LowRankAdapter(Safetensors file, std::size_t rank, float scale, std::string base_fingerprint)
      : file_(std::move(file)),
        rank_(rank),
        scale_(scale),
        base_fingerprint_(std::move(base_fingerprint)) {}

  Safetensors file_;
  std::size_t rank_ = 0;
  float scale_ = 0;  ///< alpha / rank
  std::string base_fingerprint_;
};

}  // namespace anireco
