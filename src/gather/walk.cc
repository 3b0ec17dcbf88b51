#include "gather/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <system_error>
#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"
#include "gather/dates.h"
#include "gather/page_store.h"
#include "gather/record_lines.h"
#include "net/fetch_error.h"
#include "net/url.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostValidatorBytes = 1024;
constexpr std::size_t kMostCursorBytes = 2000;

/// What a header may be kept as and sent back: visible ASCII.
std::string validator(const FetchResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  if (found == response.headers.end() || found->second.size() > kMostValidatorBytes) return {};
  const bool printable =
      std::ranges::all_of(found->second, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  return printable ? found->second : std::string();
}

void remove_folder(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) {
    throw Error(ErrorKind::unavailable, "an old reading cannot be removed",
                path.string() + ": " + error.message());
  }
}

void rename_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    throw Error(ErrorKind::unavailable, "a reading cannot be put in its place",
                to.string() + ": " + error.message());
  }
}

/// Where a walk stands, replayed from the heads of its pages.
class Position {
 public:
  explicit Position(std::uint32_t page_size) : page_size_(std::max(page_size, 1U)) {}

  void take(const PageHead& head) {
    if (head.again) {
      if (!owed_.empty()) owed_.pop_front();
      return;
    }
    started_ = true;
    seen_.insert(head.cursor);
    // A larger fall is another list, not a few titles taken out of this one.
    const std::uint64_t slack = std::max<std::uint64_t>(page_size_, total_ / 100);
    if (head.total > 0 && head.total < total_ && total_ - head.total <= slack) {
      const std::uint64_t pages = (total_ - head.total + page_size_ - 1) / page_size_;
      const std::size_t first = read_.size() - std::min<std::size_t>(pages, read_.size());
      owed_.insert(owed_.end(), read_.begin() + static_cast<std::ptrdiff_t>(first), read_.end());
    }
    if (head.total > 0) total_ = head.total;
    read_.push_back(head.cursor);
    next_ = head.next;
  }

  /// Throws Error{corrupt} when a page leads back to one that was read.
  void check(const PageHead& head) const {
    if (!head.again && head.next && (*head.next == head.cursor || seen_.contains(*head.next))) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("the pages go in a circle (cursor {})", *head.next));
    }
  }

  bool complete() const { return started_ && !next_ && owed_.empty(); }
  bool again() const { return !owed_.empty(); }
  std::string cursor() const {
    if (!owed_.empty()) return owed_.front();
    return next_.value_or("");
  }
  std::uint64_t total() const { return total_; }

 private:
  std::uint32_t page_size_;
  bool started_ = false;
  std::uint64_t total_ = 0;
  std::optional<std::string> next_;
  std::vector<std::string> read_;
  std::set<std::string> seen_;
  std::deque<std::string> owed_;
};

/// The folder of the last walk that ended; mends an exchange of folders that was interrupted.
fs::path last_walk(const fs::path& folder) {
  if (fs::exists(folder / "done")) {
    remove_folder(folder / "old");
  } else if (fs::exists(folder / "old")) {
    rename_folder(folder / "old", folder / "done");
  }
  return folder / "done";
}

class Walk {
 public:
  Walk(const Source& source, HttpFetcher& fetcher, Clock& clock, const fs::path& folder,
       const WalkOptions& options)
      : source_(source),
        fetcher_(fetcher),
        clock_(clock),
        options_(options),
        source_folder_(folder),
        folder_(folder / (!options.since.empty()                 ? "since"
                          : options.scope == GatherScope::airing ? "airing"
                                                                 : "all")),
        current_(folder_ / "current"),
        done_(last_walk(folder_)),
        position_(source.terms().page_size) {}

  WalkReport run() {
    const WalkTerms terms{.run = options_.run,
                          .started = date_text(clock_.date()),
                          .since = options_.since,
                          .origin = request_hash(source_.page_request(options_.scope, ""))};
    report_.records = folder_ / "records.jsonl";
    const auto& before = done_.terms();
    if (!current_.terms() && before && !terms.run.empty() && before->run == terms.run &&
        before->origin == terms.origin && before->since == terms.since &&
        fs::exists(report_.records)) {
      report_.resumed = true;
      report_.pages = done_.heads().size();
      summarise(done_);
      count_titles();
      return std::move(report_);
    }
    open(terms);
    // Of a page that was kept only what is newer than that walk's date is there.
    if (before && before->since == terms.since) {
      for (std::size_t i = 0; i < done_.heads().size(); ++i) {
        const PageHead& head = done_.heads()[i];
        if (!head.again) unchanged_[head.request] = i;
      }
    }
    begin_ = clock_.now();
    while (!position_.complete()) {
      if (options_.stop.stop_requested() || !step()) {
        report_.stopped = true;
        return std::move(report_);
      }
      report_progress();
    }
    finish();
    return std::move(report_);
  }

