#include "encoder/remote/remote_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <thread>

#include "net/fetch_error.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;

/// Texts that are sent at once, more go one after the other: whole they fit into the megabyte that
/// a request's body may have.
constexpr std::size_t kTextsAtOnce = 48;
static_assert(kTextsAtOnce <= kMaxEncodedTexts);
constexpr std::size_t kMaxDimension = 8192;
/// A number in JSON takes at most 16 bytes ("-1.23456789e-38,").
constexpr std::size_t kBytesPerNumber = 16;
constexpr std::size_t kAnswerOverhead = 4096;
constexpr std::chrono::milliseconds kBusyPause{200};
/// Lengths of vectors that were rounded to nine digits.
constexpr double kLengthTolerance = 1e-3;

[[noreturn]] void refuse_answer(const std::string& what) {
  throw Error(ErrorKind::corrupt, "the encoder's server answers what it should not", what);
}

json::value parse(const std::string& body) {
  json::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) refuse_answer("no JSON object");
  return value;
}

std::string model_of(const json::value& answer) {
  const json::value* model = answer.as_object().if_contains("model");
  if (model == nullptr || !model->is_string()) refuse_answer("no model");
  const std::string text(model->as_string());
  const bool sane = text.size() >= 16 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
                    });
  if (!sane) refuse_answer("a model without a fingerprint");
  return text;
}

std::size_t dimension_of(const json::value& answer) {
  const json::value* dimension = answer.as_object().if_contains("dimension");
  if (dimension == nullptr || !dimension->is_int64()) refuse_answer("no dimension");
  const std::int64_t number = dimension->as_int64();
  if (number < 1 || number > static_cast<std::int64_t>(kMaxDimension)) {
    refuse_answer(fmt::format("a dimension of {}", number));
  }
  return static_cast<std::size_t>(number);
}

void take_vector(const json::value& values, std::span<float> out) {
  if (!values.is_array() || values.as_array().size() != out.size()) {
    refuse_answer("a vector of another length");
  }
  double squares = 0;
  for (std::size_t d = 0; d < out.size(); ++d) {
    json::error_code error;
    const auto number = values.as_array()[d].to_number<double>(error);
    if (error || !std::isfinite(number)) refuse_answer("a vector with something else than numbers");
    out[d] = static_cast<float>(number);
    squares += number * number;
  }
  if (!(std::abs(std::sqrt(squares) - 1) <= kLengthTolerance)) {
    refuse_answer("a vector whose length is not 1");
  }
}

std::string body_of(FetchResponse response) {
  switch (response.status) {
    case 200:
      return std::move(response.body);
    case 401:
    case 403:
      throw Error(ErrorKind::invalid_argument,
                  "the encoder's server asks for an API key: see the setting encoder_key");
    case 421:
      throw Error(ErrorKind::invalid_argument,
                  "the encoder's server does not answer under the name in encoder_url: see its "
                  "setting hosts");
    case 429:
    case 502:
    case 503:
    case 504:
      throw Error(ErrorKind::unavailable, "the encoder's server is not ready or full",
                  fmt::format("status {}", response.status));
    default:
      refuse_answer(fmt::format("status {}", response.status));
  }
}

std::string text_of(const TextEncoder::Tokens& tokens) {
  const bool fits = !tokens.empty() && tokens.front() >= 0 &&
                    static_cast<std::size_t>(tokens.front()) <= kMaxEncodedTextLength &&
                    tokens.size() == 1 + (static_cast<std::size_t>(tokens.front()) + 3) / 4;
  if (!fits) throw Error(ErrorKind::invalid_argument, "not what tokenize() gave");
  const auto size = static_cast<std::size_t>(tokens.front());
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    const auto word = static_cast<std::uint32_t>(tokens[1 + i / 4]);
    text[i] = static_cast<char>(static_cast<unsigned char>(word >> (8 * (i % 4))));
  }
  return text;
}

}  // namespace

RemoteEncoder::RemoteEncoder(RemoteEncoderOptions options, std::unique_ptr<HttpFetcher> fetcher)
    : options_(std::move(options)),
      fetcher_(std::move(fetcher)),
      health_(std::make_shared<CircuitBreaker>("The encoder's server")) {}

