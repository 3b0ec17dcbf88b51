#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gather/coverage.h"
#include "gather/gather_plan.h"
#include "gather/walk.h"
#include "ingest/importer.h"

namespace anireco::app {

/// What became of one source.
struct GatheredSource {
  std::string name = {};
  WalkReport walk = {};
  std::string error = {};  ///< Empty: read to its end.
  Coverage coverage = {};
};

/// What a run of `gather` or `update` did.
struct GatherOutcome {
  std::vector<PlannedSource> plan;
  std::vector<GatheredSource> sources;
  std::optional<ImportReport> import;
  Coverage catalogue;
  bool stopped = false;
};

/// The plan as a table: source, titles, requests, minutes, fields; a last row adds up.
void print_plan(const std::vector<PlannedSource>& plan);

/// One line on what was read of a source.
void print_walk(const GatheredSource& source);

/// Field × share of titles × source, and of the whole catalogue.
void print_coverage(const GatherOutcome& outcome);

/// {"plan", "sources", "import", "coverage", "stopped"}; what has not come about is left out.
std::string to_json(const GatherOutcome& outcome);

/// {"source", "titles", "differences"}
std::string check_to_json(const std::string& source, std::size_t titles,
                          const std::vector<std::string>& differences);

}  // namespace anireco::app
