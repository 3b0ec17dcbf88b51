#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gather/source.h"
#include "net/http_fetcher.h"

namespace anireco {

struct WalkProgress {
  std::uint64_t pages = 0;
  std::uint64_t titles = 0;  ///< Records so far.
  std::uint64_t total = 0;   ///< That the source speaks of; 0: unknown.
  double seconds_left = 0;   ///< 0 while unknown.
};

struct WalkOptions {
  GatherScope scope = GatherScope::all;
  /// Only titles that began, ended or go on since that date (YYYY-MM-DD), and those without any;
  /// empty: all.
  std::string since = {};
  std::string run = {};    ///< Id of the run: a walk that ended in the same run is not made again.
  unsigned max_tries = 4;  ///< Of a page that is not of the documented form, >= 1.
  std::chrono::milliseconds retry_wait{2'000};  ///< Before such a page is asked for again.
  std::chrono::milliseconds timeout{120'000};   ///< Of one page.
  std::chrono::seconds stall_timeout{30};
  std::size_t max_body_bytes = std::size_t{512} << 20;
  std::size_t max_pages = 100'000;
  std::chrono::hours keep_unfinished{7 * 24};  ///< An older unfinished walk begins anew.
  std::stop_token stop = {};
  std::function<void(const WalkProgress&)> on_progress = {};
};

struct WalkReport {
  std::filesystem::path records = {};      ///< JSON lines of all titles, once each.
  std::uint64_t pages = 0;                 ///< Of the walk, those of earlier tries included.
  std::uint64_t pages_asked = 0;           ///< By this call.
  std::uint64_t pages_unchanged = 0;       ///< Of them, those that the server says are as before.
  std::uint64_t titles = 0;                ///< In `records`.
  std::uint64_t filtered = 0;              ///< Older than `since`.
  std::uint64_t left_out = 0;              ///< Titles left out or taken in part.
  std::uint64_t ended = 0;                 ///< Aired when last read, and listed no more.
  std::vector<std::string> problems = {};  ///< The first of them.
  bool resumed = false;                    ///< Went on where an earlier call ended.
  bool stopped = false;                    ///< Ended by the stop token; `records` is not there.
};

/// Reads all pages of a source into a folder of `folder` (its own for each source): "all",
/// "airing", or "since" when a date is given, which then holds
///   current/       the pages of a walk under way, see PageStore
///   done/          those of the last walk that came to its end, kept for their validators
///   records.jsonl  its titles, each once, the latest form of those seen twice
/// A call that was killed at any moment is gone on with by the next. Pages that the server says are
/// unchanged since the last walk (ETag, Last-Modified) are taken from it. When the total that a
/// source speaks of falls by less than a page or so, titles have moved towards the front: the pages
/// before are read once more, so that none slips through. A page that is gone (404, 410) behind the
/// first one is the end. Scores get the day the walk began as figures_date where they have none.
/// With GatherScope::airing, titles that the last such walk (else the last whole one) knew as
/// airing and this one does not list are added as finished; no source lists them otherwise.
/// `fetcher` keeps the source's rate limit and repeats failed exchanges (PoliteFetcher). Throws
/// Error{invalid_argument} when the source refuses the key, {corrupt} when a page is not of the
/// documented form after all tries or pages go in circles, {unavailable} from the fetcher.
WalkReport walk_source(const Source& source, HttpFetcher& fetcher, Clock& clock,
                       const std::filesystem::path& folder, const WalkOptions& options = {});

/// Hash of a request without its headers: equal for equal questions.
std::string request_hash(const FetchRequest& request);

}  // namespace anireco
