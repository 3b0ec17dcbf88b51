#pragma once

#include <string>

#include "gather/source.h"
#include "gather/term_mapping.h"

namespace anireco {

struct MalOptions {
  /// Of a client registered at myanimelist.net/apiconfig; a secret: never logged. Not empty.
  std::string client_id = {};
  std::string base_url = "https://api.myanimelist.net";
};

/// MyAnimeList's API v2. All titles: the ranking "bypopularity", 500 a page by offset; what airs:
/// the rankings "airing" and "upcoming", one after the other. Relations stand on the pages of
/// single titles only, so this source has none. The API's genres are genres, themes and
/// demographics in one list; the mapping parts them. Cursor: "RANKING:OFFSET".
class MalSource : public Source {
 public:
  /// Throws Error{invalid_argument} without a client id, or with one that is no printable word.
  explicit MalSource(MalOptions options);

  std::string_view name() const override { return "mal"; }
  SourceTerms terms() const override;
  FetchRequest page_request(GatherScope scope, std::string_view cursor) const override;
  SourcePage read_page(GatherScope scope, std::string_view cursor,
                       std::string_view body) const override;
  std::vector<std::string> check_page(std::string_view body) const override;

 private:
  MalOptions options_;
  TermMapping mapping_;
};

}  // namespace anireco
