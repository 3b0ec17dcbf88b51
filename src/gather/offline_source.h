#pragma once

#include <string>

#include "gather/source.h"
#include "gather/term_mapping.h"

namespace anireco {

struct OfflineOptions {
  /// The minified JSON file or the JSON lines file. "file:///…" for one on this machine, which the
  /// runner reads itself.
  std::string url =
      "https://github.com/manami-project/anime-offline-database/releases/latest/download/"
      "anime-offline-database-minified.json";
};

/// The file of the anime-offline-database project: titles, ids at other sites, relations of
/// unknown kind, tags of many sites in one list; no synopsis, no members. The whole file is one
/// page, read a title at a time: beside the file's bytes and the records no tree of it is held.
/// What airs: the titles that are ongoing or upcoming. No cursor.
class OfflineSource : public Source {
 public:
  explicit OfflineSource(OfflineOptions options = {});

  std::string_view name() const override { return "offline"; }
  SourceTerms terms() const override;
  FetchRequest page_request(GatherScope scope, std::string_view cursor) const override;
  /// Throws Error{corrupt} for a file of neither form or one that is cut short.
  SourcePage read_page(GatherScope scope, std::string_view cursor,
                       std::string_view body) const override;
  /// Looks at the first hundred titles.
  std::vector<std::string> check_page(std::string_view body) const override;

 private:
  OfflineOptions options_;
  TermMapping mapping_;
};

}  // namespace anireco
