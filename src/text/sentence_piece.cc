#include "text/sentence_piece.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "text/piece_table.h"
#include "text/sentence_piece_model.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;
using PieceKind = SentencePieceModel::Kind;

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMaxClassBytes = std::uint64_t{16} << 20;
constexpr std::string_view kSpace = "\xe2\x96\x81";  // U+2581
constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr float kUnknownPenalty = 10;

// The file's unknown, first and last piece are its 0 to 2; XLM-RoBERTa's ids:
constexpr std::int32_t kFirst = 0;
constexpr std::int32_t kLast = 2;
constexpr std::int32_t kUnknown = 3;
constexpr std::int32_t kMoved = 1;

void check_class(const std::filesystem::path& model_folder) {
  const std::filesystem::path path = model_folder / "tokenizer_config.json";
  if (!std::filesystem::exists(path)) return;
  json::error_code error;
  const json::value config = json::parse(read_file(path, kMaxClassBytes), error);
  const json::object* fields = config.if_object();
  if (error || fields == nullptr) {
    throw Error(ErrorKind::corrupt, "tokenizer_config.json is no JSON object", path.string());
  }
  const json::value* name = fields->if_contains("tokenizer_class");
  if (name == nullptr) return;
  const std::string_view text = name->is_string() ? std::string_view(name->get_string()) : "";
  // The last two say only how Python reads the folder.
  constexpr std::array<std::string_view, 4> kClasses = {
      "XLMRobertaTokenizer", "XLMRobertaTokenizerFast", "PreTrainedTokenizerFast",
      "TokenizersBackend"};
  if (std::ranges::find(kClasses, text) == kClasses.end()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("tokenizer_config.json: tokenizer_class \"{}\" is not supported with "
                            "SentencePiece, only XLMRobertaTokenizer is",
                            text));
  }
}

void check_specials(const SentencePieceModel& model) {
  const auto& pieces = model.pieces;
  const bool fit = pieces.size() > 3 && pieces[0].kind == PieceKind::unknown &&
                   pieces[1].kind == PieceKind::control && pieces[1].text == "<s>" &&
                   pieces[2].kind == PieceKind::control && pieces[2].text == "</s>";
  if (!fit) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} does not begin with <unk>, <s>, </s> as XLM-RoBERTa's does",
                            SentencePiece::kFileName));
  }
}

}  // namespace

struct SentencePiece::State {
  explicit State(const SentencePieceModel& model)
      : rules(model.rules),
        add_dummy_prefix(model.add_dummy_prefix),
        remove_extra_whitespaces(model.remove_extra_whitespaces),
        space(model.escape_whitespaces ? kSpace : " ") {
    check_specials(model);
    std::vector<std::pair<std::string_view, std::int32_t>> entries;
    std::unordered_set<std::string_view> seen;
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
      const auto& piece = model.pieces[id];
      if (!seen.insert(piece.text).second) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("{} has the piece {} twice", SentencePiece::kFileName, id));
      }
      scores.push_back(piece.score);
      if (piece.kind != PieceKind::normal) continue;
      entries.emplace_back(piece.text, static_cast<std::int32_t>(id));
      least_score = std::min(least_score, piece.score);
    }
    table = PieceTable(entries);
  }

  std::string normalised(std::string_view text) const;
  void append_pieces(std::string_view text, std::vector<std::int32_t>& ids) const;

  CharacterRules rules;
  bool add_dummy_prefix;
  bool remove_extra_whitespaces;
  std::string_view space;     ///< What white space becomes.
  std::vector<float> scores;  ///< By the file's ids.
  PieceTable table;
  float least_score = std::numeric_limits<float>::max();
};

/// What the file's rules make of a text.
std::string SentencePiece::State::normalised(std::string_view text) const {
  std::string out;
  bool after_space = remove_extra_whitespaces;
  bool begun = false;
  while (!text.empty()) {
    CharacterRules::Match part = rules.longest(text);
    if (part.bytes == 0) {
      const CodePoint c = decode_utf8(text, 0);
      const bool wrong = c.value == 0xfffd && !text.starts_with(kReplacement);
      part = {c.bytes, wrong ? kReplacement : text.substr(0, c.bytes)};
    }
    text.remove_prefix(part.bytes);
    std::string_view piece = part.replacement;
    while (after_space && piece.starts_with(' ')) piece.remove_prefix(1);
    if (piece.empty()) continue;
    if (!begun && add_dummy_prefix) out += space;
    begun = true;
    for (const char c : piece) {
      if (c == ' ') {
        out += space;
      } else {
        out += c;
      }
    }
    after_space = remove_extra_whitespaces && piece.ends_with(' ');
  }
  while (remove_extra_whitespaces && out.ends_with(space)) {
    out.erase(out.size() - space.size());
  }
  return out;
}

/// The likeliest pieces of a normalised text (Viterbi); unknown characters side by side are one.
void SentencePiece::State::append_pieces(std::string_view text,
                                         std::vector<std::int32_t>& ids) const {
  struct Node {
    float score = 0;
    std::size_t begin = std::string_view::npos;
    std::int32_t piece = 0;
  };
  std::vector<Node> best(text.size() + 1);
  const auto offer = [&](std::size_t begin, std::size_t end, float score, std::int32_t piece) {
    const float candidate = best[begin].score + score;
    if (best[end].begin == std::string_view::npos || candidate > best[end].score) {
      best[end] = {candidate, begin, piece};
    }
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t character = decode_utf8(text, at).bytes;
    bool known = false;
    table.for_each_prefix(text.substr(at), [&](std::size_t bytes, std::int32_t id) {
      offer(at, at + bytes, scores[static_cast<std::size_t>(id)], id);
      known = known || bytes == character;
    });
    if (!known) offer(at, at + character, least_score - kUnknownPenalty, 0);
    at += character;
  }
  const std::size_t start = ids.size();
  for (std::size_t end = text.size(); end > 0; end = best[end].begin) {
    const std::int32_t id = best[end].piece == 0 ? kUnknown : best[end].piece + kMoved;
    if (id == kUnknown && ids.size() > start && ids.back() == kUnknown) continue;
    ids.push_back(id);
  }
  std::reverse(ids.begin() + static_cast<std::ptrdiff_t>(start), ids.end());
}

bool SentencePiece::is_in(const std::filesystem::path& model_folder) noexcept {
  std::error_code error;
  return std::filesystem::exists(model_folder / kFileName, error);
}

SentencePiece SentencePiece::load(const std::filesystem::path& model_folder) {
  check_class(model_folder);
  return SentencePiece(std::make_unique<const State>(
      parse_sentence_piece_model(read_file(model_folder / kFileName, kMaxModelBytes))));
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
  std::vector<std::int32_t> ids = {kFirst};
  state_->append_pieces(state_->normalised(text), ids);
  if (ids.size() > max_tokens - 1) ids.resize(max_tokens - 1);
  ids.push_back(kLast);
  return ids;
}

std::int32_t SentencePiece::vocabulary_size() const {
  // <pad> is before the others, <mask> after them.
  return static_cast<std::int32_t>(state_->scores.size()) + kMoved + 1;
}

}  // namespace anireco
