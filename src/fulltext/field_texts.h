#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "catalog/anime.h"
#include "fulltext/bm25f_options.h"
#include "fulltext/full_text_index.h"

namespace anireco {

/// What counts as one text of a field: a name, all tags, all synopses (or remembered phrases) of a
/// language. Borrowed for the visit.
struct FieldText {
  TextField field = TextField::title;
  std::string_view language = {};                ///< Empty for names and tags.
  std::span<const std::string_view> parts = {};  ///< Analysed one by one.
};

/// Visits the texts that a lexical index makes of a title, in a fixed order; those of fields that
/// weigh nothing are left out.
void for_each_field_text(const Anime& anime, const Bm25fOptions& options,
                         const std::function<void(const FieldText&)>& visit);

}  // namespace anireco
