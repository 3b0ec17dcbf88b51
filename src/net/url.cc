#include "net/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

#include "base/error.h"

namespace anireco {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

Url parse(const std::string& text) {
  Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
  const std::string scheme = part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return nullptr;
  return url;
}

std::string lower_host(const Url& url) {
  std::string host = part(url, CURLUPART_HOST);
  std::ranges::transform(host, host.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return host;
}

}  // namespace

bool same_origin(const std::string& a, const std::string& b) {
  const Url left = parse(a);
  const Url right = parse(b);
  return left && right && part(left, CURLUPART_SCHEME) == part(right, CURLUPART_SCHEME) &&
         lower_host(left) == lower_host(right) &&
         part(left, CURLUPART_PORT, CURLU_DEFAULT_PORT) ==
             part(right, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string resolve_location(const std::string& base, const std::string& location) {
  const Url url = parse(base);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) {
    throw Error(ErrorKind::corrupt, "the server redirects to what is no address");
  }
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
  std::string resolved = part(url, CURLUPART_URL);
  if (!is_http_url(resolved)) {
    throw Error(ErrorKind::corrupt, "the server redirects to what is no http address");
  }
  return resolved;
}

std::string shown_url(const std::string& text) {
  const Url url = parse(text);
  if (!url) return "(no URL)";
  for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                                 CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), secret, nullptr, 0);
  }
  return part(url, CURLUPART_URL);
}

bool has_credentials(const std::string& text) {
  const Url url = parse(text);
  if (!url) return false;
  for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS}) {
    char* found = nullptr;
    const CURLUcode none = curl_url_get(url.get(), secret, &found, 0);
    curl_free(found);
    if (none == CURLUE_OK) return true;
  }
  return false;
}

std::string url_host(const std::string& text) {
  const Url url = parse(text);
  return url ? lower_host(url) : std::string();
}

bool is_loopback(const std::string& text) {
  const std::string host = url_host(text);
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

bool is_http_url(const std::string& text) { return parse(text) != nullptr; }

bool is_https(const std::string& text) {
  const Url url = parse(text);
  return url && part(url, CURLUPART_SCHEME) == "https";
}

}  // namespace anireco
