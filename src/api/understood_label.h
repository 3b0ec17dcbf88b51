#pragma once

#include <string>

#include "api/anime_wire.h"
#include "search/search_result.h"

namespace anireco {

/// What a person reads of something understood: a title under its name in their language, a term by
/// its label, a range in words ("up to 99 minutes", "до 99 минут").
std::string understood_label(const Audience& audience, const UnderstoodItem& item);

}  // namespace anireco
