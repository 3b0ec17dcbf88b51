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
/// Source: Kudo, ACL 2018 (Unigram); Kudo and Richardson, EMNLP 2018 (the file, the normalisation);
/// Conneau et al., ACL 2020 (the ids).
class SentencePiece final : public Tokenizer {
 public:
  /// Of the file that holds the pieces.
  static constexpr std::string_view kFileName = "sentencepiece.bpe.model";

  /// Whether the folder has that file; false too where that cannot be told.
  static bool is_in(const std::filesystem::path& model_folder) noexcept;

  /// Throws Error{not_found} if the file is absent, Error{corrupt} if it is none or its special
  /// pieces are not those of XLM-RoBERTa, Error{invalid_argument} if it is of a kind that is not
  /// supported or tokenizer_config.json names another model's tokenizer.
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
