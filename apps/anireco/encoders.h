#pragma once

#include <memory>
#include <thread>

#include "api/encoder_gate.h"
#include "encoder/encoder_role.h"
#include "encoder/encoder_scheduler.h"
#include "settings.h"

namespace anireco::app {

/// Throws what is wrong with the adapter that the settings name themselves, so that a mistake stops
/// a start instead of changing its answers.
void check_query_adapter(const Settings& settings);

/// Whether requests may be encoded in any script. An encoder elsewhere gets them in English.
bool reads_every_script(const Settings& settings);

/// The encoder with its workers: the one that encoder_url names, else the one of the model folder.
/// Null, with a warning in the log, when the folder does not exist. An adapter that lies beside the
/// weights and cannot be used is left out, with a warning; for one that the settings name this
/// throws. Throws Error{unavailable} when the encoder's server does not answer.
std::shared_ptr<EncoderScheduler> load_encoder(const Settings& settings, EncoderRole role);

/// Opens a server's gate, beside everything else: loads the encoder of requests, or keeps in touch
/// with the one elsewhere, which may come, go and change its model at any time.
class EncoderLoader {
 public:
  /// Both must outlive it.
  EncoderLoader(EncoderGate& gate, const Settings& settings);
  /// Waits for a load under way.
  ~EncoderLoader();
  EncoderLoader(const EncoderLoader&) = delete;
  EncoderLoader& operator=(const EncoderLoader&) = delete;

 private:
  void load_once();
  void keep_in_touch(const std::stop_token& stop);

  EncoderGate& gate_;
  const Settings& settings_;
  std::jthread thread_;
};

}  // namespace anireco::app
