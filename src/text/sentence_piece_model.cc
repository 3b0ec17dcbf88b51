#include "text/sentence_piece_model.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/error.h"

namespace anireco {
namespace {

[[noreturn]] void refuse_damaged(const char* what) {
  throw Error(ErrorKind::corrupt, std::string("the SentencePiece file ") + what);
}

[[noreturn]] void refuse_kind(const char* what) {
  throw Error(ErrorKind::invalid_argument,
              std::string("the SentencePiece file is not supported: ") + what);
}

/// The fields of one message in the wire form of protocol buffers, one after the other.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    std::uint64_t number = 0;
    std::uint64_t value = 0;      ///< Of a varint, or the bits of a fixed one.
    std::string_view bytes = {};  ///< Of a length-delimited one.
    bool delimited = false;
  };

  std::optional<Field> next() {
    if (rest_.empty()) return std::nullopt;
    const std::uint64_t tag = varint();
    Field field{.number = tag >> 3U};
    switch (tag & 7U) {
      case 0:
        field.value = varint();
        break;
      case 1:
        field.value = fixed(8);
        break;
      case 2:
        field.bytes = take(varint());
        field.delimited = true;
        break;
      case 5:
        field.value = fixed(4);
        break;
      default:
        refuse_damaged("has a field of an unknown form");
    }
    return field;
  }

 private:
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) refuse_damaged("ends within a field");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::uint64_t fixed(std::size_t count) {
    const std::string_view bytes = take(count);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), count);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    refuse_damaged("has a number that is too long");
  }

  std::string_view rest_;
};

static_assert(std::endian::native == std::endian::little, "numbers are little-endian there");

// Numbers of the fields, as sentencepiece_model.proto has them.
constexpr std::uint64_t kPieces = 1;
constexpr std::uint64_t kTrainer = 2;
constexpr std::uint64_t kNormaliser = 3;
constexpr std::uint64_t kUnigram = 1;

SentencePieceModel::Piece read_piece(std::string_view bytes) {
  SentencePieceModel::Piece piece;
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->delimited) piece.text = field->bytes;
    if (field->number == 2 && !field->delimited) {
      piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
    }
    if (field->number == 3 && !field->delimited) {
      if (field->value < 1 || field->value > 6) refuse_damaged("has a piece of an unknown kind");
      piece.kind = static_cast<SentencePieceModel::Kind>(field->value);
    }
  }
  if (piece.text.empty()) refuse_damaged("has an empty piece");
  if (!std::isfinite(piece.score)) refuse_damaged("has a score that is not finite");
  return piece;
}

void check_trainer(std::string_view bytes) {
  constexpr std::uint64_t kModelType = 3;
  constexpr std::uint64_t kSuffix = 24;
  constexpr std::uint64_t kByteFallback = 35;
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->delimited) continue;
    if (field->number == kModelType && field->value != kUnigram) {
      refuse_kind("its model is not Unigram");
    }
    if (field->number == kSuffix && field->value != 0) {
      refuse_kind("white space as a suffix");
    }
    if (field->number == kByteFallback && field->value != 0) refuse_kind("byte fall-back");
  }
}

void read_normaliser(std::string_view bytes, SentencePieceModel& model) {
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    const bool flag = field->value != 0;
    if (field->number == 2 && field->delimited) model.rules = field->bytes;
    if (field->number == 3) model.add_dummy_prefix = flag;
    if (field->number == 4) model.remove_extra_whitespaces = flag;
    if (field->number == 5) model.escape_whitespaces = flag;
  }
}

}  // namespace

SentencePieceModel parse_sentence_piece_model(std::string_view bytes) {
  SentencePieceModel model;
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (!field->delimited) continue;
    if (field->number == kPieces) model.pieces.push_back(read_piece(field->bytes));
    if (field->number == kTrainer) check_trainer(field->bytes);
    if (field->number == kNormaliser) read_normaliser(field->bytes, model);
  }
  constexpr std::size_t kMost = (std::size_t{1} << 24) - 2;
  if (model.pieces.empty() || model.pieces.size() > kMost) refuse_damaged("has no pieces");
  for (const SentencePieceModel::Piece& piece : model.pieces) {
    if (piece.kind == SentencePieceModel::Kind::user_defined) {
      refuse_kind("pieces defined by users");
    }
  }
  return model;
}

CharacterRules::CharacterRules(std::string_view bytes) {
  if (bytes.empty()) return;
  std::uint32_t size = 0;
  if (bytes.size() < sizeof size) refuse_damaged("has rules that are too short");
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (size % sizeof(std::uint32_t) != 0 || size == 0 || size > bytes.size()) {
    refuse_damaged("has rules whose sizes do not fit");
  }
  units_.resize(size / sizeof(std::uint32_t));
  std::memcpy(units_.data(), bytes.data(), size);
  replacements_ = bytes.substr(size);
  if (replacements_.empty() || replacements_.back() != '\0') {
    refuse_damaged("has replacements without an end");
  }
  // The longest that Unicode knows has 33 bytes; without a limit a file could blow texts up.
  constexpr std::size_t kLongest = 1024;
  for (std::size_t at = 0; at < replacements_.size();) {
    const std::size_t end = replacements_.find('\0', at);
    if (end - at > kLongest) refuse_damaged("has a replacement that is too long");
    at = end + 1;
  }
}

// Units as in Darts-clone: bit 8 says that a leaf follows, bit 9 scales the offset in bits 10 to
// 30, bits 0 to 7 and 31 are the label; a leaf's value is in bits 0 to 30.
CharacterRules::Match CharacterRules::longest(std::string_view text) const {
  Match match;
  if (units_.empty()) return match;
  const auto offset = [](std::uint32_t unit) {
    return (unit >> 10U) << ((unit & (std::uint32_t{1} << 9U)) >> 6U);
  };
  std::uint32_t at = offset(units_[0]);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0) break;
    at ^= byte;
    if (at >= units_.size()) break;
    const std::uint32_t unit = units_[at];
    if ((unit & ((std::uint32_t{1} << 31U) | 0xffU)) != byte) break;
    at ^= offset(unit);
    if (at >= units_.size()) break;
    if (((unit >> 8U) & 1U) == 0) continue;
    const std::size_t value = units_[at] & ((std::uint32_t{1} << 31U) - 1);
    if (value >= replacements_.size()) break;
    match = {i + 1, std::string_view(replacements_.c_str() + value)};
  }
  return match;
}

}  // namespace anireco
