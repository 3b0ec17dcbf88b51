#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// Whether both go to the same scheme, host and port. False when either is no http(s) URL.
bool same_origin(const std::string& a, const std::string& b);

/// The address that a Location header means for a request to `base`; relative ones are resolved,
/// fragments dropped. Throws Error{corrupt} when the result is no http(s) URL.
std::string resolve_location(const std::string& base, const std::string& location);

/// A URL that may be shown and logged: user name, password and query are left out.
std::string shown_url(const std::string& url);

/// Whether it names a user or a password. False when it is no http(s) URL.
bool has_credentials(const std::string& url);

/// The name of its host in lower case; empty when it is no http(s) URL.
std::string url_host(const std::string& url);

/// Whether it names this machine: localhost, 127.0.0.0/8 or [::1].
bool is_loopback(const std::string& url);

/// Whether it is an http or https URL with a host.
bool is_http_url(const std::string& url);

/// Whether its scheme is https.
bool is_https(const std::string& url);

}  // namespace anireco
