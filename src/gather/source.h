#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "net/http_fetcher.h"
#include "net/rate_limit.h"

namespace anireco {

/// What a run wants of a source.
enum class GatherScope {
  all,    ///< Every title.
  airing  ///< What airs now or is announced; what `anireco update` reads again.
};

/// What is known of a source before it is asked; `gather` prints its plan from this.
struct SourceTerms {
  RateLimit limit = {};
  std::uint32_t page_size = 0;        ///< Titles a page.
  std::uint32_t expected_titles = 0;  ///< About how many it has.
  std::vector<std::string> fields =
      {};  ///< Fields of the record that it can fill, as in FieldSource.
};

/// One page of a source, read.
struct SourcePage {
  std::vector<Anime> records = {};         ///< Without id; ids elsewhere as the source knows them.
  std::vector<std::string> problems = {};  ///< Titles left out or taken in part, and why.
  std::optional<std::string> next = {};    ///< Cursor of the next page; nothing at the end.
  std::uint64_t total = 0;  ///< Titles that the source says it has; 0: it does not say.
};

/// A public source of titles: says how its pages are asked for and reads them. Knows neither
/// network nor clock; the runner asks, waits, retries and keeps what came. Thread-safe.
class Source {
 public:
  virtual ~Source() = default;
  /// The name that its contributions carry: "mal", "kitsu", "offline", "shikimori", "jikan".
  virtual std::string_view name() const = 0;
  virtual SourceTerms terms() const = 0;
  /// The request of one page. `cursor`: empty for the first, else SourcePage::next of the one
  /// before. Without User-Agent and time limits, which are the runner's.
  virtual FetchRequest page_request(GatherScope scope, std::string_view cursor) const = 0;
  /// Reads the answer (status 200) to that request. Throws Error{corrupt} when it is not of the
  /// documented form; a single bad title becomes a problem.
  virtual SourcePage read_page(GatherScope scope, std::string_view cursor,
                               std::string_view body) const = 0;
  /// What of a live page differs from the documented form: fields that are missing, new, or of
  /// another type, one a line ("data[].attributes.averageRating: missing").
  virtual std::vector<std::string> check_page(std::string_view body) const = 0;
};

}  // namespace anireco
