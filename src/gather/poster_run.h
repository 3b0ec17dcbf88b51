#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>

#include "catalog/anime.h"
#include "net/http_fetcher.h"

namespace anireco {

struct PosterOptions {
  std::size_t limit = 0;                         ///< Requests for posters at most; 0: no limit.
  std::size_t max_bytes = std::size_t{5} << 20;  ///< Of one poster.
  std::size_t give_up_after = 20;  ///< Failures in a row of one kind that end the run, >= 1.
  std::stop_token stop = {};
  /// After every request: what was done of what is to do.
  std::function<void(std::size_t done, std::size_t total)> on_progress = {};
  /// One that was not kept, with its id and the reason.
  std::function<void(const std::string& id, const std::string& reason)> on_problem = {};
};

struct PosterReport {
  std::size_t titles = 0;   ///< Of the catalogue.
  std::size_t without = 0;  ///< Name no http or https address.
  std::size_t present = 0;  ///< Were here already, from the same address.
  std::size_t fetched = 0;
  std::size_t failed = 0;
  std::size_t waiting = 0;                          ///< Left for the next run.
  std::uint64_t bytes = 0;                          ///< Of those fetched.
  std::map<std::string, std::size_t> reasons = {};  ///< Of those that failed.
  bool stopped = false;
};

/// Fetches the covers that records name (image_url) and that are not in `folder` yet, best known
/// titles first, one after the other; the fetcher keeps the pace. Only answers with status 200
/// whose first bytes are those of JPEG, PNG or WebP are kept, each file whole or not at all, so a
/// run that was killed goes on where it ended. A cover of another address than before replaces the
/// former one. Throws Error{unavailable} when a file cannot be written.
PosterReport fetch_posters(std::span<const Anime> records, const std::filesystem::path& folder,
                           HttpFetcher& fetcher, const PosterOptions& options = {});

}  // namespace anireco
