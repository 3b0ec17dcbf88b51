#include "api/http_connection.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "api/problem.h"
#include "base/log.h"

namespace anireco {
namespace {

namespace asio = boost::asio;

constexpr auto kAwait = asio::experimental::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 << 10;
constexpr std::chrono::seconds kLingerTime{1};
constexpr std::size_t kLingerBytes = 4 << 20;

/// IMF-fixdate, in GMT whatever the locale. Source: RFC 9110, section 5.6.7.
std::string http_date() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
}

std::string head_of(const HttpResponse& response, bool keep_alive) {
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nServer: anireco\r\nDate: {}\r\nConnection: {}\r\n", response.status,
      reason_phrase(response.status), http_date(), keep_alive ? "keep-alive" : "close");
  const bool has_length = response.status != 204 && response.status != 304;
  if (!response.content_type.empty()) {
    head += fmt::format("Content-Type: {}\r\n", response.content_type);
  }
  if (has_length) head += fmt::format("Content-Length: {}\r\n", response.body_size());
  for (const auto& [name, value] : response.headers) {
    head += fmt::format("{}: {}\r\n", name, value);
  }
  return head + "\r\n";
}

/// A handler's answer on its way from a worker to the connection that waits for it.
struct Handover {
  explicit Handover(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  std::optional<HttpResponse> response;
};

}  // namespace

void HttpConnection::set_limit(std::chrono::milliseconds limit) {
  timed_out_ = false;
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    // A wait that had ended just before the limit was moved is not about this one.
    if (error || self->deadline_.expiry() > asio::steady_timer::clock_type::now()) return;
    self->timed_out_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void HttpConnection::judge(Exchange& exchange) {
  HttpRequest head = exchange.parser.head();
  head.peer = peer_;
  exchange.outline = {.id = head.id, .method = head.method, .target = head.target};
  auto judged = context_.runner.accept(std::move(head));
  if (auto* response = std::get_if<HttpResponse>(&judged)) {
    exchange.response = std::move(*response);
  } else {
    exchange.accepted = std::get<Api::Accepted>(std::move(judged));
  }
}

void HttpConnection::make_room(Exchange& exchange) {
  if (exchange.body.take(context_.bodies, exchange.parser.body_size())) return;
  exchange.accepted.reset();
  exchange.response =
      context_.api.refuse(exchange.outline, unavailable("too much is being sent already"));
}

asio::awaitable<HttpConnection::Received> HttpConnection::receive(Exchange& exchange) {
  RequestParser& parser = exchange.parser;
  const HttpServerOptions& options = context_.options;
  bool begun = !buffer_.empty();
  idle_ = !begun;
  set_limit(begun ? options.header_timeout : options.idle_timeout);
  auto state = parser.feed(buffer_);
  bool in_body = false;
  while (true) {
    if (state == RequestParser::State::broken) co_return Received::refused;
    // Whoever may not ask need not send a body first, and none is kept for them.
    if (!exchange.judged() && parser.head_done()) {
      judge(exchange);
      if (exchange.accepted && state == RequestParser::State::body) make_room(exchange);
    }
    if (state == RequestParser::State::complete) co_return Received::request;
    if (exchange.response && exchange.response->status >= 400) co_return Received::refused;
    if (state == RequestParser::State::body && !in_body) {
      in_body = true;
      set_limit(options.body_timeout);
      if (parser.take_expect_continue()) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto [error, sent] = co_await asio::async_write(
            socket_, asio::buffer(kContinue.data(), kContinue.size()), kAwait);
        if (error) co_return Received::nothing;
      }
    }
    if (!begun && context_.draining) co_return Received::nothing;
    scratch_.resize(kReadBytes);
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(scratch_.data(), scratch_.size()), kAwait);
    if (error && timed_out_ && begun) {
      const HttpRequest partial = parser.partial_request();
      co_await send(context_.api.refuse(partial, Problem(408, "the request took too long to come")),
                    false);
      co_return Received::nothing;
    }
    if (error) co_return Received::nothing;
    if (!begun) {
      begun = true;
      idle_ = false;
      set_limit(options.header_timeout);
    }
    buffer_.append(scratch_, 0, count);
    state = parser.feed(buffer_);
  }
}

