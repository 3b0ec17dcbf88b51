#include "encoder/model_fingerprint.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "encoder/parallel.h"
#include "text/sentence_piece.h"

namespace anireco {
namespace {

constexpr size_t kPieceBytes = size_t{8} << 20;
constexpr size_t kDigits = 32;

std::string digest_of(const std::filesystem::path& path) {
  return std::filesystem::exists(path) ? sha256_file_hex(path) : "absent";
}

}  // namespace

std::string model_fingerprint(const std::filesystem::path& folder,
                              std::span<const std::byte> weights, std::string_view document_prompt,
                              size_t threads) {
  const size_t pieces = (weights.size() + kPieceBytes - 1) / kPieceBytes;
  std::vector<std::string> digests(pieces);
  parallel_for(pieces, threads, [&](size_t i) {
    Sha256 hash;
    hash.update(
        weights.subspan(i * kPieceBytes, std::min(kPieceBytes, weights.size() - i * kPieceBytes)));
    digests[i] = hash.finish();
  });
  Sha256 total;
  for (const std::string& digest : digests) total.update(digest);
  for (const std::string_view name :
       {"projection.safetensors", "config.json", "sentence_bert_config.json", "modules.json",
        "1_Pooling/config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"}) {
    total.update(name);
    total.update(digest_of(folder / name));
  }
  // Read since later than the first stored vectors: their models' names stay what they were.
  if (SentencePiece::is_in(folder)) {
    total.update(SentencePiece::kFileName);
    total.update(digest_of(folder / SentencePiece::kFileName));
  }
  if (!document_prompt.empty()) {
    total.update("prompt of titles");
    total.update(document_prompt);
  }
  return total.finish().substr(0, kDigits);
}

}  // namespace anireco
