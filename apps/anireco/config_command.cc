#include <fmt/format.h>

#include "commands.h"
#include "json_output.h"
#include "output.h"

namespace anireco::app {

int run_config(const Settings& settings, bool json) {
  if (json) {
    fmt::print("{}\n", to_json(settings));
    return 0;
  }
  Table table({"setting", "value", "from", "meaning"});
  for (const SettingValue& s : settings.origins) {
    table.add({s.key, s.value, std::string(to_string(s.origin)), s.help});
  }
  table.print();
  return 0;
}

}  // namespace anireco::app
