#include <fmt/format.h>

#include <algorithm>

#include "api/handlers.h"
#include "api/query_reader.h"
#include "base/error.h"
#include "base/hash.h"

namespace anireco {

Outcome get_poster(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Level asked = reader.choice("level", exact_level).value_or(Level::standard);
  reader.finish();
  const Level level = std::min(asked, call.api.options().max_level);
  const Catalog& catalog = *call.snapshot->catalog;
  const auto doc = catalog.find(call.path_values.front());
  // One answer for a title that may not be seen and for one that has no poster.
  const Problem nothing(404, "no poster is here");
  if (!doc || catalog.level(*doc) > level) throw nothing;
  const auto poster = call.posters->by_id.find(catalog[*doc].id);
  if (poster == call.posters->by_id.end()) throw nothing;
  HttpResponse response{.content_type = std::string(media_type(poster->second.form)),
                        .headers = {{"Cache-Control", "private, max-age=86400"}}};
  try {
    response.set_body(call.api.services().posters->read(poster->second));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    throw nothing;
  }
  response.etag = fmt::format("\"{:016x}\"", xxh3_64(*response.body));
  return response;
}

}  // namespace anireco
