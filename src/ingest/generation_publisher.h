#pragma once

#include <cstddef>
#include <string>

#include "catalog/catalog_store.h"

namespace anireco {

/// The model that vectors are made by.
struct ModelInfo {
  std::string fingerprint;    ///< TextEncoder::fingerprint(); empty: no model, no vectors.
  std::size_t dimension = 0;  ///< Of its vectors.
};

/// Makes what a store holds current for searches, wherever those look: in files (Publisher) or on
/// servers (ServerPublisher).
class GenerationPublisher {
 public:
  virtual ~GenerationPublisher() = default;

  /// Publishes the store's content with whatever vectors of `model` it has; the result's
  /// vectors_complete tells whether none is missing. The caller holds the store's writer lock.
  /// Throws Error{unavailable} (disk full, no server).
  virtual Generation publish(const ModelInfo& model) = 0;

 protected:
  GenerationPublisher() = default;
  GenerationPublisher(const GenerationPublisher&) = default;
  GenerationPublisher& operator=(const GenerationPublisher&) = default;
};

}  // namespace anireco
