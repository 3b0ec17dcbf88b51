#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "tensor/matmul.h"

namespace anireco {

/// The sizes of a BERT-type encoder, from config.json, modules.json and what these name.
struct ModelConfig {
  size_t vocabulary = 0;
  size_t hidden = 0;  ///< Width of the token vectors; a multiple of `heads`.
  size_t layers = 0;
  size_t heads = 0;
  size_t intermediate = 0;  ///< Width inside the feed-forward block.
  size_t positions = 0;     ///< Position embeddings in the file.
  size_t token_types = 0;
  size_t max_tokens = 0;  ///< A text is cut to this, special tokens included; <= positions.
  float layer_norm_epsilon = 1e-12F;
  Activation activation = Activation::gelu;
  /// What stands before a request and before a title's text, as the model was trained with.
  std::string query_prompt = {};
  std::string document_prompt = {};
};

/// Reads and checks the settings of a sentence-transformers folder. `max_seq_length` of
/// sentence_bert_config.json holds over whatever the tokenizer's file says.
/// Throws Error{not_found} when a file is missing, Error{corrupt} when one is malformed or names
/// an absurd size, Error{invalid_argument} when the model is of a kind that is not supported (not
/// BERT, relative positions, other pooling than the mean, additional modules).
ModelConfig read_model_config(const std::filesystem::path& folder);

/// Whether the model of a folder reads texts of every script as they are (its tokenizer is
/// SentencePiece); others read English.
bool is_multilingual(const std::filesystem::path& folder);

}  // namespace anireco
