#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace anireco {

/// True if the bytes begin as gzip data does.
bool is_gzip(std::string_view bytes);

/// Inflates gzip data that lies in memory, all its members. Memory stays near the result's size.
/// Throws Error{corrupt} for damaged or truncated data, Error{invalid_argument} when more than
/// `max_bytes` would come out.
std::string gunzip(std::string_view bytes, std::size_t max_bytes);

}  // namespace anireco
