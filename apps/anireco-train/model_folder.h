#pragma once

#include <filesystem>

#include "torch_file.h"
#include "trainable_bert.h"
#include "triplet_head.h"

namespace anireco::trainer {

/// Encoder and head under the names that a `.pt` of ours has: "encoder." before the encoder's.
StateDict state_of(const TrainableBert& bert, const TripletHead& head);

/// An encoder's and a head's tensors by the names of docs/model-folder.md.
struct ModelTensors {
  StateDict encoder = {};
  StateDict head = {};  ///< Empty: none.
};

/// Finds encoder and head in a state dict whatever stands before the encoder's names ("encoder.",
/// "module.bert.", "0.auto_model."). The head is fc1, bn, fc2 by name, or the two matrices and the
/// batch norm of a sequence in its order ("projection.0.weight", ...). Throws Error{corrupt} when
/// there is no encoder or a head that is not of this form.
ModelTensors split_state(const StateDict& state);

/// Copies tensors into modules that have them. Throws Error{corrupt} naming one that is missing or
/// has another shape.
void load_state(const ModelTensors& tensors, TrainableBert& bert, TripletHead& head);

/// Writes a model folder that `--model` takes: settings and tokenizer of `base`, the encoder's
/// weights and the head. The encoder must have the tensors that `base` has, in the same shapes; the
/// pooler, which nothing here uses, may be in either and is taken of `tensors` first. The folder is
/// usable only once config.json is there: an old one goes first, the new one comes last. Throws
/// Error{corrupt} naming a tensor that is missing, too many or of another shape, before anything is
/// written, and Error{unavailable}.
void write_model_folder(const std::filesystem::path& base, const std::filesystem::path& out,
                        const ModelTensors& tensors);

}  // namespace anireco::trainer
