#include "text/tokenizer.h"

#include "text/sentence_piece.h"
#include "text/word_piece.h"

namespace anireco {

std::unique_ptr<const Tokenizer> load_tokenizer(const std::filesystem::path& model_folder) {
  if (SentencePiece::is_in(model_folder)) {
    return std::make_unique<const SentencePiece>(SentencePiece::load(model_folder));
  }
  return std::make_unique<const WordPiece>(WordPiece::load(model_folder));
}

}  // namespace anireco
