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
  }
  return "absent";
}

void EncoderGate::open(std::shared_ptr<EncoderScheduler> encoder) {
  const std::lock_guard lock(mutex_);
  state_ = encoder ? EncoderState::ready : EncoderState::absent;
  encoder_ = std::move(encoder);
}

EncoderState EncoderGate::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::shared_ptr<EncoderScheduler> EncoderGate::encoder() const {
  const std::lock_guard lock(mutex_);
  return encoder_;
}

}  // namespace anireco
