#include "access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "commands.h"
#include "network.h"

namespace anireco::app {
namespace {

constexpr double kDefaultPerMinute = 600;
constexpr std::uint64_t kMaxKeyFile = 1 << 20;

ApiKeys read_keys(const std::filesystem::path& path) {
  try {
    return ApiKeys(read_file(path, kMaxKeyFile));
  } catch (const Error& error) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("setting api_keys: {}: {}", path.string(), error.what()),
                error.context());
  }
}

/// Adds a line in one write; a new file is readable by its owner alone, another keeps its mode.
void append_line(const std::filesystem::path& path, const std::string& line) {
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const bool written = file >= 0 &&
                       write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       fsync(file) == 0;
  const int code = errno;
  if (file >= 0) close(file);
  if (!written) {
    throw Error(ErrorKind::unavailable, fmt::format("{} cannot be written", path.string()),
                std::strerror(code));
  }
}

/// 256 random bits as 43 letters, digits, hyphens and underscores.
std::string new_key() {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<unsigned char, 43> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    throw Error(ErrorKind::internal, "the system gives no random bytes", std::strerror(errno));
  }
  std::string key;
  for (const unsigned char byte : random) key += kDigits[byte % kDigits.size()];
  return key;
}

}  // namespace

AccessOptions access_options(const Settings& settings) {
  const double by_address =
      settings.rate_limit.value_or(is_loopback(settings.host) ? 0 : kDefaultPerMinute);
  AccessOptions options{.key_required = settings.api_key_required,
                        .proxies = settings.trusted_proxies};
  if (by_address > 0) {
    options.per_address = {.per_minute = by_address, .burst = settings.rate_burst};
    options.per_key = {.per_minute = settings.key_rate_limit, .burst = settings.rate_burst};
  }
  if (settings.api_keys.empty()) return options;
  options.keys = read_keys(settings.api_keys);
  if (options.keys.empty() && settings.api_key_required) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("setting api_keys: {} has no key, so nobody would be answered; add one "
                            "with: anireco key NAME",
                            settings.api_keys.string()));
  }
  return options;
}

int run_key(const Settings& settings, const KeyOptions& options) {
  if (settings.api_keys.empty()) {
    throw Error(ErrorKind::invalid_argument, "the setting api_keys names no file for the key");
  }
  bool line_open = false;
  if (std::filesystem::exists(settings.api_keys)) {
    read_keys(settings.api_keys);
    const std::string text = read_file(settings.api_keys, kMaxKeyFile);
    line_open = !text.empty() && !text.ends_with('\n');
  }
  const std::string key = new_key();
  append_line(settings.api_keys,
              fmt::format("{}{}\n", line_open ? "\n" : "", ApiKeys::line(options.name, key)));
  fmt::print("{}\n", key);
  fmt::print(stderr,
             "The key of {}, shown this once; {} keeps only its hash. A server that runs already "
             "knows it after a restart.\n",
             options.name, settings.api_keys.string());
  return 0;
}

}  // namespace anireco::app
