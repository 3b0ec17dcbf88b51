#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "api/ip_address.h"
#include "api/request_parser.h"
#include "api/request_runner.h"

namespace anireco {

struct HttpServerOptions {
  std::string host = "127.0.0.1";      ///< Address or name to listen on.
  std::uint16_t port = 8080;           ///< 0: any free one.
  std::size_t event_threads = 1;       ///< Threads that move bytes; handlers have their own.
  std::size_t max_connections = 1024;  ///< One more is answered 503 and closed.
  /// The same for those of one address (of IPv6, its first 64 bits); 0: no limit of its own.
  std::size_t max_connections_per_address = 0;
  /// Addresses that the limit is not for: those of proxies, which bring many clients. Empty: none.
  std::function<bool(const IpAddress&)> many_behind = {};
  HttpLimits limits = {};
  /// Bytes of all bodies that are read or worked on at a time; what would be more is answered 503
  /// before it is read. At least the largest body that `limits` allow.
  std::size_t max_body_bytes_in_flight = std::size_t{256} << 20;
  RequestRunnerOptions runner = {};
  std::chrono::milliseconds idle_timeout{60000};    ///< Between two requests.
  std::chrono::milliseconds header_timeout{10000};  ///< From a request's first byte on.
  std::chrono::milliseconds body_timeout{20000};    ///< For the whole body.
  std::chrono::milliseconds answer_timeout{30000};  ///< For the handler.
  std::chrono::milliseconds write_timeout{30000};   ///< For sending the whole answer.
  std::chrono::milliseconds drain_timeout{10000};   ///< For requests under way at the end.
};

/// An HTTP/1.1 server over one API. A few threads move bytes, workers run handlers: a slow client
/// holds a connection, never a worker. Keep-alive and pipelining; every wait has a limit.
class HttpServer {
 public:
  /// Listens from now on; connections are answered once run() is called. The API must outlive the
  /// server. Throws Error{unavailable} when the address cannot be listened on.
  HttpServer(Api& api, const HttpServerOptions& options);
  /// stop() must have been called and run() have returned, or never been called.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// Serves until stop(), then finishes what is under way. Call once.
  void run();
  /// Takes no new connections, closes idle ones, lets requests under way end within drain_timeout.
  /// Thread-safe, returns at once.
  void stop();
  std::size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
