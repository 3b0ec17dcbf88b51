#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace anireco {

/// Turns texts into the ids that an encoder's weights know. Immutable: all members are thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// The id that begins a text, the ids of the text, the id that ends it; at most `max_tokens` ids
  /// in all, cut from the end of the text. max_tokens >= 2, else Error{invalid_argument}. Any bytes
  /// are accepted.
  virtual std::vector<std::int32_t> encode(std::string_view text, std::size_t max_tokens) const = 0;

  /// Number of ids; every id returned is in [0, vocabulary_size).
  virtual std::int32_t vocabulary_size() const = 0;

 protected:
  Tokenizer() = default;
  Tokenizer(const Tokenizer&) = default;
  Tokenizer(Tokenizer&&) = default;
  Tokenizer& operator=(const Tokenizer&) = default;
  Tokenizer& operator=(Tokenizer&&) = default;
};

/// SentencePiece where the model folder has its file, else WordPiece. Throws as their load().
std::unique_ptr<const Tokenizer> load_tokenizer(const std::filesystem::path& model_folder);

}  // namespace anireco
