#include "gather/poster_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "catalog/poster_folder.h"
#include "net/fetch_error.h"
#include "net/url.h"

namespace anireco {
namespace {

constexpr int kFound = 200;

/// Why a poster was not kept; short, and without the address, so that equal ones can be counted.
class Refused {
 public:
  explicit Refused(std::string reason) : reason_(std::move(reason)) {}
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

std::string fetch_image(HttpFetcher& fetcher, const std::string& url,
                        const PosterOptions& options) {
  FetchRequest request;
  request.url = url;
  request.headers["Accept"] = "image/webp, image/jpeg, image/png";
  request.max_body_bytes = options.max_bytes;
  request.stop = options.stop;
  FetchResponse response;
  try {
    response = fetcher.fetch(request);
  } catch (const FetchError& error) {
    if (error.failure() == FetchFailure::stopped) throw;
    throw Refused(error.what());
  } catch (const Error& error) {
    throw Refused(error.what());
  }
  if (response.status != kFound) throw Refused(fmt::format("status {}", response.status));
  return std::move(response.body);
}

}  // namespace

PosterReport fetch_posters(std::span<const Anime> records, const std::filesystem::path& folder,
                           HttpFetcher& fetcher, const PosterOptions& options) {
  PosterReport report;
  report.titles = records.size();
  Posters posters = list_posters(folder);
  std::vector<const Anime*> wanted;
  for (const Anime& anime : records) {
    if (anime.id.empty() || !is_http_url(anime.image_url)) {
      ++report.without;
      continue;
    }
    const auto here = posters.find(anime.id);
    if (here != posters.end() && here->second.address_hash == xxh3_64(anime.image_url)) {
      ++report.present;
    } else {
      wanted.push_back(&anime);
    }
  }
  std::ranges::stable_sort(wanted, std::greater<>(), &Anime::members);
  const std::size_t total =
      options.limit == 0 ? wanted.size() : std::min(options.limit, wanted.size());
  std::string last_reason;
  std::size_t in_a_row = 0;
  std::size_t done = 0;
  for (; done < total && in_a_row < options.give_up_after; ++done) {
    if (options.stop.stop_requested()) break;
    const Anime& anime = *wanted[done];
    try {
      const std::string bytes = fetch_image(fetcher, anime.image_url, options);
      const auto form = image_form(bytes);
      if (!form) throw Refused("no JPEG, PNG or WebP");
      const Poster poster{anime.id, xxh3_64(anime.image_url), *form};
      const std::string name = poster_name(poster);
      write_file_atomic(folder / name, bytes);
      const auto before = posters.find(anime.id);
      if (before != posters.end() && poster_name(before->second) != name) {
        remove_file(folder / poster_name(before->second));
      }
      posters[anime.id] = poster;
      ++report.fetched;
      report.bytes += bytes.size();
      in_a_row = 0;
    } catch (const FetchError&) {
      break;  // Stopped.
    } catch (const Refused& refused) {
      ++report.failed;
      ++report.reasons[refused.reason()];
      in_a_row = refused.reason() == last_reason ? in_a_row + 1 : 1;
      last_reason = refused.reason();
      if (options.on_problem) options.on_problem(anime.id, refused.reason());
    }
    if (options.on_progress) options.on_progress(done + 1, total);
  }
  report.stopped = done < total;
  report.waiting = wanted.size() - done;
  return report;
}

}  // namespace anireco
