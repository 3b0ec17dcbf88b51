#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "api/body_budget.h"
#include "api/http_server.h"

namespace anireco {

class HttpConnection;

/// What all connections of a server share. Only for the server's own sources: pulls Asio in.
struct ConnectionContext {
  ConnectionContext(Api& served, const HttpServerOptions& wanted)
      : api(served),
        options(wanted),
        bodies(wanted.max_body_bytes_in_flight),
        runner(served, wanted.runner) {}

  Api& api;
  const HttpServerOptions options;
  BodyBudget bodies;
  RequestRunner runner;
  std::atomic<bool> draining = false;
  std::mutex mutex;
  std::set<std::shared_ptr<HttpConnection>> connections;
  std::map<std::string, std::size_t> by_address;  ///< Open connections of each subscriber.
};

/// One client: reads requests one after the other and answers each before it reads the next. Runs
/// on its own strand.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  HttpConnection(Socket socket, ConnectionContext& context)
      : socket_(std::move(socket)), deadline_(socket_.get_executor()), context_(context) {}

  /// Serves until the client or a limit ends it.
  boost::asio::awaitable<void> serve();
  /// Answers 503 and closes.
  boost::asio::awaitable<void> turn_away();
  /// Ends the connection now if no request is under way, else after its answer. From any thread.
  void drain();

 private:
  /// A request as far as it has come.
  struct Exchange {
    explicit Exchange(const HttpLimits& limits) : parser(limits) {}
    RequestParser parser;
    HttpRequest outline = {};  ///< Id, method and target, for its log line and for refusals.
    std::optional<HttpResponse> response = {};   ///< What the head alone brought.
    std::optional<Api::Accepted> accepted = {};  ///< Else this, once the head is there.
    BodyShare body = {};
    bool judged() const { return response || accepted; }
  };
  enum class Received {
    request,
    refused,  ///< Its head is no HTTP, or brought a refusal before its body was there.
    nothing
  };

  boost::asio::awaitable<Received> receive(Exchange& exchange);
  /// Asks the API about a head that has just come.
  void judge(Exchange& exchange);
  /// Refuses a request whose body, still on its way, is more than the server takes now.
  void make_room(Exchange& exchange);
  boost::asio::awaitable<HttpResponse> answer(Api::Accepted accepted, HttpRequest outline);
  boost::asio::awaitable<bool> send(const HttpResponse& response, bool keep_alive);
  boost::asio::awaitable<void> close_gently();

  /// From now on the pending read or write may take this long; then it ends as cancelled.
  void set_limit(std::chrono::milliseconds limit);

  Socket socket_;
  boost::asio::steady_timer deadline_;
  bool timed_out_ = false;
  ConnectionContext& context_;
  std::string buffer_;
  std::string scratch_;
  std::string peer_;
  bool idle_ = true;
};

}  // namespace anireco
