#pragma once

#include <string_view>

#include "api/field_rules.h"
#include "api/json_writer.h"
#include "api/labels.h"
#include "api/poster_shelf.h"
#include "catalog/catalog.h"
#include "search/snapshot.h"

namespace anireco {

/// For whom an answer is written: what they may see and in which language.
struct Audience {
  const Catalog& catalog;
  const Labels& labels;
  Language language = Language::en;
  Level level = Level::standard;
  const PosterSet* posters = nullptr;  ///< Null: none is here.

  bool may_see(DocId doc) const { return catalog.level(doc) <= level; }
};

/// The text of a title to show: in the audience's language before English before any other, our
/// own words before an import's. Null when there is none.
const SourcedText* chosen_synopsis(const Anime& anime, Language language);

/// Writers of the parts that the OpenAPI schemas of the same names describe. Those that write
/// fields expect to be inside an object.
void write_title_reference(JsonWriter& json, const Audience& audience, DocId doc);
void write_labelled(JsonWriter& json, const Audience& audience, std::string_view kind,
                    std::string_view value);
void write_labelled_list(JsonWriter& json, const Audience& audience, std::string_view kind,
                         const std::vector<std::string>& values);
void write_ids(JsonWriter& json, const ExternalIds& ids);
/// id, ids and title.
void write_identity_fields(JsonWriter& json, const Audience& audience, const Anime& anime);
/// Fields that a Hit and an Anime share, from ids to synopsis, `rating` being the public score.
void write_card_fields(JsonWriter& json, const Audience& audience, DocId doc);
/// The value of `franchise`: what the audience may see of it beside the document itself.
void write_franchise(JsonWriter& json, const Audience& audience, DocId doc);
/// A whole object Anime.
void write_anime(JsonWriter& json, const Audience& audience, DocId doc, std::uint64_t generation);
/// The value of a facet: values with labels and counts, at most `limit` of them.
void write_facet(JsonWriter& json, const Audience& audience, std::string_view facet,
                 const std::vector<FacetCount>& counts, std::size_t limit);
/// The public score with two decimals, null where unknown.
void write_rating(JsonWriter& json, std::string_view name, const Anime& anime);
/// image_url: of the poster that is here ("/posters/ID"), else the record's own, else null.
void write_image_url(JsonWriter& json, const Audience& audience, DocId doc);
/// type and year, each null where unknown.
void write_type_and_year(JsonWriter& json, const Audience& audience, const Anime& anime);

}  // namespace anireco
