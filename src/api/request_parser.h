#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http_message.h"
#include "api/problem.h"

namespace anireco {

struct HttpLimits {
  std::size_t max_header_bytes = 64 << 10;  ///< Request line and header fields.
  std::size_t max_target_bytes = 32 << 10;
  std::size_t max_body_bytes = 1 << 20;
  /// For a PUT whose path begins so: somebody's list, as a file.
  std::size_t max_upload_bytes = 16 << 20;
  std::string upload_path = "/api/v1/profiles/";
};

/// Reads one HTTP/1 request out of bytes as they come. Not thread-safe.
class RequestParser {
 public:
  enum class State {
    head,  ///< The header fields are not complete.
    body,  ///< The header fields are there, the body is not.
    complete,
    broken,  ///< See problem(); the connection is to be closed.
  };

  explicit RequestParser(const HttpLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Takes what it can use off the front of `buffer`; what stays there is to be given again, with
  /// more behind it, or belongs to the next request.
  State feed(std::string& buffer);

  State state() const;
  /// Why the request is broken.
  const Problem& problem() const;
  /// True once, when the client waits for "100 Continue" before it sends its body.
  bool take_expect_continue();
  /// True if the connection may carry another request after this one.
  bool keep_alive() const;
  /// True when the head is there and fine: before that nothing is known of what comes.
  bool head_done() const;
  /// The request without its body, its id settled. Only when head_done().
  HttpRequest head() const;
  /// Bytes of the body, those still to come included. Only when head_done().
  std::size_t body_size() const;
  /// Only when complete.
  std::string take_body();
  /// What is known of a request that is not complete: method and request id, for its refusal.
  HttpRequest partial_request() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace anireco
