#pragma once

#include <string>

#include "ingest/importer.h"

namespace anireco::app {

/// A line that shows how far an import is: its stage, a bar, how fast, how long yet.
std::string progress_text(const ImportProgress& p);

/// "reading    [████░░░░]  50 %": a stage's name and its share done, from 0 to 1.
std::string progress_bar(const char* stage, double share);

}  // namespace anireco::app
