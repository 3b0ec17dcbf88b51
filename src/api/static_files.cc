#include "api/static_files.h"

#include <fmt/format.h>

#include "api/gzip.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxTotal = 64 << 20;
constexpr std::size_t kMinCompressed = 1024;
constexpr int kBestCompression = 9;
constexpr std::string_view kHashedFolder = "/assets/";

std::string_view content_type(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".html") return "text/html; charset=utf-8";
  if (extension == ".js" || extension == ".mjs") return "text/javascript; charset=utf-8";
  if (extension == ".css") return "text/css; charset=utf-8";
  if (extension == ".json" || extension == ".map") return "application/json";
  if (extension == ".webmanifest") return "application/manifest+json";
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".txt") return "text/plain; charset=utf-8";
  if (extension == ".png") return "image/png";
  if (extension == ".jpg" || extension == ".jpeg") return "image/jpeg";
  if (extension == ".webp") return "image/webp";
  if (extension == ".avif") return "image/avif";
  if (extension == ".ico") return "image/x-icon";
  if (extension == ".woff2") return "font/woff2";
  if (extension == ".wasm") return "application/wasm";
  return "application/octet-stream";
}

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos ||
         type == "image/svg+xml" || type == "application/wasm";
}

StaticFile load(const fs::path& path, std::string_view url) {
  StaticFile file;
  file.content_type = content_type(path);
  std::string bytes = read_file(path, kMaxTotal);
  file.etag = fmt::format("W/\"{:016x}\"", xxh3_64(bytes));
  file.immutable = url.starts_with(kHashedFolder);
  if (bytes.size() >= kMinCompressed && is_compressible(file.content_type)) {
    std::string small = gzip(bytes, kBestCompression);
    if (small.size() < bytes.size()) {
      file.gzipped = std::make_shared<const std::string>(std::move(small));
    }
  }
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
  return file;
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return;
  std::uint64_t total = 0;
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (entry->is_symlink() || !entry->is_regular_file()) continue;
    total += entry->file_size();
    if (total > kMaxTotal) {
      throw Error(ErrorKind::invalid_argument, "the page's folder holds more than 64 MiB",
                  folder.string());
    }
    std::string url = fs::relative(entry->path(), folder).generic_string();
    url.insert(url.begin(), '/');
    files_.emplace(url, load(entry->path(), url));
  }
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace anireco
