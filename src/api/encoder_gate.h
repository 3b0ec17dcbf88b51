#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "encoder/encoder_scheduler.h"

namespace anireco {

enum class EncoderState { starting, ready, absent };
std::string_view to_string(EncoderState state);

/// Where handlers find the encoder, which is loaded while the server answers already. Thread-safe.
class EncoderGate {
 public:
  /// Null: there is no encoder, and there will be none.
  void open(std::shared_ptr<EncoderScheduler> encoder);
  EncoderState state() const;
  /// Null unless ready.
  std::shared_ptr<EncoderScheduler> encoder() const;

 private:
  mutable std::mutex mutex_;
  EncoderState state_ = EncoderState::starting;
  std::shared_ptr<EncoderScheduler> encoder_;
};

}  // namespace anireco
