#include "ingest/catalogue_export.h"

#include "catalog/anime_json.h"

namespace anireco {

std::size_t export_catalogue(const CatalogStore& store, const CatalogueExportOptions& options,
                             const std::function<void(std::string_view)>& write) {
  std::size_t titles = 0;
  for (const TitleRecord& title : store.load_titles()) {
    if (level_of(title.merged) > options.level) continue;
    write((options.contributions ? to_json(title) : to_json(title.merged)) + "\n");
    ++titles;
  }
  return titles;
}

}  // namespace anireco
