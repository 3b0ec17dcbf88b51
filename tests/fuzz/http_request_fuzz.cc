// Bytes of a connection: parsed, decoded and routed as the server does. Nothing may crash, and
// what is accepted must have been understood.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/json_reader.h"
#include "api/query_reader.h"
#include "api/request_parser.h"
#include "api/search_call.h"
#include "api/url.h"

namespace {

using namespace anireco;

void read_request(const HttpRequest& request) {
  try {
    const Target target = parse_target(request.target);
    QueryReader query(target.query);
    read_search_call(query, Level::standard);
    query.finish();
  } catch (const Problem&) {
    // Refused with a reason: as it should be.
  }
  try {
    const JsonBody body(request.body);
    FieldErrors errors;
    ObjectReader reader(body.object(), errors);
    read_search_call(reader, Level::standard, "q");
    reader.finish();
    errors.throw_if_any();
  } catch (const Problem&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const HttpLimits limits{
      .max_header_bytes = 4096, .max_target_bytes = 2048, .max_body_bytes = 8192};
  // The first byte says how the rest is cut into reads.
  const std::size_t step = all.empty() ? 1 : 1 + static_cast<std::uint8_t>(all.front());
  std::string buffer;
  std::size_t at = std::min<std::size_t>(1, all.size());
  while (true) {
    RequestParser parser(limits);
    auto state = parser.feed(buffer);
    while (state == RequestParser::State::head || state == RequestParser::State::body) {
      if (at >= all.size()) return 0;
      buffer += all.substr(at, step);
      at += std::min(step, all.size() - at);
      state = parser.feed(buffer);
    }
    if (state == RequestParser::State::broken) return 0;
    HttpRequest request = parser.head();
    request.body = parser.take_body();
    read_request(request);
    if (!parser.keep_alive()) return 0;
  }
}
