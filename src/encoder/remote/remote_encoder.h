#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/circuit_breaker.h"
#include "encoder/encoder_role.h"
#include "encoder/text_encoder.h"
#include "net/http_fetcher.h"

namespace anireco {

struct RemoteEncoderOptions {
  std::string url =
      {};  ///< Of an encoder server (`anireco serve --only encoder`): "http://host:8081".
  std::string key = {};  ///< API key that it asks for; empty: none. A secret.
  EncoderRole role = EncoderRole::queries;
  std::chrono::milliseconds timeout{3000};  ///< For one exchange, > 0.
  /// How long a batch waits for a server that is full (503); 0: not at all.
  std::chrono::milliseconds patience{0};
};

/// A TextEncoder on another machine: asks an encoder server over HTTP (docs/operations.md). What
/// it answers is checked: model, number and length of the vectors, finite numbers. A server that
/// failed a moment ago is not asked (CircuitBreaker). Longer texts than kMaxEncodedTextLength bytes
/// are cut. Tokens here are a text's bytes, four each, which is about as many as a model makes of
/// English, so that batches are planned as for a local encoder. Thread-safe; each call waits for
/// its answer, so it belongs on threads that may (EncoderScheduler's workers).
class RemoteEncoder final : public TextEncoder {
 public:
  /// Asks the server for its model. fetcher: thread-safe (FetcherPool). Throws Error{unavailable}
  /// when the server does not answer or is not ready, Error{invalid_argument} for a URL or a key
  /// that it refuses, Error{corrupt} for an answer that is none.
  static std::shared_ptr<RemoteEncoder> connect(RemoteEncoderOptions options,
                                                std::unique_ptr<HttpFetcher> fetcher);

  std::size_t dimension() const override { return dimension_; }
  const std::string& fingerprint() const override { return fingerprint_; }
  Tokens tokenize(std::string_view text) const override;
  /// Throws as connect() does, and Error{unavailable} when the server's model has become another.
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team = nullptr) const override;

  /// Asks whether the server still answers, whatever became of the last call. False when its model
  /// is another now: then this encoder is of no use any more. Throws as connect() does.
  bool check();
  /// Whether the server answered the last time.
  std::shared_ptr<const CircuitBreaker> health() const { return health_; }

 private:
  struct Model {
    std::string fingerprint;
    std::size_t dimension = 0;
  };

  RemoteEncoder(RemoteEncoderOptions options, std::unique_ptr<HttpFetcher> fetcher);
  FetchResponse exchange(FetchRequest request) const;
  void encode_some(std::span<const Tokens> sequences, std::span<float> out) const;
  std::string ask_patiently(const FetchRequest& request) const;
  Model ask_model() const;

  const RemoteEncoderOptions options_;
  const std::unique_ptr<HttpFetcher> fetcher_;
  const std::shared_ptr<CircuitBreaker> health_;
  std::string fingerprint_;
  std::size_t dimension_ = 0;
};

}  // namespace anireco
