#include "ingest/manifest.h"

#include <boost/json.hpp>

#include "base/error.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr int kVersion = 1;

std::string hex(std::uint64_t value) {
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) out[i] = "0123456789abcdef"[value & 15];
  return out;
}

std::uint64_t from_hex(std::string_view text) {
  if (text.size() != 16) throw Error(ErrorKind::corrupt, "manifest: a checksum is malformed");
  std::uint64_t value = 0;
  for (char c : text) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) {
      throw Error(ErrorKind::corrupt, "manifest: a checksum is malformed");
    }
    value = value << 4 | digit;
  }
  return value;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
  const Generation& g = manifest.generation;
  json::object files;
  for (const auto& [name, file] : manifest.files) {
    files[name] = {{"bytes", file.bytes}, {"xxh3", hex(file.xxh3)}};
  }
  const json::object root = {{"version", kVersion},
                             {"generation", g.number},
                             {"content_hash", g.content_hash},
                             {"model_fingerprint", g.model_fingerprint},
                             {"vectors_complete", g.vectors_complete},
                             {"files", files}};
  return json::serialize(root) + "\n";
}

Manifest parse_manifest(std::string_view text) {
  Manifest out;
  try {
    const json::value root = json::parse(json::string_view(text.data(), text.size()));
    if (root.at("version").to_number<int>() != kVersion) {
      throw Error(ErrorKind::corrupt, "manifest: of another version");
    }
    out.generation.number = root.at("generation").to_number<std::uint64_t>();
    out.generation.content_hash = std::string(root.at("content_hash").as_string());
    out.generation.model_fingerprint = std::string(root.at("model_fingerprint").as_string());
    out.generation.vectors_complete = root.at("vectors_complete").as_bool();
    for (const auto& member : root.at("files").as_object()) {
      const std::string name(member.key());
      if (name.empty() || name.find('/') != std::string::npos || name.front() == '.') {
        throw Error(ErrorKind::corrupt, "manifest: a file name is not allowed");
      }
      Manifest::File file;
      file.bytes = member.value().at("bytes").to_number<std::uint64_t>();
      file.xxh3 = from_hex(member.value().at("xxh3").as_string());
      out.files.emplace(name, file);
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::corrupt, "manifest: cannot be read", error.what());
  }
  return out;
}

}  // namespace anireco
