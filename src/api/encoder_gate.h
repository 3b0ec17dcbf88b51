#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "base/circuit_breaker.h"
#include "encoder/encoder_scheduler.h"

namespace anireco {

enum class EncoderState {
  starting,
  ready,
  absent,      ///< There is none, and there will be none.
  unavailable  ///< It is elsewhere and does not answer at the moment; what is remembered is there.
};
std::string_view to_string(EncoderState state);

/// Where handlers find the encoder, which is loaded while the server answers already. Thread-safe.
class EncoderGate {
 public:
  /// Null: there is no encoder, and there will be none. Called again, it replaces the one before.
  /// health: of an encoder elsewhere.
  void open(std::shared_ptr<EncoderScheduler> encoder,
            std::shared_ptr<const CircuitBreaker> health = nullptr);
  /// An encoder elsewhere was looked for and does not answer. Nothing changes once one was there.
  void miss();
  EncoderState state() const;
  /// Null unless ready or unavailable.
  std::shared_ptr<EncoderScheduler> encoder() const;

 private:
  mutable std::mutex mutex_;
  EncoderState state_ = EncoderState::starting;
  std::shared_ptr<EncoderScheduler> encoder_;
  std::shared_ptr<const CircuitBreaker> health_;
};

}  // namespace anireco
