#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http_message.h"

namespace anireco {

struct FinishOptions {
  /// Origins whose pages may read answers ("https://example.org"), or "*" alone; empty: none.
  std::vector<std::string> cors_origins = {};
};

/// Makes an answer ready for the wire: 304 where the client's copy is right, gzip where it pays and
/// is welcome, HEAD without a body, request id, security, caching and CORS headers. Thread-safe.
void finish_response(const HttpRequest& request, const FinishOptions& options,
                     HttpResponse& response);

/// True if an If-None-Match header lists the tag, compared weakly, or is "*".
/// Source: RFC 9110, section 13.1.2.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

/// The client's own request id when it is 1 to 64 letters, digits, dots, hyphens and underscores;
/// else 16 random hex digits.
std::string request_id(std::string_view from_client);

}  // namespace anireco
