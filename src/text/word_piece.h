#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace anireco {

/// BERT's WordPiece tokenizer, read from the folder of a sentence-transformers model. Gives the ids
/// that the Python package `tokenizers` gives with truncation and padding off, then cuts.
/// Immutable after construction: all members are thread-safe.
///
/// Source of the algorithm: Devlin et al., NAACL 2019 (greedy longest match first, Wu et al.
/// 2016); normalisation as described by tokenizer.json's "normalizer".
class WordPiece final : public Tokenizer {
 public:
  /// Reads tokenizer.json, or vocab.txt with tokenizer_config.json where the former is absent.
  /// Throws Error{not_found} if neither is there, Error{corrupt} if a file is malformed or asks for
  /// another kind of tokenizer than this one (it names the field).
  static WordPiece load(const std::filesystem::path& model_folder);

  ~WordPiece() override;
  WordPiece(WordPiece&&) noexcept;
  WordPiece& operator=(WordPiece&&) noexcept;

  /// Between [CLS] and [SEP]. Added tokens ("[MASK]") written in the text become their ids, as in
  /// Python.
  std::vector<std::int32_t> encode(std::string_view text, std::size_t max_tokens) const override;

  /// The same, appended to `ids`; for many texts without a vector each.
  void encode_append(std::string_view text, std::size_t max_tokens,
                     std::vector<std::int32_t>& ids) const;

  /// The ids of the text alone, without [CLS], [SEP] or any limit.
  std::vector<std::int32_t> encode_plain(std::string_view text) const;

  std::int32_t vocabulary_size() const override;
  std::int32_t cls_id() const;
  std::int32_t sep_id() const;
  std::int32_t pad_id() const;
  std::int32_t unknown_id() const;
  /// The piece of an id ("##ing"). Throws Error{invalid_argument} outside the vocabulary.
  std::string_view piece(std::int32_t id) const;

 private:
  struct State;
  explicit WordPiece(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anireco
