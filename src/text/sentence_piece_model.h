#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// What a SentencePiece file (a protocol buffer, "ModelProto") says, checked.
struct SentencePieceModel {
  enum class Kind : std::uint8_t { normal = 1, unknown, control, user_defined, unused, byte };
  struct Piece {
    std::string text;
    float score = 0;  ///< A logarithm of a probability; finite.
    Kind kind = Kind::normal;
  };
  std::vector<Piece> pieces;
  std::string rules;  ///< "precompiled_charsmap": see CharacterRules; may be empty.
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
  bool escape_whitespaces = true;
};

/// Throws Error{corrupt} for bytes that are none, Error{invalid_argument} for a model other than
/// Unigram, and for user-defined pieces, byte fall-back and white space as a suffix.
SentencePieceModel parse_sentence_piece_model(std::string_view bytes);

/// The longest sequences of bytes that are replaced, and by what: a double-array trie (Darts) of 32
/// bits a unit behind its size in bytes, then the replacements, each ended by a zero. Every step
/// is checked against the array's bounds.
class CharacterRules {
 public:
  CharacterRules() = default;
  /// Throws Error{corrupt} where sizes do not fit.
  explicit CharacterRules(std::string_view bytes);

  struct Match {
    std::size_t bytes = 0;  ///< 0: nothing is replaced here.
    std::string_view replacement = {};
  };
  Match longest(std::string_view text) const;

 private:
  std::vector<std::uint32_t> units_;
  std::string replacements_;
};

}  // namespace anireco
