#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "encoder/encoder_precision.h"
#include "encoder/encoder_role.h"
#include "encoder/text_encoder.h"

namespace anireco {

struct SentenceEncoderOptions {
  /// Whose prompt stands before every text, where the model has one.
  EncoderRole role = EncoderRole::documents;
  EncoderPrecision precision = EncoderPrecision::automatic;
  /// Threads that one text may be spread over (columns of the weights are packed in that many
  /// slices, at most 8); 0 means one a core of the machine.
  size_t max_team_size = 0;
  /// Folder of a LowRankAdapter that changes the layers' matrices; empty: none. The fingerprint
  /// stays the model's, since what an adapter encodes is meant for the model's own vectors.
  std::filesystem::path adapter = {};
};

/// A BERT-type encoder read from a sentence-transformers folder. docs/model-folder.md says what the
/// folder holds. Word embeddings stay in the mapped file; the folder must not be
/// changed while the encoder lives. Thread-safe.
class SentenceEncoder final : public TextEncoder {
 public:
  /// Throws Error{not_found} when a file is missing, Error{corrupt} when one breaks its format,
  /// Error{invalid_argument} when the model is of a kind that is not supported.
  static std::shared_ptr<const SentenceEncoder> load(const std::filesystem::path& folder,
                                                     SentenceEncoderOptions options = {});
  ~SentenceEncoder() override;

  size_t dimension() const override;
  const std::string& fingerprint() const override;
  Tokens tokenize(std::string_view text) const override;
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team = nullptr) const override;

  /// Never automatic.
  EncoderPrecision precision() const;
  /// Tokens a text is cut to, special tokens included.
  size_t max_tokens() const;

 private:
  class Model;
  explicit SentenceEncoder(std::unique_ptr<const Model> model);
  std::unique_ptr<const Model> model_;
};

}  // namespace anireco
