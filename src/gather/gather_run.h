#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"

namespace anireco {

/// A run of `gather` over several sources, which may take more than one process.
struct GatherRun {
  std::string id;
  bool resumed = false;  ///< Begun by an earlier process that did not come to its end.
};

/// Goes on with the unfinished run noted in `folder`/run.json if it was begun with the same
/// parameters within the last week, else notes a new one. Throws Error{unavailable}.
GatherRun begin_run(const std::filesystem::path& folder, const std::string& parameters,
                    const Clock& clock);

/// Notes that the run came to its end.
void end_run(const std::filesystem::path& folder);

}  // namespace anireco
