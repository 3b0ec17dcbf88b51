#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http_message.h"

namespace anireco {

/// A request target taken apart and decoded.
struct Target {
  std::string path;  ///< Begins with '/'; decoded, valid UTF-8, without control characters.
  NameValues query;  ///< In order, decoded, valid UTF-8; '+' is a space.
  bool operator==(const Target&) const = default;
};

/// Takes a target in origin form apart ("/a/b?c=d"; an absolute "http://host/a" is cut down to it;
/// a fragment is refused). Throws Problem 400 for a broken percent sign, wrong UTF-8, a control
/// character or "." and ".." segments in the path, a path without '/', an empty parameter name.
Target parse_target(std::string_view target);

/// Decodes %XX; nullopt for broken ones. `plus_is_space`: as HTML forms write queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace anireco
