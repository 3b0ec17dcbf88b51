#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/json_writer.h"
#include "api/query_reader.h"
#include "encoder/encoder_role.h"

namespace anireco {
namespace {

constexpr TextRules kTextRules{.max_length = kMaxEncodedTextLength};

std::shared_ptr<EncoderScheduler> encoder_in(const EncoderGate& gate) {
  auto encoder = gate.encoder();
  if (!encoder) throw unavailable("the encoder is still being loaded");
  return encoder;
}

struct Model {
  explicit Model(const TextEncoder& encoder)
      : fingerprint(encoder.fingerprint()), dimension(encoder.dimension()) {}
  std::string fingerprint;
  std::size_t dimension;
};

void write_model(JsonWriter& json, const Model& model) {
  json.field("model", model.fingerprint);
  json.field("dimension", model.dimension);
}

HttpResponse vectors_response(const Model& model, std::span<const EncodeResult> results) {
  JsonWriter json;
  json.begin_object();
  write_model(json, model);
  json.key("vectors");
  json.begin_array();
  for (const EncodeResult& result : results) {
    if (!result.ok()) throw Error(ErrorKind::internal, "a text was not encoded", result.error);
    json.begin_array();
    for (const float value : *result.vector) json.number(value);
    json.end_array();
  }
  json.end_array();
  json.end_object();
  HttpResponse response{.content_type = "application/json"};
  response.set_body(json.take());
  return response;
}

}  // namespace

Outcome get_encoder(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const auto encoder = encoder_in(call.api.services().encoder);
  JsonWriter json;
  json.begin_object();
  write_model(json, Model(encoder->encoder()));
  json.end_object();
  return json_response(call, json.take());
}

Outcome post_encode(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  const auto role_name = reader.text("role", kNameRules);
  const auto role = role_name ? parse_role(*role_name) : EncoderRole::queries;
  std::vector<std::string> texts = reader.texts("texts", kTextRules, kMaxEncodedTexts);
  reader.finish();
  if (texts.empty()) errors.add("texts", "at least one text");
  if (!role) errors.add("role", "queries or documents");
  errors.throw_if_any();
  const ApiServices& services = call.api.services();
  const bool documents = role == EncoderRole::documents && services.document_encoder != nullptr;
  auto encoder = encoder_in(documents ? *services.document_encoder : services.encoder);
  // Without the scheduler: what waits in its queue must not keep it alive.
  const Model model(encoder->encoder());
  return NeedsVectors{
      std::move(texts), std::move(encoder),
      [model](std::span<const EncodeResult> results) { return vectors_response(model, results); }};
}

Outcome get_encoder_readiness(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const EncoderState state = call.api.services().encoder.state();
  const bool ready = state == EncoderState::ready && !call.api.draining();
  JsonWriter json;
  json.begin_object();
  json.field("status", ready ? "ready" : "starting");
  json.field("encoder", to_string(state));
  json.end_object();
  HttpResponse response = json_response(call, json.take());
  if (!ready) mark_not_ready(response);
  return response;
}

}  // namespace anireco
