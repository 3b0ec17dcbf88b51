#include "net/local_file_fetcher.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_reader.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "file://";
constexpr std::string_view kGzipMagic = "\x1f\x8b";

std::string unpacked(const fs::path& path, std::size_t max_bytes) {
  LineReader reader(path, {.max_line_bytes = max_bytes});
  std::string text;
  while (reader.next()) {
    if (text.size() + reader.line().size() >= max_bytes) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{} is larger than {} bytes when unpacked", path.filename().string(),
                              max_bytes),
                  path.string());
    }
    text += reader.line();
    text += '\n';
  }
  return text;
}

}  // namespace

FetchResponse LocalFileFetcher::fetch(const FetchRequest& request) {
  if (!request.url.starts_with(std::string(kScheme) + "/")) {
    throw Error(ErrorKind::invalid_argument, "not the address of a file on this machine");
  }
  const fs::path path = request.url.substr(kScheme.size());
  std::string text = read_file(path, request.max_body_bytes);
  std::error_code error;
  const auto changed = fs::last_write_time(path, error).time_since_epoch().count();
  const std::string etag = fmt::format("\"{:x}-{:x}\"", text.size(), error ? 0 : changed);
  FetchResponse response{.status = 200, .headers = {{"etag", etag}}};
  const auto known = request.headers.find("If-None-Match");
  if (known != request.headers.end() && known->second == etag) {
    response.status = 304;
  } else if (text.starts_with(kGzipMagic)) {
    response.body = unpacked(path, request.max_body_bytes);
  } else {
    response.body = std::move(text);
  }
  return response;
}

}  // namespace anireco
