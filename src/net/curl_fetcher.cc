#include "net/curl_fetcher.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "net/fetch_error.h"
#include "net/url.h"

namespace anireco {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Receiver {
  FetchResponse response;
  std::stop_token stop;
  std::size_t limit = 0;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& receiver = *static_cast<Receiver*>(user);
  if (receiver.response.body.size() + size > receiver.limit) {
    receiver.too_large = true;
    return 0;
  }
  receiver.response.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  const std::string_view line(data, size);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
  const std::size_t end = line.find_last_not_of(" \t\r\n");
  if (begin == std::string_view::npos || end < begin) return size;
  static_cast<Receiver*>(user)->response.headers[name] =
      std::string(line.substr(begin, end - begin + 1));
  return size;
}

int look_for_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Receiver*>(user)->stop.stop_requested() ? 1 : 0;
}

FetchFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return FetchFailure::resolve;
    case CURLE_COULDNT_CONNECT:
      return FetchFailure::connect;
    case CURLE_OPERATION_TIMEDOUT:
      return FetchFailure::timed_out;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return FetchFailure::cut;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return FetchFailure::certificate;
    case CURLE_ABORTED_BY_CALLBACK:
      return FetchFailure::stopped;
    default:
      return FetchFailure::other;
  }
}

std::string_view describe(FetchFailure failure) {
  switch (failure) {
    case FetchFailure::resolve:
      return "the name of the host, or of the proxy, could not be resolved";
    case FetchFailure::connect:
      return "no connection to the server or the proxy";
    case FetchFailure::timed_out:
      return "the server answered too slowly";
    case FetchFailure::cut:
      return "the answer was cut off";
    case FetchFailure::certificate:
      return "the server's certificate could not be verified";
    case FetchFailure::stopped:
      return "stopped";
    case FetchFailure::too_many:
    case FetchFailure::other:
      return "the server did not answer";
  }
  return "";
}

}  // namespace

struct CurlFetcher::State {
  CurlFetcherOptions options;
  CURL* curl = nullptr;
  ~State() { curl_easy_cleanup(curl); }
};

CurlFetcher::CurlFetcher(CurlFetcherOptions options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->curl = curl_easy_init();
  if (state_->curl == nullptr) throw Error(ErrorKind::internal, "the HTTP client cannot start");
}

CurlFetcher::~CurlFetcher() = default;

FetchResponse CurlFetcher::fetch(const FetchRequest& request) {
  CURL* curl = state_->curl;
  const CurlFetcherOptions& options = state_->options;
  curl_easy_reset(curl);
  Receiver receiver;
  receiver.limit = request.max_body_bytes;
  receiver.stop = request.stop;
  std::unique_ptr<curl_slist, FreeList> headers;
  const auto add_header = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) throw Error(ErrorKind::internal, "out of memory");
    headers.release();
    headers.reset(longer);
  };
  for (const auto& [name, value] : request.headers) add_header(name + ": " + value);
  // libcurl would ask servers for leave before a long body, and wait a second for the answer.
  if (!request.body.empty()) add_header("Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  const auto connect_timeout = std::min(request.timeout, options.connect_timeout);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout.count()));
  if (request.stall_timeout.count() > 0) {
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>(request.stall_timeout.count()));
  }
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  if (options.max_idle.count() > 0) {
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, static_cast<long>(options.max_idle.count()));
  }
  if (!options.use_proxy) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (request.compressed) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  if (request.stop.stop_possible()) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look_for_stop);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &receiver);
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiver);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiver);
  if (request.method != "GET") {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  const CURLcode code = curl_easy_perform(curl);
  if (receiver.too_large)
    throw Error(ErrorKind::corrupt, "the answer is larger than allowed", shown_url(request.url));
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    throw Error(ErrorKind::invalid_argument, "not a URL that can be fetched",
                shown_url(request.url));
  }
  if (code != CURLE_OK) {
    FetchFailure failure = failure_of(code);
    long sent = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    // Who does not even take the connection is not slow but absent.
    if (failure == FetchFailure::timed_out && sent == 0) failure = FetchFailure::connect;
    throw FetchError(failure, std::string(describe(failure)),
                     shown_url(request.url) + ": " + curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  receiver.response.status = static_cast<int>(status);
  return std::move(receiver.response);
}

}  // namespace anireco
