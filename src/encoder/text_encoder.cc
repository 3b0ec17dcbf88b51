#include "encoder/text_encoder.h"

namespace anireco {

TextEncoder::~TextEncoder() = default;

void TextEncoder::encode(std::span<const std::string> texts, std::span<float> out) const {
  std::vector<Tokens> sequences;
  sequences.reserve(texts.size());
  for (const std::string& text : texts) sequences.push_back(tokenize(text));
  encode_tokens(sequences, out);
}

std::vector<float> TextEncoder::encode(const std::string& text) const {
  std::vector<float> vector(dimension());
  encode(std::span(&text, 1), vector);
  return vector;
}

}  // namespace anireco
