#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/anime.h"
#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"

namespace anireco {

/// A published generation's content as processes that share the database find it: its records by
/// DocId as they were published, not the changing record. Generations of equal content_hash share
/// one. Written by put_content() (fulltext/postgres/postgres_content.h).
struct GenerationContent {
  std::uint64_t number = 0;     ///< Of the content; names its tables.
  std::uint64_t documents = 0;  ///< DocIds are below it.
};

/// The whole content of this hash. Throws Error{not_found} when it is not kept (any more): ask
/// the store for its current generation again.
GenerationContent find_content(PostgresPool& pool, const std::string& content_hash);

/// The records that a generation consists of, by DocId, ready for Catalog's constructor. Throws
/// Error{not_found} as find_content() does, Error{corrupt} when a row is no record or their hash is
/// not content_hash.
std::vector<Anime> read_generation_records(PostgresPool& pool, const Generation& generation,
                                           std::size_t threads = 2);

}  // namespace anireco
