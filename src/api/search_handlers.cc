#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/profile_call.h"
#include "api/query_reader.h"
#include "api/search_call.h"
#include "api/search_wire.h"
#include "base/stopwatch.h"
#include "search/searcher.h"

namespace anireco {
namespace {

/// The default answer: a SearchResponse in the audience's language.
WriteResult write_cards(Language language, Level level, std::string text) {
  return
      [language, level, text = std::move(text)](const ApiCall& call, const SearchResult& result) {
        const Audience audience{*call.snapshot->catalog, call.api.services().labels, language,
                                level, call.posters.get()};
        HttpResponse response = json_response(call, write_search_response(audience, result, text));
        // What is missing now may be there the next moment.
        if (result.degraded != Degraded::no) response.etag.clear();
        return response;
      };
}

Outcome search(ApiCall& call, SearchCall wire, bool recommends = false) {
  const Language language = wire.language.value_or(call.accept_language);
  const ProfileUse use{
      .name = wire.profile, .drop_planned = wire.drop_planned, .learn = recommends};
  SearchRequest request = resolve(std::move(wire), *call.snapshot);
  request.list = use_profile(call, use, request.filter.level);
  WriteResult write = write_cards(language, request.filter.level, request.text);
  return start_search(call, std::move(request), std::move(write));
}

/// Why no vector can be asked for, or Degraded::no when `encoder` makes one that fits.
Degraded missing_vector(const ApiCall& call, const EncoderScheduler* encoder) {
  const Snapshot& snapshot = *call.snapshot;
  const EncoderGate& gate = call.api.services().encoder;
  if (snapshot.awaits_vectors) return Degraded::dense_unavailable;
  if (!snapshot.vectors) return Degraded::no_vectors;
  if (encoder == nullptr) {
    switch (gate.state()) {
      case EncoderState::absent:
        return Degraded::no_vectors;
      case EncoderState::unavailable:
        return Degraded::encoder_unavailable;
      case EncoderState::starting:
      case EncoderState::ready:  // Since a moment.
        return Degraded::encoder_starting;
    }
  }
  // Vectors of two models say nothing about each other.
  const bool same = encoder->encoder().fingerprint() == snapshot.vectors->model_fingerprint();
  return same ? Degraded::no : Degraded::no_vectors;
}

}  // namespace

Outcome start_search(ApiCall& call, SearchRequest request, WriteResult write) {
  Stopwatch watch;
  auto plan = std::make_shared<const SearchPlan>(plan_search(*call.snapshot, std::move(request)));
  const double understand_ms = watch.lap_ms();
  auto finish = [&call, plan, understand_ms, watch, write = std::move(write)](
                    std::optional<std::span<const float>> vector, Degraded degraded) mutable {
    const double encode_ms = vector ? watch.lap_ms() : 0;
    SearchResult result = run_search(*call.snapshot, *plan, vector, degraded);
    result.times.understand_ms = understand_ms;
    result.times.encode_ms = encode_ms;
    call.api.services().metrics.record(result.times, result.degraded);
    return write(call, result);
  };
  if (plan->text_to_encode.empty()) return finish(std::nullopt, Degraded::no);
  auto encoder = call.api.services().encoder.encoder();
  const Degraded missing = missing_vector(call, encoder.get());
  if (missing != Degraded::no) return finish(std::nullopt, missing);
  return NeedsVector{plan->text_to_encode, std::move(encoder), finish};
}

Outcome get_search(ApiCall& call) {
  QueryReader reader(call.target.query);
  SearchCall wire = read_search_call(reader, call.api.options().max_level);
  reader.finish();
  return search(call, std::move(wire));
}

Outcome post_search(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  SearchCall wire = read_search_call(reader, call.api.options().max_level, "q");
  reader.finish();
  errors.throw_if_any();
  return search(call, std::move(wire));
}

Outcome post_recommend(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  SearchCall wire = read_search_call(reader, call.api.options().max_level, "text");
  reader.finish();
  if (wire.request.text.empty() && wire.liked.empty() && wire.rated.empty() &&
      wire.profile.empty()) {
    errors.add("text", "one of text, liked, rated and profile must be given");
  }
  errors.throw_if_any();
  return search(call, std::move(wire), true);
}

Outcome get_similar(ApiCall& call) {
  QueryReader reader(call.target.query);
  SearchCall wire =
      read_search_call(reader, call.api.options().max_level, {.text = false, .liked = false});
  reader.finish();
  const Catalog& catalog = *call.snapshot->catalog;
  const auto doc = catalog.find(call.path_values.front());
  if (!doc || catalog.level(*doc) > wire.request.filter.level) {
    throw Problem(404, "no title has this id");
  }
  wire.liked = {catalog[*doc].id};
  return search(call, std::move(wire));
}

}  // namespace anireco
