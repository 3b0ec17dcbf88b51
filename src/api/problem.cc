#include "api/problem.h"

#include <algorithm>

#include "api/json_writer.h"

namespace anireco {
namespace {

/// The start of a message "page: …" when it looks like a field's name.
std::string field_of(std::string_view message) {
  const std::size_t colon = message.find(": ");
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view name = message.substr(0, colon);
  const bool sane = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' ||
           c == ']';
  });
  if (!sane) return {};
  // The wire's own word for one of the engine's fields.
  if (name == "text") return "q";
  return std::string(name);
}

}  // namespace

Problem::Problem(int status, const std::string& detail, std::vector<FieldError> errors,
                 NameValues headers)
    : std::runtime_error(detail),
      status_(status),
      errors_(std::move(errors)),
      headers_(std::move(headers)) {}

Problem invalid_field(std::string field, std::string message) {
  std::vector<FieldError> errors;
  errors.push_back({std::move(field), std::move(message)});
  const std::string detail = errors.front().field + ": " + errors.front().message;
  return Problem(422, detail, std::move(errors));
}

Problem unavailable(const std::string& detail) {
  return Problem(503, detail, {}, {{"Retry-After", "1"}});
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return 422;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

Problem to_problem(const Error& error) {
  const int status = http_status(error.kind());
  const std::string message = error.what();
  if (status == 503) return unavailable(message);
  std::vector<FieldError> errors;
  if (status == 422) {
    if (const std::string field = field_of(message); !field.empty()) {
      errors.push_back({field, message.substr(message.find(": ") + 2)});
    }
  }
  return Problem(status, status == 500 ? "the server made a mistake" : message, std::move(errors));
}

HttpResponse problem_response(const Problem& problem, std::string_view request_id) {
  JsonWriter json;
  json.begin_object();
  json.field("type", "about:blank");
  json.field("title", reason_phrase(problem.status()));
  json.field("status", problem.status());
  json.field("detail", problem.what());
  json.field("request_id", request_id);
  if (!problem.errors().empty()) {
    json.key("errors");
    json.begin_array();
    for (const FieldError& error : problem.errors()) {
      json.begin_object();
      json.field("field", error.field);
      json.field("message", error.message);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  HttpResponse response{.status = problem.status(),
                        .content_type = "application/problem+json",
                        .headers = problem.headers()};
  response.set_body(json.take());
  return response;
}

}  // namespace anireco
