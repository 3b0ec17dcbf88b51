#include "encoder/low_rank_adapter.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxConfigBytes = std::uint64_t{1} << 20;
constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kDown = ".lora_A.weight";
constexpr std::string_view kUp = ".lora_B.weight";

[[noreturn]] void damaged(const std::string& reason) {
  throw Error(ErrorKind::corrupt, "The model's adapter is damaged: " + reason + ".");
}

std::string tensor_name(std::string_view matrix, std::string_view ending) {
  std::string name(kPrefix);
  name += matrix;
  name += ending;
  return name;
}

struct Config {
  std::size_t rank = 0;
  double alpha = 0;
  std::string base_fingerprint = {};
};

Config read_config(const std::filesystem::path& path) {
  json::error_code code;
  const json::value value = json::parse(read_file(path, kMaxConfigBytes), code);
  if (code || !value.is_object()) damaged("adapter_config.json is not a JSON object");
  const json::object& object = value.get_object();
  const json::value* type = object.if_contains("peft_type");
  if (type == nullptr || *type != "LORA") {
    throw Error(ErrorKind::invalid_argument, "The model's adapter is not of the type LORA.");
  }
  for (const char* key : {"use_rslora", "use_dora", "alpha_pattern", "rank_pattern"}) {
    const json::value* given = object.if_contains(key);
    if (given == nullptr || given->is_null() || *given == false) continue;
    if (given->is_object() && given->get_object().empty()) continue;
    throw Error(
        ErrorKind::invalid_argument,
        "The model's adapter is of a kind that is not supported: " + std::string(key) + ".");
  }
  const json::value* rank = object.if_contains("r");
  const json::value* alpha = object.if_contains("lora_alpha");
  Config config;
  if (rank == nullptr || !rank->is_int64() || rank->get_int64() < 1 ||
      rank->get_int64() > std::int64_t{LowRankAdapter::kMaxRank}) {
    damaged("\"r\" must be a number from 1 to " + std::to_string(LowRankAdapter::kMaxRank));
  }
  if (alpha != nullptr && alpha->is_number()) config.alpha = alpha->to_number<double>();
  if (!(config.alpha > 0 && config.alpha < 1e6)) damaged("\"lora_alpha\" must be above 0");
  config.rank = static_cast<std::size_t>(rank->get_int64());
  if (const json::value* base = object.if_contains("base_model_fingerprint")) {
    if (!base->is_string()) damaged("\"base_model_fingerprint\" must be a text");
    config.base_fingerprint = std::string(base->get_string());
  }
  return config;
}

}  // namespace

LowRankAdapter LowRankAdapter::open(const std::filesystem::path& folder) {
  Config config = read_config(folder / "adapter_config.json");
  Safetensors file = Safetensors::open(folder / "adapter_model.safetensors");
  return {std::move(file), config.rank,
          static_cast<float>(config.alpha / static_cast<double>(config.rank)),
          std::move(config.base_fingerprint)};
}

void LowRankAdapter::add_to(std::string_view name, std::size_t out, std::size_t in,
                            std::span<float> weight) const {
  const std::string down_name = tensor_name(name, kDown);
  const std::string up_name = tensor_name(name, kUp);
  if (!file_.contains(down_name) && !file_.contains(up_name)) return;
  const std::array<std::uint64_t, 2> down_shape{rank_, in};
  const std::array<std::uint64_t, 2> up_shape{out, rank_};
  const std::vector<float> down = file_.at(down_name, down_shape).to_floats();
  const std::vector<float> up = file_.at(up_name, up_shape).to_floats();
  for (const auto* values : {&down, &up}) {
    if (!std::ranges::all_of(*values, [](float v) { return std::isfinite(v); })) {
      damaged(std::string(name) + " holds a number that is not finite");
    }
  }
  for (std::size_t o = 0; o < out; ++o) {
    float* row = weight.data() + o * in;
    for (std::size_t r = 0; r < rank_; ++r) {
      const float factor = scale_ * up[o * rank_ + r];
      const float* from = down.data() + r * in;
      for (std::size_t i = 0; i < in; ++i) row[i] += factor * from[i];
    }
    if (!std::all_of(row, row + in, [](float v) { return std::isfinite(v); })) {
      damaged(std::string(name) + " leaves the range of float");
    }
  }
}

void LowRankAdapter::check_all_used(std::span<const std::string> names) const {
  for (const auto& [tensor, view] : file_.tensors()) {
    const bool used = std::ranges::any_of(names, [&](const std::string& name) {
      return tensor == tensor_name(name, kDown) || tensor == tensor_name(name, kUp);
    });
    if (!used) damaged("it changes " + tensor + ", which the model does not have");
  }
}

}  // namespace anireco
