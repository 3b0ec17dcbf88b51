#pragma once

#include <string_view>

namespace anireco {

/// A line of a synopsis without the credits at its end ("(Source: ANN)", "[Written by MAL
/// Rewrite]", "(from AniDB)", "Источник: …"); empty if it was nothing else. `last` says that no
/// line follows: then a credit cut off in the middle goes too. Linear; pure.
std::string_view strip_credits(std::string_view line, bool last);

/// True if the words in brackets, without the brackets, name where a text comes from.
bool is_credit(std::string_view content);

}  // namespace anireco
