#include "api/language.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "api/ascii.h"

namespace anireco {
namespace {

/// The weight of "ru;q=0.8".
double weight_of(std::string_view parameters) {
  parameters = ascii_trimmed(parameters);
  if (parameters.empty()) return 1;
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return 0;
  double weight = 0;
  parameters.remove_prefix(2);
  const auto [end, error] =
      std::from_chars(parameters.data(), parameters.data() + parameters.size(), weight);
  if (error != std::errc() || !(weight >= 0 && weight <= 1)) return 0;
  return weight;
}

}  // namespace

Language preferred_language(std::string_view header) {
  double english = 0;
  double russian = 0;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view item = ascii_trimmed(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    std::string primary(ascii_trimmed(item.substr(0, std::min(semicolon, item.find('-')))));
    std::ranges::transform(primary, primary.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const double weight = weight_of(item.substr(std::min(semicolon + 1, item.size())));
    if (primary == "en") english = std::max(english, weight);
    if (primary == "ru") russian = std::max(russian, weight);
  }
  return russian > english ? Language::ru : Language::en;
}

}  // namespace anireco