std::shared_ptr<RemoteEncoder> RemoteEncoder::connect(RemoteEncoderOptions options,
                                                      std::unique_ptr<HttpFetcher> fetcher) {
  std::shared_ptr<RemoteEncoder> encoder(new RemoteEncoder(std::move(options), std::move(fetcher)));
  Model model = encoder->ask_model();
  encoder->fingerprint_ = std::move(model.fingerprint);
  encoder->dimension_ = model.dimension;
  return encoder;
}

TextEncoder::Tokens RemoteEncoder::tokenize(std::string_view text) const {
  const std::string valid = to_valid_utf8(text);
  text = truncate_utf8(valid, kMaxEncodedTextLength);
  Tokens tokens(1 + (text.size() + 3) / 4, 0);
  tokens.front() = static_cast<std::int32_t>(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    std::int32_t& token = tokens[1 + i / 4];
    token = static_cast<std::int32_t>(static_cast<std::uint32_t>(token) | byte << (8 * (i % 4)));
  }
  return tokens;
}

void RemoteEncoder::encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                                  ThreadTeam*) const {
  if (out.size() != sequences.size() * dimension_) {
    throw Error(ErrorKind::invalid_argument, "The output must hold one vector a sequence.");
  }
  for (std::size_t n = 0; n < sequences.size(); n += kTextsAtOnce) {
    const std::size_t count = std::min(kTextsAtOnce, sequences.size() - n);
    encode_some(sequences.subspan(n, count), out.subspan(n * dimension_, count * dimension_));
  }
}

void RemoteEncoder::encode_some(std::span<const Tokens> sequences, std::span<float> out) const {
  json::array texts;
  texts.reserve(sequences.size());
  for (const Tokens& tokens : sequences) texts.emplace_back(json::string(text_of(tokens)));
  FetchRequest request{.method = "POST", .url = options_.url + "/encode"};
  request.headers["Content-Type"] = "application/json";
  request.body = json::serialize(
      json::object{{"role", to_string(options_.role)}, {"texts", std::move(texts)}});
  request.max_body_bytes = kAnswerOverhead + out.size() * kBytesPerNumber;
  const json::value answer = parse(ask_patiently(request));
  if (model_of(answer) != fingerprint_) {
    throw Error(ErrorKind::unavailable, "the encoder's server has another model now");
  }
  const json::value* vectors = answer.as_object().if_contains("vectors");
  if (vectors == nullptr || !vectors->is_array() ||
      vectors->as_array().size() != sequences.size()) {
    refuse_answer("another number of vectors");
  }
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    take_vector(vectors->as_array()[i], out.subspan(i * dimension_, dimension_));
  }
}

bool RemoteEncoder::check() {
  try {
    const Model model = ask_model();
    health_->succeeded();
    return model.fingerprint == fingerprint_ && model.dimension == dimension_;
  } catch (...) {
    health_->failed();
    throw;
  }
}

RemoteEncoder::Model RemoteEncoder::ask_model() const {
  FetchRequest request{.url = options_.url + "/encode", .max_body_bytes = kAnswerOverhead};
  const json::value answer = parse(body_of(exchange(request)));
  return {model_of(answer), dimension_of(answer)};
}

std::string RemoteEncoder::ask_patiently(const FetchRequest& request) const {
  const auto give_up = std::chrono::steady_clock::now() + options_.patience;
  while (true) {
    try {
      // A server that is full answers all the same: only silence says that it is down.
      return body_of(health_->call([&] { return exchange(request); }));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || std::chrono::steady_clock::now() >= give_up) {
        throw;
      }
    }
    std::this_thread::sleep_for(kBusyPause);
  }
}

FetchResponse RemoteEncoder::exchange(FetchRequest request) const {
  request.timeout = options_.timeout;
  if (!options_.key.empty()) request.headers["Authorization"] = "Bearer " + options_.key;
  try {
    return fetcher_->fetch(request);
  } catch (const FetchError& error) {
    // A connection that was kept may have been closed by the other side meanwhile.
    if (error.failure() != FetchFailure::cut) throw;
    return fetcher_->fetch(request);
  }
}

}  // namespace anireco
