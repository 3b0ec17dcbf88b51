#pragma once

#include <string>

#include "gather/source.h"
#include "gather/term_mapping.h"

namespace anireco {

struct KitsuOptions {
  std::string base_url = "https://kitsu.app";
};

/// Kitsu's JSON:API, which needs no key: 20 titles a page by offset, in the API's own order (by
/// id, so that what is added meanwhile comes last), with their mappings to other sites and their
/// categories. What airs: status current, upcoming, unreleased and tba. Categories become genres,
/// themes, demographics and tags by the mapping; users who listed a title are its members. Kitsu's
/// ages are coarser than ours: PG is read as 13+ and R as 17+ unless the guide's words say else.
/// Cursor: the offset.
class KitsuSource : public Source {
 public:
  explicit KitsuSource(KitsuOptions options = {});

  std::string_view name() const override { return "kitsu"; }
  SourceTerms terms() const override;
  FetchRequest page_request(GatherScope scope, std::string_view cursor) const override;
  SourcePage read_page(GatherScope scope, std::string_view cursor,
                       std::string_view body) const override;
  std::vector<std::string> check_page(std::string_view body) const override;

 private:
  KitsuOptions options_;
  TermMapping mapping_;
};

}  // namespace anireco
