#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anireco {

using NameValues = std::vector<std::pair<std::string, std::string>>;

/// One request as it came over the wire, whole, before anything of it is understood.
struct HttpRequest {
  std::string id = {};      ///< Names the request in the log; the client's own where it is sane.
  std::string method = {};  ///< As sent: "GET".
  std::string target = {};  ///< As sent: path and query, still encoded.
  NameValues headers = {};  ///< Names in lower case, values trimmed, in order of arrival.
  std::string body = {};
  std::string peer = {};  ///< Address of the other end of the connection, without its port.

  /// The first value of a header, empty if there is none. `name` in lower case.
  std::string_view header(std::string_view name) const;
  std::size_t count_headers(std::string_view name) const;
};

/// An answer, before it is framed for a connection.
struct HttpResponse {
  int status = 200;
  std::string content_type = {};  ///< Empty: no body.
  NameValues headers = {};        ///< Beside Content-Type, Content-Length, Connection, Date.
  std::shared_ptr<const std::string> body = nullptr;  ///< Null: empty.
  std::string etag = {};   ///< With its quotes; empty for answers that must not be reused.
  std::string route = {};  ///< The route's pattern, for figures; empty: none matched.
  bool head_only = false;  ///< Content-Length is told, the body is not sent.
  bool page = false;       ///< Belongs to the page: its content security policy allows more.

  void set_body(std::string text) { body = std::make_shared<const std::string>(std::move(text)); }
  std::size_t body_size() const { return body ? body->size() : 0; }
};

/// "Not Found" for 404; "Unknown" for a status this server does not use.
std::string_view reason_phrase(int status);

}  // namespace anireco
