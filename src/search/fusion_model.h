#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anireco {

/// How much each leg counts in a text search. Learnt from requests (src/training); data/ranking
/// holds the one that ships. What a request says (FusionOptions) multiplies these.
struct FusionModel {
  float dense = 1;       ///< Weight of the dense leg's normalised score, >= 0.
  float lexical = 1;     ///< Of the lexical leg's, >= 0.
  float window = 1;      ///< Best window's share in the dense score, >= 0.
  float popularity = 0;  ///< Of -log10(1 - percentile), at a dial of 1; >= 0.
  /// What it was learnt from and how, key and value, in the order of the file.
  std::vector<std::pair<std::string, std::string>> record = {};
};

/// Reads the text form: "record KEY VALUE" and "weight NAME NUMBER", each name once; comments begin
/// with '#'. Throws Error{corrupt} naming the line: unknown words, a weight that is missing, given
/// twice, negative or no number.
FusionModel parse_fusion_model(std::string_view text);

/// The text form; weights with 4 digits.
std::string format_fusion_model(const FusionModel& model);

/// The one that ships with the program (data/ranking/fusion.model).
const FusionModel& default_fusion_model();

}  // namespace anireco
