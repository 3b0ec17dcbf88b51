#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace anireco {

/// A token found in the raw text before anything else is done to it.
struct AddedToken {
  std::string content;
  std::int32_t id = 0;
  bool single_word = false;  ///< Only between characters that are no letters or digits.
  bool strip_left = false;   ///< Swallows the white space before it.
  bool strip_right = false;  ///< Swallows the white space after it.
};

/// What a model folder says about its WordPiece tokenizer.
struct WordPieceSettings {
  std::vector<std::pair<std::string, std::int32_t>> vocabulary;  ///< Unique pieces, unique ids.
  std::vector<AddedToken> added;
  bool clean_text = true;
  bool handle_ideographs = true;
  bool strip_accents = true;
  bool lower_case = true;
  std::string continuing_prefix = "##";
  std::size_t max_word_characters = 100;
  std::int32_t unknown_id = 0;
  std::int32_t cls_id = 0;
  std::int32_t sep_id = 0;
  std::int32_t pad_id = 0;
};

/// Reads tokenizer.json, else vocab.txt and tokenizer_config.json. Errors as WordPiece::load.
WordPieceSettings read_word_piece_settings(const std::filesystem::path& model_folder);

}  // namespace anireco
