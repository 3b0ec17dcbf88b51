#pragma once

#include "catalog/catalog.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/postings_file.h"

namespace anireco {

/// Analyses every text of the catalogue and inverts it. The result depends on the catalogue and
/// options.bm25f alone, not on the number of threads. Throws Error{invalid_argument} for an option
/// out of range.
PostingsData build_postings(const Catalog& catalog, const PostingsOptions& options);

}  // namespace anireco
