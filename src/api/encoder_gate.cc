#include "api/encoder_gate.h"

namespace anireco {

std::string_view to_string(EncoderState state) {
  switch (state) {
    case EncoderState::starting:
      return "starting";
    case EncoderState::ready:
      return "ready";
    case EncoderState::absent:
      return "absent";
    case EncoderState::unavailable:
      return "unavailable";
  }
  return "absent";
}

void EncoderGate::open(std::shared_ptr<EncoderScheduler> encoder,
                       std::shared_ptr<const CircuitBreaker> health) {
  {
    const std::lock_guard lock(mutex_);
    state_ = encoder ? EncoderState::ready : EncoderState::absent;
    encoder_.swap(encoder);
    health_ = std::move(health);
  }
  // The one before ends here, outside the lock: it finishes what it is at.
}

void EncoderGate::miss() {
  const std::lock_guard lock(mutex_);
  if (state_ == EncoderState::starting) state_ = EncoderState::unavailable;
}

EncoderState EncoderGate::state() const {
  const std::lock_guard lock(mutex_);
  return state_ == EncoderState::ready && health_ && health_->open() ? EncoderState::unavailable
                                                                     : state_;
}

std::shared_ptr<EncoderScheduler> EncoderGate::encoder() const {
  const std::lock_guard lock(mutex_);
  return encoder_;
}

}  // namespace anireco
