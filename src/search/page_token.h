#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "search/search_request.h"

namespace anireco {

/// A hash of everything in a request that decides the order of its results (all but limit,
/// page_token, facets, explain), so that a token of one query is not taken for another's.
std::uint64_t request_hash(const SearchRequest& request);

/// Where a page begins, bound to a generation and a request. Opaque to clients: 32 lower-case hex
/// digits and a check of 8 more.
std::string make_page_token(std::uint64_t generation, std::uint64_t request_hash,
                            std::size_t offset);

/// The offset of a token made for this generation and request. Throws Error{invalid_argument} for a
/// malformed token, another request's, or another generation's (the catalogue changed meanwhile:
/// start over).
std::size_t read_page_token(std::string_view token, std::uint64_t generation,
                            std::uint64_t request_hash);

}  // namespace anireco
