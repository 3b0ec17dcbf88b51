#pragma once

#include <string>

#include "catalog/anime.h"

namespace anireco {

/// A title as a record: "X. Genres: Action, Drama. SYNOPSIS", with the first English synopsis.
std::string record_text(const Anime& anime);

/// The same told as a story: "This is an Action and Drama anime titled X. The story follows
/// SYNOPSIS". Parts that are missing are left out.
std::string story_text(const Anime& anime);

}  // namespace anireco
