#include "net/curl_fetcher.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "base/error.h"

namespace anireco {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Receiver {
  FetchResponse response;
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

}  // namespace

struct CurlFetcher::State {
  CURL* curl = nullptr;
  ~State() { curl_easy_cleanup(curl); }
};

CurlFetcher::CurlFetcher() : state_(std::make_unique<State>()) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  state_->curl = curl_easy_init();
  if (state_->curl == nullptr) throw Error(ErrorKind::internal, "the HTTP client cannot start");
}

CurlFetcher::~CurlFetcher() = default;

FetchResponse CurlFetcher::fetch(const FetchRequest& request) {
  CURL* curl = state_->curl;
  curl_easy_reset(curl);
  Receiver receiver;
  receiver.limit = request.max_body_bytes;
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const auto& [name, value] : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), (name + ": " + value).c_str());
    if (longer == nullptr) throw Error(ErrorKind::internal, "out of memory");
    headers.release();
    headers.reset(longer);
  }
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
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
    throw Error(ErrorKind::corrupt, "the answer is larger than allowed", request.url);
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    throw Error(ErrorKind::invalid_argument, "not a URL that can be fetched", request.url);
  }
  if (code != CURLE_OK) {
    throw Error(ErrorKind::unavailable, "the server did not answer",
                request.url + ": " + curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  receiver.response.status = static_cast<int>(status);
  return std::move(receiver.response);
}

}  // namespace anireco
