#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <string>
#include <thread>

#include "api/api_fixture.h"
#include "api/http_server.h"

/// For tests only: a server over a test's API, and a client without manners.
namespace anireco::testing_api {

using namespace std::chrono_literals;

class RunningServer {
 public:
  RunningServer(Api& api, HttpServerOptions options) : server(api, with_free_port(options)) {
    thread_ = std::thread([this] { server.run(); });
  }
  ~RunningServer() { finish(); }
  void finish() {
    if (!thread_.joinable()) return;
    server.stop();
    thread_.join();
  }

  HttpServer server;

 private:
  static HttpServerOptions with_free_port(HttpServerOptions options) {
    options.port = 0;
    options.runner.threads = 2;
    return options;
  }
  std::thread thread_;
};

/// A client that sends what it is told to, byte for byte.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void half_close() { shutdown(socket_, SHUT_WR); }

  /// The next answer, head and body; empty when the server closes first or takes too long.
  std::string receive(std::chrono::milliseconds limit = 10s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
      const std::size_t head = buffer_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t at = buffer_.find("Content-Length: ");
        const std::size_t length = at < head ? std::stoul(buffer_.substr(at + 16)) : 0;
        if (buffer_.size() >= head + 4 + length) {
          std::string answer = buffer_.substr(0, head + 4 + length);
          buffer_.erase(0, answer.size());
          return answer;
        }
      }
      if (!read_some(end)) return {};
    }
  }
  /// The next answer's head alone, for answers that have no body.
  std::string receive_head() {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (buffer_.find("\r\n\r\n") == std::string::npos && read_some(end)) {
    }
    const std::string head = buffer_.substr(0, buffer_.find("\r\n\r\n") + 4);
    buffer_.erase(0, head.size());
    return head;
  }
  /// True once the server has closed the connection.
  bool closed(std::chrono::milliseconds limit = 10s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (read_some(end)) {
    }
    return ended_;
  }

  bool connected = false;

 private:
  bool read_some(std::chrono::steady_clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wait{socket_, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[8192];
    const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  std::string buffer_;
  bool ended_ = false;
};

inline std::string get_request(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

inline bool has_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

/// Waits until `done()` holds, for ten seconds at most: false when it does not.
inline bool becomes(const std::function<bool()>& done) {
  for (int n = 0; n < 5000 && !done(); ++n) std::this_thread::sleep_for(2ms);
  return done();
}

/// An encoder that waits until it is let go.
class StuckEncoder final : public TextEncoder {
 public:
  explicit StuckEncoder(std::shared_future<void> go) : go_(std::move(go)) {}
  std::size_t dimension() const override { return inner_.dimension(); }
  const std::string& fingerprint() const override { return inner_.fingerprint(); }
  Tokens tokenize(std::string_view text) const override { return inner_.tokenize(text); }
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team) const override {
    go_.wait();
    inner_.encode_tokens(sequences, out, team);
  }

 private:
  HashingEncoder inner_{testing_api::kDimension};
  std::shared_future<void> go_;
};

}  // namespace anireco::testing_api