asio::awaitable<HttpResponse> HttpConnection::answer(Api::Accepted accepted, HttpRequest outline) {
  auto handover = std::make_shared<Handover>(socket_.get_executor());
  handover->timer.expires_after(context_.options.answer_timeout);
  auto ready = context_.runner.start(std::move(accepted), [handover](HttpResponse response) {
    asio::post(handover->timer.get_executor(),
               [handover, response = std::move(response)]() mutable {
                 handover->response = std::move(response);
                 handover->timer.cancel();
               });
  });
  if (ready) co_return *std::move(ready);
  // The answer may have come before this wait began; its message runs on this strand, after it.
  co_await handover->timer.async_wait(kAwait);
  if (handover->response) co_return *std::move(handover->response);
  co_return context_.api.refuse(outline, unavailable("the answer took too long"));
}

asio::awaitable<bool> HttpConnection::send(const HttpResponse& response, bool keep_alive) {
  const std::string head = head_of(response, keep_alive);
  const bool with_body = response.body && !response.head_only;
  const std::string_view body = with_body ? std::string_view(*response.body) : std::string_view();
  const std::array<asio::const_buffer, 2> parts = {asio::buffer(head.data(), head.size()),
                                                   asio::buffer(body.data(), body.size())};
  set_limit(context_.options.write_timeout);
  const auto [error, sent] = co_await asio::async_write(socket_, parts, kAwait);
  co_return !error;
}

asio::awaitable<void> HttpConnection::serve() {
  boost::system::error_code unknown;
  const auto remote = socket_.remote_endpoint(unknown);
  if (!unknown) peer_ = remote.address().to_string();
  while (true) {
    Exchange exchange(context_.options.limits);
    const Received received = co_await receive(exchange);
    if (received == Received::nothing) break;
    const auto start = std::chrono::steady_clock::now();
    if (!exchange.judged()) exchange.outline = exchange.parser.partial_request();
    const HttpRequest& outline = exchange.outline;
    const std::string path = outline.target.substr(0, outline.target.find('?'));
    HttpResponse response;
    bool keep_alive = false;
    if (received == Received::request) {
      keep_alive = exchange.parser.keep_alive();
      if (exchange.accepted) {
        exchange.accepted->call->request.body = exchange.parser.take_body();
        response = co_await answer(*std::move(exchange.accepted), outline);
        exchange.body.give_back();
      } else {
        response = *std::move(exchange.response);
      }
    } else if (exchange.response && exchange.response->status >= 400) {
      response = *std::move(exchange.response);
    } else {
      response = context_.api.refuse(outline, exchange.parser.problem());
    }
    keep_alive = keep_alive && !context_.draining;
    const bool sent = co_await send(response, keep_alive);
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    log_info("{} {} {} {} bytes {:.1f} ms {}", outline.method.empty() ? "-" : outline.method,
             path.empty() ? "-" : path, response.status, response.body_size(), ms, outline.id);
    if (!sent || !keep_alive) break;
  }
  co_await close_gently();
}

asio::awaitable<void> HttpConnection::turn_away() {
  HttpRequest nobody{.id = "-"};
  co_await send(context_.api.refuse(nobody, unavailable("too many connections")), false);
  co_await close_gently();
}

/// Closing while the client still sends would throw away what it has not read yet.
asio::awaitable<void> HttpConnection::close_gently() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  set_limit(kLingerTime);
  scratch_.resize(kReadBytes);
  for (std::size_t total = 0; !ignored && total < kLingerBytes;) {
    const auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(scratch_.data(), scratch_.size()), kAwait);
    if (error) break;
    total += count;
  }
  deadline_.cancel();
  socket_.close(ignored);
}

void HttpConnection::drain() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    if (self->idle_) self->socket_.cancel(ignored);
  });
}

}  // namespace anireco
