#include "ingest/vector_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/npy_file.h"
#include "ingest/encoded_texts.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kFolderVersion = 1;
constexpr const char* kFolderForm = "anireco-vectors";
constexpr const char* kTitleVectors = "vectors.npy";
constexpr const char* kTitleIds = "ids.txt";
constexpr const char* kWindowVectors = "windows.npy";
constexpr const char* kWindowIds = "windows.tsv";
constexpr const char* kTexts = "texts.txt";
constexpr const char* kFolderManifest = "manifest.json";
constexpr std::size_t kMostDimension = 8192;
constexpr float kLengthTolerance = 0.05F;

struct TextHashHash {
  std::size_t operator()(const TextHash& hash) const { return hash.low; }
};
using VectorsByHash = std::unordered_map<TextHash, std::vector<std::uint16_t>, TextHashHash>;

/// One matrix being written, with the lines that name its rows.
class Rows {
 public:
  void add(const std::string& name, const TextHash& text,
           const std::vector<std::uint16_t>& values) {
    names_ += name + "\n";
    texts_ += to_string(text) + "\n";
    for (const std::uint16_t bits : values) values_.push_back(to_float(bfloat16{bits}));
    ++count_;
  }
  std::size_t count() const { return count_; }
  const std::string& names() const { return names_; }
  const std::string& texts() const { return texts_; }
  std::string file(std::size_t dimension) const {
    std::string out = npy_header(count_, dimension);
    const auto bytes = std::as_bytes(std::span(values_));
    return out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

 private:
  std::string names_;
  std::string texts_;
  std::vector<float> values_;
  std::size_t count_ = 0;
};

[[noreturn]] void refuse(const char* file, std::string_view reason) {
  throw Error(ErrorKind::corrupt, fmt::format("{}: {}", file, reason));
}

TextHash parse_hash(std::string_view line) {
  TextHash hash;
  const char* const begin = line.data();
  const auto read = [&](std::size_t at, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(begin + at, begin + at + 16, value, 16);
    return error == std::errc() && end == begin + at + 16;
  };
  if (line.size() != 32 || !read(0, hash.high) || !read(16, hash.low)) {
    refuse(kTexts, "a line is no text hash");
  }
  return hash;
}

std::vector<TextHash> read_texts(const fs::path& path) {
  const std::string text = read_file(path);
  std::vector<TextHash> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(parse_hash(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

/// Reads the manifest and holds every file to it.
VectorFolderInfo read_manifest(const fs::path& folder) {
  VectorFolderInfo info;
  std::map<std::string, std::string> hashes;
  const std::string text = read_file(folder / kFolderManifest, 1 << 16);
  try {
    const json::value root = json::parse(text);
    if (root.at("form").as_string() != kFolderForm) refuse(kFolderManifest, "is of something else");
    if (root.at("version").to_number<int>() != kFolderVersion)
      refuse(kFolderManifest, "is of another version");
    info.model_fingerprint = std::string(root.at("model_fingerprint").as_string());
    info.dimension = root.at("dimension").to_number<std::size_t>();
    info.titles = root.at("titles").to_number<std::size_t>();
    info.windows = root.at("windows").to_number<std::size_t>();
    for (const auto& file : root.at("sha256").as_object()) {
      hashes[std::string(file.key())] = std::string(file.value().as_string());
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(ErrorKind::corrupt, fmt::format("{}: cannot be read", kFolderManifest), e.what());
  }
  if (info.model_fingerprint.empty() || info.dimension == 0 || info.dimension > kMostDimension) {
    refuse(kFolderManifest, "names no model or no possible dimension");
  }
  for (const char* name : {kTitleVectors, kTitleIds, kWindowVectors, kWindowIds, kTexts}) {
    const auto at = hashes.find(name);
    if (at == hashes.end()) refuse(kFolderManifest, fmt::format("does not name {}", name));
    if (sha256_file_hex(folder / name) != at->second) {
      refuse(name, "is not the file that was exported (its sha256 differs)");
    }
  }
  return info;
}

void read_rows(const fs::path& folder, const char* name, std::size_t rows, std::size_t dimension,
               std::span<const TextHash> texts, std::vector<StoredVector>& out) {
  const NpyFile file(folder / name);
  if (file.rows() != rows || (rows > 0 && file.columns() != dimension)) {
    refuse(name, "is not of the shape that manifest.json tells");
  }
  std::vector<float> values(dimension);
  for (std::size_t row = 0; row < rows; ++row) {
    file.read_row(row, values);
    double length = 0;
    for (const float value : values) length += static_cast<double>(value) * value;
    if (!(std::abs(std::sqrt(length) - 1) < kLengthTolerance)) {
      refuse(name, fmt::format("row {} is no vector of length 1", row));
    }
    StoredVector& vector = out.emplace_back();
    vector.text = texts[row];
    for (const float value : values) vector.values.push_back(to_bfloat16(value).bits);
  }
}

}  // namespace

VectorFolderInfo write_vector_folder(const CatalogStore& store,
                                     const std::string& model_fingerprint, Level level,
                                     const fs::path& folder) {
  VectorFolderInfo info;
  info.model_fingerprint = model_fingerprint;
  const std::vector<Anime> records = store.load();
  std::vector<std::vector<TextHash>> texts(records.size());
  std::vector<TextHash> wanted;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (level_of(records[i]) > level) continue;
    for (const std::string& text : encoded_texts(records[i])) texts[i].push_back(text_hash(text));
    wanted.insert(wanted.end(), texts[i].begin(), texts[i].end());
  }
  VectorsByHash vectors;
  for (StoredVector& vector : store.vectors(model_fingerprint, wanted)) {
    info.dimension = vector.values.size();
    vectors.emplace(vector.text, std::move(vector.values));
  }
  if (vectors.empty()) {
    throw Error(ErrorKind::not_found,
                "the catalogue has no vectors to export: import with a model");
  }
  Rows titles;
  Rows windows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& list = texts[i];
    if (list.empty()) continue;
    if (!std::ranges::all_of(list, [&](const TextHash& text) { return vectors.contains(text); })) {
      ++info.missing;
      continue;
    }
    titles.add(records[i].id, list.front(), vectors.at(list.front()));
    for (std::size_t w = 1; w < list.size(); ++w) {
      windows.add(fmt::format("{}\t{}", records[i].id, w - 1), list[w], vectors.at(list[w]));
    }
  }
  info.titles = titles.count();
  info.windows = windows.count();
  json::object hashes;
  const auto write = [&](const char* name, const std::string& bytes) {
    write_file_atomic(folder / name, bytes);
    hashes[name] = sha256_hex(bytes);
  };
  write(kTitleVectors, titles.file(info.dimension));
  write(kTitleIds, titles.names());
  write(kWindowVectors, windows.file(info.dimension));
  write(kWindowIds, windows.names());
  write(kTexts, titles.texts() + windows.texts());
  const json::object manifest = {
      {"form", kFolderForm},     {"version", kFolderVersion},
      {"dtype", "float32"},      {"model_fingerprint", model_fingerprint},
      {"titles", info.titles},   {"dimension", info.dimension},
      {"windows", info.windows}, {"sha256", hashes}};
  write_file_atomic(folder / kFolderManifest, json::serialize(manifest) + "\n");
  return info;
}

VectorFolder read_vector_folder(const fs::path& path) {
  const fs::path folder = path.filename() == kTitleVectors ? path.parent_path() : path;
  VectorFolder out;
  out.info = read_manifest(folder);
  const std::vector<TextHash> texts = read_texts(folder / kTexts);
  const std::size_t titles = out.info.titles;
  if (texts.size() < titles || texts.size() - titles != out.info.windows) {
    refuse(kTexts, "has not one line a row");
  }
  const std::span<const TextHash> all = texts;
  read_rows(folder, kTitleVectors, titles, out.info.dimension, all.first(titles), out.vectors);
  read_rows(folder, kWindowVectors, out.info.windows, out.info.dimension, all.subspan(titles),
            out.vectors);
  std::ranges::stable_sort(out.vectors, {}, &StoredVector::text);
  const auto twice = std::ranges::unique(out.vectors, {}, &StoredVector::text);
  out.vectors.erase(twice.begin(), twice.end());
  return out;
}

}  // namespace anireco
