#pragma once

#include <string_view>

#include "api/field_rules.h"

namespace anireco {

/// The language that an Accept-Language header likes best among ours; English when it names none.
/// Source: RFC 9110, section 12.5.4 (weights; a broken weight counts as 0).
Language preferred_language(std::string_view accept_language);

}  // namespace anireco
