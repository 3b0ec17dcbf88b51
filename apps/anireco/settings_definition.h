#pragma once

#include <functional>
#include <string>
#include <vector>

#include "settings.h"

namespace anireco::app {

/// One setting: how it is called, what it is when nothing is said, and how a text becomes it.
struct SettingDefinition {
  std::string key;
  std::string help;
  std::function<std::string()> default_value;
  /// Throws Error{invalid_argument} naming key and value.
  std::function<void(Settings&, const std::string&)> apply;
  bool secret = false;  ///< Never shown; may come by a file (ANIRECO_KEY_FILE).
};

/// All of them, in the order of `anireco config`.
const std::vector<SettingDefinition>& setting_definitions();

}  // namespace anireco::app
