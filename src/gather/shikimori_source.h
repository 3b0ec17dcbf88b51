#pragma once

#include <string>

#include "gather/source.h"
#include "gather/term_mapping.h"

namespace anireco {

struct ShikimoriOptions {
  std::string base_url = "https://shikimori.one";
};

/// Shikimori's GraphQL: 50 titles a page, ordered by id, adult ones included; 5 requests a second
/// and 90 a minute; the User-Agent must name the program. Gives Russian titles and descriptions
/// (BBCode, cleaned of mark-up, spoilers taken out) and relations with their kind. Scores are those
/// of MyAnimeList and without numbers of people, so they serve only where nobody else has one. What
/// airs: status ongoing and anons. A page without titles is the end. Cursor: the page's number.
class ShikimoriSource : public Source {
 public:
  explicit ShikimoriSource(ShikimoriOptions options = {});

  std::string_view name() const override { return "shikimori"; }
  SourceTerms terms() const override;
  FetchRequest page_request(GatherScope scope, std::string_view cursor) const override;
  /// Throws Error{corrupt} also for an answer that carries GraphQL errors.
  SourcePage read_page(GatherScope scope, std::string_view cursor,
                       std::string_view body) const override;
  std::vector<std::string> check_page(std::string_view body) const override;

 private:
  ShikimoriOptions options_;
  TermMapping mapping_;
};

}  // namespace anireco
