#include "api/http_server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "api/http_connection.h"
#include "base/error.h"
#include "base/log.h"

namespace anireco {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAsTuple = asio::experimental::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};
/// Refused connections that may be answered politely at a time.
constexpr std::size_t kMaxTurnedAway = 64;

}  // namespace

struct HttpServer::State {
  State(Api& api, const HttpServerOptions& wanted) : context(api, wanted) {}

  // The runner, in `context`, goes first: its last answers are posted to `io`.
  asio::io_context io;
  ConnectionContext context;
  asio::strand<asio::io_context::executor_type> accept_strand = asio::make_strand(io);
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  asio::steady_timer drain_timer{io};
  std::uint16_t port = 0;
  std::atomic<std::size_t> open = 0;
  std::atomic<std::size_t> turned_away = 0;

  void listen() {
    const HttpServerOptions& options = context.options;
    boost::system::error_code error;
    tcp::resolver resolver(io);
    const auto found =
        resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
    if (error) fail(error);
    for (const auto& entry : found) {
      auto acceptor = std::make_unique<tcp::acceptor>(accept_strand);
      const tcp::endpoint endpoint = entry.endpoint();
      acceptor->open(endpoint.protocol(), error);
      if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
      if (!error && endpoint.address().is_v6()) {
        acceptor->set_option(asio::ip::v6_only(true), error);
      }
      if (!error) acceptor->bind(endpoint, error);
      if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
      if (!error) acceptors.push_back(std::move(acceptor));
      if (options.port == 0 && !acceptors.empty()) break;
    }
    if (acceptors.empty()) fail(error);
    port = acceptors.front()->local_endpoint().port();
  }

  [[noreturn]] void fail(const boost::system::error_code& error) const {
    throw Error(ErrorKind::unavailable,
                fmt::format("cannot listen on {} port {}: {}", context.options.host,
                            context.options.port, error.message()));
  }

  asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    asio::steady_timer pause(accept_strand);
    while (!context.draining) {
      auto [error, socket] = co_await acceptor.async_accept(asio::make_strand(io), kAsTuple);
      if (error) {
        if (context.draining || error == asio::error::operation_aborted) break;
        // Out of descriptors, most likely: wait for some to come back.
        log_warning("a connection could not be taken: {}", error.message());
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kAsTuple);
        continue;
      }
      admit(std::move(socket));
    }
  }

  /// Whom a connection counts for; empty: for nobody in particular.
  std::string limited_client(const tcp::socket& socket) const {
    const HttpServerOptions& options = context.options;
    if (options.max_connections_per_address == 0) return {};
    boost::system::error_code unknown;
    const auto remote = socket.remote_endpoint(unknown);
    if (unknown) return {};
    const auto address = parse_ip(remote.address().to_string());
    if (!address || (options.many_behind && options.many_behind(*address))) return {};
    return subscriber_of(*address);
  }

  bool take_place(const std::string& client) {
    if (client.empty()) return true;
    const std::lock_guard lock(context.mutex);
    std::size_t& count = context.by_address[client];
    if (count >= context.options.max_connections_per_address) return false;
    ++count;
    return true;
  }

  void give_place_back(const std::string& client) {
    if (client.empty()) return;
    const std::lock_guard lock(context.mutex);
    const auto place = context.by_address.find(client);
    if (--place->second == 0) context.by_address.erase(place);
  }

  void admit(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const std::string client = limited_client(socket);
    const bool full = open >= context.options.max_connections || !take_place(client);
    if (full && turned_away >= kMaxTurnedAway) return;
    const auto executor = socket.get_executor();
    auto connection = std::make_shared<HttpConnection>(std::move(socket), context);
    ++(full ? turned_away : open);
    {
      const std::lock_guard lock(context.mutex);
      context.connections.insert(connection);
    }
    // A drain that has just begun may have missed it.
    if (context.draining) connection->drain();
    asio::co_spawn(executor, full ? connection->turn_away() : connection->serve(),
                   [this, connection, full, client](const std::exception_ptr& failure) {
                     --(full ? turned_away : open);
                     if (!full) give_place_back(client);
                     forget(connection, failure);
                   });
  }

  void forget(const std::shared_ptr<HttpConnection>& connection,
              const std::exception_ptr& failure) {
    {
      const std::lock_guard lock(context.mutex);
      context.connections.erase(connection);
      if (context.draining && context.connections.empty()) drain_timer.cancel();
    }
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log_error("a connection failed: {}", error.what());
    }
  }

  void begin_drain() {
    if (context.draining.exchange(true)) return;
    context.api.start_draining();
    boost::system::error_code ignored;
    for (const auto& acceptor : acceptors) acceptor->close(ignored);
    const std::lock_guard lock(context.mutex);
    for (const auto& connection : context.connections) connection->drain();
    if (context.connections.empty()) return;
    drain_timer.expires_after(context.options.drain_timeout);
    drain_timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) io.stop();
    });
  }
};

HttpServer::HttpServer(Api& api, const HttpServerOptions& options)
    : state_(std::make_unique<State>(api, options)) {
  state_->listen();
  api.set_load_source([state = state_.get()] {
    return ServerLoad{.connections = state->open,
                      .queued_requests = state->context.runner.in_flight()};
  });
}

HttpServer::~HttpServer() { state_->context.api.set_load_source({}); }

std::uint16_t HttpServer::port() const { return state_->port; }

std::size_t HttpServer::connections() const { return state_->open; }

void HttpServer::run() {
  for (const auto& acceptor : state_->acceptors) {
    asio::co_spawn(state_->accept_strand, state_->accept(*acceptor), asio::detached);
  }
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < state_->context.options.event_threads; ++i) {
    helpers.emplace_back([this] { state_->io.run(); });
  }
  state_->io.run();
  for (std::thread& helper : helpers) helper.join();
}

void HttpServer::stop() {
  asio::post(state_->accept_strand, [state = state_.get()] { state->begin_drain(); });
}

}  // namespace anireco