 private:
  void open(const WalkTerms& terms) {
    const auto& found = current_.terms();
    const bool same =
        found && found->since == terms.since && found->origin == terms.origin &&
        days_between(found->started, terms.started) * 24 <= options_.keep_unfinished.count();
    if (!same) {
      current_.begin(terms);
      return;
    }
    WalkTerms adopted = *found;
    adopted.run = terms.run;
    if (adopted != *found) current_.adopt(adopted);
    report_.resumed = !current_.heads().empty();
    for (const PageHead& head : current_.heads()) {
      position_.take(head);
      titles_ += head.records;
    }
  }

  /// Reads one page; false when stopped.
  bool step() {
    if (current_.heads().size() >= options_.max_pages) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("{} has more than {} pages", source_.name(), options_.max_pages));
    }
    const std::string cursor = position_.cursor();
    FetchRequest request = source_.page_request(options_.scope, cursor);
    request.timeout = options_.timeout;
    request.stall_timeout = options_.stall_timeout;
    request.max_body_bytes = options_.max_body_bytes;
    PageHead head{.cursor = cursor, .again = position_.again(), .request = request_hash(request)};
    // To anything but GET a matching validator means that the request is refused.
    const bool conditional = !head.again && request.method == "GET";
    const auto known = conditional ? unchanged_.find(head.request) : unchanged_.end();
    if (known != unchanged_.end()) {
      const PageHead& old = done_.heads()[known->second];
      if (!old.etag.empty()) request.headers["If-None-Match"] = old.etag;
      if (!old.last_modified.empty()) request.headers["If-Modified-Since"] = old.last_modified;
    }
    for (unsigned tries = 1;; ++tries) {
      try {
        const FetchResponse response = fetcher_.fetch(request);
        ++report_.pages_asked;
        if (response.status == 304 && known != unchanged_.end()) {
          PageHead same = done_.heads()[known->second];
          same.cursor = cursor;
          ++report_.pages_unchanged;
          add(same, done_.lines(known->second));
          return true;
        }
        take(response, head);
        return true;
      } catch (const FetchError& e) {
        if (e.failure() == FetchFailure::stopped) return false;
        throw;
      } catch (const Error& e) {
        if (e.kind() != ErrorKind::corrupt || tries >= options_.max_tries) throw;
        log_warning("{}: {}; asking again", source_.name(), e.what());
        request.headers.erase("If-None-Match");
        request.headers.erase("If-Modified-Since");
        if (!clock_.sleep_until(clock_.now() + options_.retry_wait * tries, options_.stop)) {
          return false;
        }
      }
    }
  }

  void take(const FetchResponse& response, PageHead head) {
    if ((response.status == 404 || response.status == 410) && !head.cursor.empty()) {
      add(head, "");
      return;
    }
    if (response.status == 401 || response.status == 403) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{} refuses to answer (status {}): is its key right?", source_.name(),
                              response.status));
    }
    if (response.status != 200) {
      throw Error(ErrorKind::unavailable,
                  fmt::format("{} answered with status {}", source_.name(), response.status));
    }
    SourcePage page = source_.read_page(options_.scope, head.cursor, response.body);
    if (page.next &&
        (page.next->empty() || page.next->size() > kMostCursorBytes ||
         std::ranges::any_of(*page.next, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }))) {
      throw Error(ErrorKind::corrupt, "the address of the next page is none");
    }
    head.next = std::move(page.next);
    head.etag = validator(response, "etag");
    head.last_modified = validator(response, "last-modified");
    head.total = page.total;
    head.problems = std::move(page.problems);
    RecordLines lines =
        to_lines(std::move(page.records), options_.since, current_.terms()->started);
    for (std::string& problem : lines.problems) head.problems.push_back(std::move(problem));
    head.left_out = head.problems.size();
    head.records = lines.records;
    head.filtered = lines.filtered;
    add(head, lines.text);
  }

  void add(const PageHead& head, std::string_view lines) {
    position_.check(head);
    current_.add(head, lines);
    position_.take(head);
    titles_ += head.records;
  }

  void report_progress() {
    if (!options_.on_progress) return;
    WalkProgress progress{
        .pages = current_.heads().size(), .titles = titles_, .total = position_.total()};
    if (progress.total == 0 && options_.scope == GatherScope::all) {
      progress.total = source_.terms().expected_titles;
    }
    const double seconds = std::chrono::duration<double>(clock_.now() - begin_).count();
    const std::uint64_t page_size = source_.terms().page_size;
    const std::uint64_t done = std::min(progress.pages * page_size, progress.total);
    if (report_.pages_asked > 0) {
      progress.seconds_left = seconds / static_cast<double>(report_.pages_asked) *
                              static_cast<double>(progress.total - done) /
                              static_cast<double>(std::max<std::uint64_t>(page_size, 1));
    }
    options_.on_progress(progress);
  }

  void summarise(const PageStore& pages) {
    for (const PageHead& head : pages.heads()) {
      report_.filtered += head.filtered;
      report_.left_out += head.left_out;
      for (const std::string& problem : head.problems) {
        if (report_.problems.size() < 20) report_.problems.push_back(problem);
      }
    }
  }

  void count_titles() {
    report_.titles = 0;
    for_each_line(report_.records, [&](std::string_view) { ++report_.titles; });
  }

  /// Puts the titles together, then the pages in the place of the last walk's. Each step may be
  /// repeated: until the last rename the walk counts as complete but not ended.
  void finish() {
    report_.pages = current_.heads().size();
    summarise(current_);
    try {
      std::vector<std::string> ended;
      if (options_.scope == GatherScope::airing) ended = ended_titles();
      report_.ended = ended.size();
      report_.titles = write_records(current_, ended, report_.records);
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::unavailable) throw;
      // Going on with them would fail for ever.
      remove_folder(current_.folder());
      remove_folder(done_.folder());
      throw Error(ErrorKind::corrupt,
                  fmt::format("the stored pages of {} were damaged and have been removed: gather "
                              "again",
                              source_.name()),
                  e.what());
    }
    if (fs::exists(done_.folder())) rename_folder(done_.folder(), folder_ / "old");
    rename_folder(current_.folder(), done_.folder());
    remove_folder(folder_ / "old");
  }

  /// Records of titles that aired when last read and are not listed now, as finished. Asks the last
  /// walk's pages, not its records: these are replaced before the walk counts as ended.
  std::vector<std::string> ended_titles() const {
    std::set<std::string> listed;
    current_.for_each(
        [&](std::string_view line) { listed.insert(id_seed(parse_anime_json(line).anime)); });
    std::map<std::string, std::string> ended;
    const auto look_at = [&](std::string_view line) {
      Anime anime = parse_anime_json(line).anime;
      if (anime.status != AiringStatus::airing || listed.contains(id_seed(anime))) return;
      anime.status = AiringStatus::finished;
      ended[id_seed(anime)] = to_json(anime);
    };
    const fs::path all = source_folder_ / "all" / "records.jsonl";
    if (!done_.heads().empty()) {
      done_.for_each(look_at);
    } else if (fs::exists(all)) {
      for_each_line(all, look_at);
    }
    std::vector<std::string> lines;
    for (auto& [seed, line] : ended) lines.push_back(std::move(line));
    return lines;
  }

  const Source& source_;
  HttpFetcher& fetcher_;
  Clock& clock_;
  const WalkOptions& options_;
  fs::path source_folder_;
  fs::path folder_;
  PageStore current_;
  PageStore done_;
  Position position_;
  std::unordered_map<std::string, std::size_t> unchanged_;
  std::uint64_t titles_ = 0;
  Clock::Instant begin_{};
  WalkReport report_;
};

}  // namespace

std::string request_hash(const FetchRequest& request) {
  return fmt::format("{:016x}",
                     xxh3_64(fmt::format("{}\n{}\n{}", request.method, request.url, request.body)));
}

WalkReport walk_source(const Source& source, HttpFetcher& fetcher, Clock& clock,
                       const fs::path& folder, const WalkOptions& options) {
  return Walk(source, fetcher, clock, folder, options).run();
}

}  // namespace anireco
