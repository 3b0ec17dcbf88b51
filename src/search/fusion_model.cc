#include "search/fusion_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "search/default_fusion_model.h"
#include "search/model_line.h"

namespace anireco {
namespace {

constexpr std::string_view kFusionModel = "fusion model";
constexpr float kMaxWeight = 100;

struct NamedWeight {
  std::string_view name;
  float FusionModel::* weight;
};
constexpr std::array kWeights = {NamedWeight{"dense", &FusionModel::dense},
                                 NamedWeight{"lexical", &FusionModel::lexical},
                                 NamedWeight{"window", &FusionModel::window},
                                 NamedWeight{"popularity", &FusionModel::popularity}};

}  // namespace

FusionModel parse_fusion_model(std::string_view text) {
  FusionModel model;
  std::array<bool, kWeights.size()> met = {};
  for_each_model_line(kFusionModel, text, [&](ModelLine line) {
    const std::string_view kind = line.word();
    if (kind == "record") {
      const std::string_view key = line.word();
      model.record.emplace_back(key, line.rest());
      return;
    }
    if (kind != "weight") line.fail(fmt::format("\"{}\" is no kind of line", kind));
    const auto found = std::ranges::find(kWeights, line.word(), &NamedWeight::name);
    if (found == kWeights.end()) line.fail("a weight that is unknown");
    bool& known = met[static_cast<std::size_t>(found - kWeights.begin())];
    if (known) line.fail("a weight given twice");
    known = true;
    const float weight = line.number();
    if (!(weight >= 0 && weight <= kMaxWeight) || !line.rest().empty()) {
      line.fail("a weight is one number from 0 to 100");
    }
    model.*found->weight = weight;
  });
  if (std::ranges::find(met, false) != met.end()) {
    throw Error(ErrorKind::corrupt, "fusion model: a weight is missing");
  }
  return model;
}

std::string format_fusion_model(const FusionModel& model) {
  std::string out = fmt::format("anireco {} 1\n", kFusionModel);
  for (const auto& [key, value] : model.record) out += fmt::format("record {} {}\n", key, value);
  for (const NamedWeight& weight : kWeights) {
    out += fmt::format("weight {} {:.4g}\n", weight.name, model.*weight.weight);
  }
  return out;
}

const FusionModel& default_fusion_model() {
  static const FusionModel kShipped = parse_fusion_model(embedded_fusion_model());
  return kShipped;
}

}  // namespace anireco
