#include "api/request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/ascii.h"
#include "api/finish.h"

namespace anireco {
namespace {

namespace http = boost::beast::http;

std::string text_of(boost::beast::string_view view) { return {view.data(), view.size()}; }

}  // namespace

struct RequestParser::Impl {
  explicit Impl(const HttpLimits& wanted) : limits(wanted) {
    // The head alone first: no byte of a body is read before the head is found good.
    parser.eager(false);
    parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    parser.body_limit(std::max(limits.max_body_bytes, limits.max_upload_bytes));
  }

  HttpLimits limits;
  http::request_parser<http::string_body> parser;
  State state = State::head;
  std::optional<Problem> problem;
  bool expects_continue = false;
  bool head_checked = false;
  std::string id;  ///< Made once, or an answer would name another one than the log.

  const std::string& settled_id() {
    if (id.empty()) {
      id = request_id(parser.is_header_done() ? text_of(parser.get()["X-Request-Id"])
                                              : std::string());
    }
    return id;
  }

  State refuse(Problem reason) {
    problem = std::move(reason);
    return state = State::broken;
  }

  Problem problem_of(const boost::system::error_code& error, std::string_view buffer) const {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      const bool in_first_line = buffer.find('\n') == std::string_view::npos;
      if (!parser.is_header_done() && in_first_line && parser.get().target().empty()) {
        return Problem(414, "the request line is too long");
      }
      return Problem(431, "the header fields are too long");
    }
    if (error == http::error::body_limit) return Problem(413, "the body is too large");
    return Problem(400, "not an HTTP request: " + error.message());
  }

  std::size_t body_limit() const {
    const auto& head = parser.get();
    const bool upload =
        head.method() == http::verb::put && text_of(head.target()).starts_with(limits.upload_path);
    return upload ? limits.max_upload_bytes : limits.max_body_bytes;
  }

  /// What Beast leaves to its user. True if the head is fine.
  bool check_head() {
    head_checked = true;
    const auto& head = parser.get();
    const auto count = [&](http::field name) {
      const auto range = head.equal_range(name);
      return std::distance(range.first, range.second);
    };
    if (head.target().size() > limits.max_target_bytes) {
      refuse(Problem(414, "the request line is too long"));
    } else if (head.version() != 11 && head.version() != 10) {
      refuse(Problem(400, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
    } else if (count(http::field::host) > 1) {
      refuse(Problem(400, "more than one Host header"));
    } else if (head.version() == 11 && count(http::field::host) == 0) {
      refuse(Problem(400, "the Host header is missing"));
    } else if (count(http::field::transfer_encoding) > 0 &&
               (count(http::field::content_length) > 0 || !parser.chunked())) {
      // Two readers of such a request may see two different ends.
      refuse(Problem(400, "the length of the body is ambiguous"));
    } else if (parser.chunked()) {
      // Beast 1.81 asserts on some malformed chunk headers; RFC 9112, section 6.3, lets a server
      // ask for a length.
      refuse(Problem(411, "a body needs a Content-Length here"));
    } else if (parser.content_length().value_or(0) > body_limit()) {
      refuse(Problem(413, "the body is too large"));
    } else {
      expects_continue =
          head.version() == 11 && ascii_lower(text_of(head[http::field::expect])) == "100-continue";
      return true;
    }
    return false;
  }

  State feed(std::string& buffer) {
    std::size_t used = 0;
    while (state == State::head || state == State::body) {
      boost::system::error_code error;
      const auto rest = boost::asio::const_buffer(buffer.data() + used, buffer.size() - used);
      if (rest.size() == 0 && !parser.is_done()) break;
      const std::size_t taken = parser.put(rest, error);
      used += taken;
      if (error == http::error::need_more) error = {};
      if (error) {
        refuse(problem_of(error, std::string_view(buffer).substr(used)));
        break;
      }
      if (parser.is_header_done() && !head_checked && !check_head()) break;
      if (parser.is_header_done()) {
        parser.eager(true);
        state = State::body;
      }
      if (parser.is_done()) state = State::complete;
      if (taken == 0) break;
    }
    buffer.erase(0, used);
    return state;
  }
};

RequestParser::RequestParser(const HttpLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::feed(std::string& buffer) { return impl_->feed(buffer); }
RequestParser::State RequestParser::state() const { return impl_->state; }
const Problem& RequestParser::problem() const { return *impl_->problem; }

bool RequestParser::take_expect_continue() {
  return std::exchange(impl_->expects_continue, false) && impl_->state == State::body;
}

bool RequestParser::keep_alive() const {
  return impl_->state == State::complete && impl_->parser.get().keep_alive();
}

bool RequestParser::head_done() const {
  return impl_->state == State::body || impl_->state == State::complete;
}

HttpRequest RequestParser::partial_request() const {
  HttpRequest request{.id = impl_->settled_id()};
  if (impl_->parser.is_header_done()) {
    request.method = text_of(impl_->parser.get().method_string());
  }
  return request;
}

HttpRequest RequestParser::head() const {
  const auto& message = impl_->parser.get();
  HttpRequest request{.id = impl_->settled_id()};
  request.method = text_of(message.method_string());
  request.target = text_of(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(ascii_lower(text_of(field.name_string())), text_of(field.value()));
  }
  return request;
}

std::size_t RequestParser::body_size() const {
  // Never more than the largest body that is taken: check_head() saw to it.
  return static_cast<std::size_t>(impl_->parser.content_length().value_or(0));
}

std::string RequestParser::take_body() { return std::move(impl_->parser.get().body()); }

}  // namespace anireco
