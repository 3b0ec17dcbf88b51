#pragma once

#include "catalog/anime.h"

namespace anireco {

/// Cleans every text of an imported record: synopses by clean_synopsis(), one-line fields by
/// clean_line(); texts that say nothing ("No synopsis has been added yet") and names left empty are
/// removed. The result is normalised. Idempotent. Thread-safe.
void clean_record(Anime& anime);

}  // namespace anireco
