#pragma once

#include <string>

#include "gather/source.h"
#include "gather/term_mapping.h"

namespace anireco {

struct JikanOptions {
  /// Of a server of one's own, without "/v4": the public one is closed. Not empty.
  std::string base_url = {};
};

/// A server that speaks Jikan's v4: what MyAnimeList says, 25 titles a page, ordered by id. What
/// airs: status airing, then upcoming. Cursor: "STATUS:PAGE", STATUS empty for all.
class JikanSource : public Source {
 public:
  /// Throws Error{invalid_argument} without a base address.
  explicit JikanSource(JikanOptions options);

  std::string_view name() const override { return "jikan"; }
  SourceTerms terms() const override;
  FetchRequest page_request(GatherScope scope, std::string_view cursor) const override;
  SourcePage read_page(GatherScope scope, std::string_view cursor,
                       std::string_view body) const override;
  std::vector<std::string> check_page(std::string_view body) const override;

 private:
  JikanOptions options_;
  TermMapping mapping_;
};

}  // namespace anireco
