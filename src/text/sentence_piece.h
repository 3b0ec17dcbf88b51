#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace anireco {

/// The tokenizer of XLM-RoBERTa, whose pieces are of all scripts, as multilingual encoders of the
/// BERT type have it (multilingual-e5-small, paraphrase-multilingual-MiniLM-L12-v2): a
/// SentencePiece model, its ids moved by one, with <s>, <pad>, </s>, <unk> as 0 to 3. Names of
/// special tokens written in a text are text.
///
/// Source: Kudo and Richardson, EMNLP 2018 (the library); Conneau et al., ACL 2020 (the ids).
class SentencePiece final : public Tokenizer {
 public:
  /// Whether the folder has a file of this tokenizer.
  static bool is_in(const std::filesystem::path& model_folder);

  /// Reads sentencepiece.bpe.model. Throws Error{not_found} if it is absent, Error{corrupt} if it
  /// is none or its special pieces are not those of XLM-RoBERTa, Error{invalid_argument} if
  /// tokenizer_config.json names another tokenizer. The library trusts the file's own tables: a
  /// crafted one may crash the program.
  static SentencePiece load(const std::filesystem::path& model_folder);

  ~SentencePiece() override;
  SentencePiece(SentencePiece&&) noexcept;
  SentencePiece& operator=(SentencePiece&&) noexcept;

  std::vector<std::int32_t> encode(std::string_view text, std::size_t max_tokens) const override;
  std::int32_t vocabulary_size() const override;

 private:
  struct State;
  explicit SentencePiece(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace anireco
