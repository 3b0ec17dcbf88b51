#include "encoders.h"

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"
#include "base/failure_log.h"
#include "base/log.h"
#include "encoder/low_rank_adapter.h"
#include "encoder/model_config.h"
#include "encoder/remote/remote_encoder.h"
#include "encoder/sentence_encoder.h"
#include "net/curl_fetcher.h"
#include "net/fetcher_pool.h"

namespace anireco::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Requests to an encoder elsewhere that are under way at once.
constexpr std::size_t kRemoteThreads = 8;
constexpr std::size_t kRemoteBatchTokens = 4096;
constexpr seconds kDocumentsTimeout{60};
constexpr seconds kDocumentsPatience{60};
constexpr seconds kLookAgain{5};
constexpr seconds kLookForLost{1};

/// Where the settings find the adapter of requests; empty: there is none.
std::filesystem::path query_adapter(const Settings& settings) {
  if (settings.query_adapter == "none") return {};
  if (!settings.query_adapter.empty()) return settings.query_adapter;
  const std::filesystem::path beside_weights = settings.model_dir / "query_adapter";
  return std::filesystem::exists(beside_weights) ? beside_weights : std::filesystem::path();
}

std::shared_ptr<RemoteEncoder> connect_encoder(const Settings& settings, EncoderRole role) {
  RemoteEncoderOptions options{.url = settings.encoder_url,
                               .key = settings.encoder_key,
                               .role = role,
                               .timeout = settings.encoder_timeout};
  if (role == EncoderRole::documents) {
    options.timeout = std::max<milliseconds>(options.timeout, kDocumentsTimeout);
    options.patience = kDocumentsPatience;
  }
  // A server of one's own: no proxy stands before it.
  const CurlFetcherOptions fetcher{.connect_timeout = options.timeout, .use_proxy = false};
  return RemoteEncoder::connect(std::move(options), std::make_unique<FetcherPool>([fetcher] {
                                  return std::make_unique<CurlFetcher>(fetcher);
                                }));
}

std::shared_ptr<EncoderScheduler> scheduler_over(std::shared_ptr<RemoteEncoder> remote,
                                                 const Settings& settings) {
  return std::make_shared<EncoderScheduler>(
      std::move(remote), EncoderSchedulerOptions{.threads = kRemoteThreads,
                                                 .queue_capacity = settings.queue_capacity,
                                                 .max_batch_tokens = kRemoteBatchTokens,
                                                 .team = false});
}

std::shared_ptr<EncoderScheduler> load_local(const Settings& settings, EncoderRole role) {
  if (!std::filesystem::exists(settings.model_dir)) {
    log_warning("no encoder at {}: search works by words alone", settings.model_dir.string());
    return nullptr;
  }
  SentenceEncoderOptions options{
      .role = role, .precision = settings.precision, .max_team_size = settings.threads};
  if (role == EncoderRole::queries) options.adapter = query_adapter(settings);
  std::shared_ptr<const SentenceEncoder> encoder;
  try {
    encoder = SentenceEncoder::load(settings.model_dir, options);
  } catch (const Error& error) {
    if (options.adapter.empty() || !settings.query_adapter.empty()) throw;
    log_warning("requests are encoded without the adapter at {}: {}", options.adapter.string(),
                error.what());
    options.adapter.clear();
    encoder = SentenceEncoder::load(settings.model_dir, options);
  }
  return std::make_shared<EncoderScheduler>(
      std::move(encoder), EncoderSchedulerOptions{.threads = settings.threads,
                                                  .queue_capacity = settings.queue_capacity});
}

}  // namespace

void check_query_adapter(const Settings& settings) {
  if (settings.query_adapter.empty() || settings.query_adapter == "none") return;
  LowRankAdapter::open(settings.query_adapter);
}

bool reads_every_script(const Settings& settings) {
  return settings.encoder_url.empty() && is_multilingual(settings.model_dir);
}

std::shared_ptr<EncoderScheduler> load_encoder(const Settings& settings, EncoderRole role) {
  if (settings.encoder_url.empty()) return load_local(settings, role);
  return scheduler_over(connect_encoder(settings, role), settings);
}

EncoderLoader::EncoderLoader(EncoderGate& gate, const Settings& settings)
    : gate_(gate), settings_(settings) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    settings_.encoder_url.empty() ? load_once() : keep_in_touch(stop);
  });
}

EncoderLoader::~EncoderLoader() = default;

void EncoderLoader::load_once() {
  try {
    gate_.open(load_encoder(settings_, EncoderRole::queries));
  } catch (const std::exception& error) {
    FailureLog("no encoder").tell(error);
    gate_.open(nullptr);
  }
}

void EncoderLoader::keep_in_touch(const std::stop_token& stop) {
  SystemClock clock;
  FailureLog failures("no encoder");
  std::shared_ptr<RemoteEncoder> remote;
  while (!stop.stop_requested()) {
    bool lost = true;
    try {
      if (remote && !remote->check()) remote = nullptr;
      if (!remote) {
        remote = connect_encoder(settings_, EncoderRole::queries);
        gate_.open(scheduler_over(remote, settings_), remote->health());
        log_info("requests are encoded by the server of encoder_url, model {}",
                 remote->fingerprint());
      }
      lost = false;
      failures.clear();
    } catch (const std::exception& error) {
      if (!remote) gate_.miss();
      failures.tell(error);
    }
    clock.sleep_until(clock.now() + (lost ? kLookForLost : kLookAgain), stop);
  }
}

}  // namespace anireco::app
