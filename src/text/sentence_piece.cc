#include "text/sentence_piece.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr const char* kFile = "sentencepiece.bpe.model";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMaxConfigBytes = std::uint64_t{16} << 20;

// Ids of the file's own unknown, first and last piece, and of XLM-RoBERTa's.
constexpr int kFileUnknown = 0;
constexpr int kFileFirst = 1;
constexpr int kFileLast = 2;
constexpr std::int32_t kFirst = 0;
constexpr std::int32_t kLast = 2;
constexpr std::int32_t kUnknown = 3;
constexpr std::int32_t kMoved = 1;

void check_class(const std::filesystem::path& model_folder) {
  const std::filesystem::path path = model_folder / "tokenizer_config.json";
  if (!std::filesystem::exists(path)) return;
  json::error_code error;
  const json::value config = json::parse(read_file(path, kMaxConfigBytes), error);
  const json::object* fields = config.if_object();
  if (error || fields == nullptr) {
    throw Error(ErrorKind::corrupt, "tokenizer_config.json is no JSON object", path.string());
  }
  const json::value* name = fields->if_contains("tokenizer_class");
  if (name == nullptr) return;
  const std::string_view text = name->is_string() ? std::string_view(name->get_string()) : "";
  if (text != "XLMRobertaTokenizer" && text != "XLMRobertaTokenizerFast") {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("tokenizer_config.json: tokenizer_class \"{}\" is not supported with "
                            "SentencePiece, only XLMRobertaTokenizer is",
                            text));
  }
}

}  // namespace

struct SentencePiece::State {
  sentencepiece::SentencePieceProcessor processor;
};

bool SentencePiece::is_in(const std::filesystem::path& model_folder) {
  return std::filesystem::exists(model_folder / kFile);
}

SentencePiece SentencePiece::load(const std::filesystem::path& model_folder) {
  check_class(model_folder);
  const std::filesystem::path path = model_folder / kFile;
  const std::string bytes = read_file(path, kMaxFileBytes);
  auto state = std::make_unique<State>();
  sentencepiece::SentencePieceProcessor& processor = state->processor;
  const auto status = processor.LoadFromSerializedProto(bytes);
  if (!status.ok()) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is no SentencePiece model", kFile),
                fmt::format("{}: {}", path.string(), status.message()));
  }
  if (processor.unk_id() != kFileUnknown || processor.bos_id() != kFileFirst ||
      processor.eos_id() != kFileLast || processor.IdToPiece(kFileFirst) != "<s>" ||
      processor.IdToPiece(kFileLast) != "</s>") {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} does not begin with <unk>, <s>, </s> as XLM-RoBERTa's does", kFile),
                path.string());
  }
  return SentencePiece(std::move(state));
}

SentencePiece::SentencePiece(std::unique_ptr<const State> state) : state_(std::move(state)) {}
SentencePiece::~SentencePiece() = default;
SentencePiece::SentencePiece(SentencePiece&&) noexcept = default;
SentencePiece& SentencePiece::operator=(SentencePiece&&) noexcept = default;

std::vector<std::int32_t> SentencePiece::encode(std::string_view text,
                                                std::size_t max_tokens) const {
  if (max_tokens < 2) {
    throw Error(ErrorKind::invalid_argument, "a text needs room for at least two tokens");
  }
  std::vector<int> pieces;
  const auto status = state_->processor.Encode({text.data(), text.size()}, &pieces);
  if (!status.ok()) {
    throw Error(ErrorKind::internal, "a text cannot be cut into pieces", status.ToString());
  }
  pieces.resize(std::min(pieces.size(), max_tokens - 2));
  std::vector<std::int32_t> ids = {kFirst};
  for (const int piece : pieces) ids.push_back(piece == kFileUnknown ? kUnknown : piece + kMoved);
  ids.push_back(kLast);
  return ids;
}

std::int32_t SentencePiece::vocabulary_size() const {
  // <pad> is before the others, <mask> after them.
  return state_->processor.GetPieceSize() + kMoved + 1;
}

}  // namespace anireco
