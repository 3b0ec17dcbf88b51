#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gather/source.h"
#include "net/rate_limit.h"
#include "settings.h"

namespace anireco::app {

/// A source and how it is reached.
struct ChosenSource {
  std::unique_ptr<Source> source;
  RateLimit limit =
      {};  ///< That is kept: the source's by the setting gather_rate; none on loopback.
  bool loopback = false;  ///< A server on this machine: nobody is spared by long waits.
  bool file = false;      ///< A file on this machine.
};

/// Every source that can be named, in the order of the fullest chain: mal, jikan, kitsu, offline,
/// shikimori.
const std::vector<std::string>& source_names();

/// Addresses by source from NAME=URL items, later ones win. A bare URL is that of `only` if it is
/// not empty. Throws Error{invalid_argument} for an unknown name or what is no URL.
std::map<std::string, std::string> read_base_urls(const std::vector<std::string>& items,
                                                  const std::string& only = {});

/// The sources with these names, in the order of the chain; none: all that the settings allow (mal
/// with its client id, jikan with an address). Throws Error{invalid_argument} for an unknown name,
/// mal without a client id, jikan without an address.
std::vector<ChosenSource> choose_sources(const Settings& settings,
                                         const std::vector<std::string>& names,
                                         const std::map<std::string, std::string>& base_urls);

}  // namespace anireco::app
