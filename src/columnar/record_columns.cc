#include "columnar/record_columns.h"

#include <arrow/type.h>

namespace anireco::columnar {

std::shared_ptr<arrow::Schema> record_schema() {
  using arrow::field;
  const auto text = arrow::utf8();
  const auto number = arrow::uint32();
  const auto texts = arrow::list(text);
  const auto ids =
      arrow::struct_({field("mal", number), field("anilist", number), field("kitsu", number),
                      field("anidb", number), field("shikimori", number), field("imdb", text)});
  const auto list_of = [](arrow::FieldVector fields) {
    return arrow::list(arrow::struct_(std::move(fields)));
  };
  return arrow::schema(
      {field("id", text),
       field("former_ids", texts),
       field("ids", ids),
       field("titles",
             arrow::struct_({field("romaji", text), field("english", text), field("native", text),
                             field("russian", text), field("synonyms", texts)})),
       field("type", text),
       field("status", text),
       field("episodes", arrow::uint16()),
       field("duration_minutes", arrow::uint16()),
       field("aired_from", text),
       field("aired_to", text),
       field("season", text),
       field("year", arrow::uint16()),
       field("score", arrow::float64()),
       field("scored_by", number),
       field("members", number),
       field("figures_date", text),
       field("genres", texts),
       field("themes", texts),
       field("demographics", texts),
       field("tags", list_of({field("name", text), field("spoiler", arrow::boolean())})),
       field("studios", texts),
       field("source_material", text),
       field("age_rating", text),
       field("adult", arrow::boolean()),
       field("synopses",
             list_of({field("language", text), field("text", text), field("source", text)})),
       field("remembered", list_of({field("language", text), field("text", text),
                                    field("spoiler", arrow::boolean())})),
       field("image_url", text),
       field("site_url", text),
       field("trailer_url", text),
       field("streaming", list_of({field("name", text), field("url", text)})),
       field("relations", list_of({field("kind", text), field("ids", ids)})),
       field("provenance", list_of({field("field", text), field("source", text)})),
       field("contributions", list_of({field("source", text), field("by_id", arrow::boolean()),
                                       field("record", text)}))});
}

}  // namespace anireco::columnar
