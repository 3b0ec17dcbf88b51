#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "api/http_message.h"
#include "base/error.h"

namespace anireco {

/// A parameter or field that is wrong, and how to mend it.
struct FieldError {
  std::string field;  ///< Query parameter, or path in the body: "filters.year.min".
  std::string message;
};

/// What a failed request is answered with: a problem of RFC 9457.
class Problem : public std::runtime_error {
 public:
  Problem(int status, const std::string& detail, std::vector<FieldError> errors = {},
          NameValues headers = {});

  int status() const { return status_; }
  const std::vector<FieldError>& errors() const { return errors_; }
  const NameValues& headers() const { return headers_; }

 private:
  int status_;
  std::vector<FieldError> errors_;
  NameValues headers_;  ///< Allow, Retry-After.
};

/// 422 for one field.
Problem invalid_field(std::string field, std::string message);
/// 503 with Retry-After: 1.
Problem unavailable(const std::string& detail);

/// The one place that maps our errors to HTTP.
int http_status(ErrorKind kind);
/// A domain error as a problem. A message of the form "field: reason" names the field.
Problem to_problem(const Error& error);

HttpResponse problem_response(const Problem& problem, std::string_view request_id);

}  // namespace anireco
