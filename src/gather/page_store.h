#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// What is kept of a page beside its records.
struct PageHead {
  std::string cursor = {};  ///< It was asked for with; empty: the first page.
  std::optional<std::string> next = {};
  bool again = false;  ///< Asked for once more because titles had moved; `next` does not count.
  std::string request = {};        ///< Hash of the request without its headers.
  std::string etag = {};           ///< Validators of RFC 9110, as the server gave them.
  std::string last_modified = {};  ///< Empty: none.
  std::uint64_t total = 0;         ///< See SourcePage.
  std::uint64_t records = 0;
  std::uint64_t filtered = 0;  ///< Titles that the run did not want.
  std::uint64_t left_out = 0;  ///< Problems; `problems` names the first of them.
  std::vector<std::string> problems = {};
};

/// What a walk is of; one that was begun otherwise is not gone on with.
struct WalkTerms {
  std::string run = {};      ///< Id of the run that it belongs to.
  std::string started = {};  ///< Date, YYYY-MM-DD: that of its figures, too.
  std::string since = {};    ///< Only titles since that date; empty: all.
  std::string origin = {};   ///< Hash of the first page's request.
  bool operator==(const WalkTerms&) const = default;
};

/// The pages of one walk over a source in a folder: walk.json, then page-000001.jsonl and so on, of
/// which the first line is the head and each other a record (canonical JSON). A page is one file,
/// written whole or not at all, so a killed walk is gone on with behind its last page. Not
/// thread-safe.
class PageStore {
 public:
  /// Opens what is there. Pages behind a gap or a damaged head are forgotten.
  explicit PageStore(std::filesystem::path folder);

  /// Terms of the walk; nothing when none was begun.
  const std::optional<WalkTerms>& terms() const { return terms_; }
  const std::vector<PageHead>& heads() const { return heads_; }

  /// Forgets all pages and begins a walk.
  void begin(const WalkTerms& terms);
  /// Changes the terms of the walk that was begun; its pages stay.
  void adopt(const WalkTerms& terms);
  /// Adds a page. `lines`: its records, a line feed behind each. Throws Error{unavailable}.
  void add(const PageHead& head, std::string_view lines);
  /// The record lines of a page, as given to add(). Throws Error{corrupt}.
  std::string lines(std::size_t page) const;
  /// Each record line of all pages in order. Throws Error{corrupt}.
  void for_each(const std::function<void(std::string_view line)>& visit) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path path_of(std::size_t page) const;

  std::filesystem::path folder_;
  std::optional<WalkTerms> terms_;
  std::vector<PageHead> heads_;
};

}  // namespace anireco
