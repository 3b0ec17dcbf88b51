#include "api/anime_wire.h"

#include <algorithm>
#include <cmath>

#include "catalog/anime_enums.h"
#include "catalog/anime_id.h"

namespace anireco {
void write_ids(JsonWriter& json, const ExternalIds& ids) {
  json.begin_object();
  const auto number = [&](std::string_view name, std::uint32_t value) {
    if (value != 0) json.field(name, value);
  };
  number("mal", ids.mal);
  number("anilist", ids.anilist);
  number("kitsu", ids.kitsu);
  number("anidb", ids.anidb);
  number("shikimori", ids.shikimori);
  if (!ids.imdb.empty()) json.field("imdb", ids.imdb);
  json.end_object();
}

namespace {

void write_texts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_titles(JsonWriter& json, const Titles& titles) {
  json.begin_object();
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) json.field(name, value);
  };
  text("romaji", titles.romaji);
  text("english", titles.english);
  text("native", titles.native);
  text("russian", titles.russian);
  json.key("synonyms");
  write_texts(json, titles.synonyms);
  json.end_object();
}

/// A value of one of our enumerations; null where unknown.
template <typename T>
void enum_field(JsonWriter& json, const Audience& audience, std::string_view name,
                std::string_view kind, T value) {
  json.key(name);
  if (value == T::unknown) {
    json.null();
  } else {
    write_labelled(json, audience, kind, to_string(value));
  }
}

void write_relations(JsonWriter& json, const Audience& audience, const Anime& anime) {
  json.begin_array();
  for (const Relation& relation : anime.relations) {
    std::optional<DocId> target;
    for (const SiteId& id : site_ids(relation.target)) {
      if ((target = audience.catalog.find(to_string(id)))) break;
    }
    if (target && !audience.may_see(*target)) continue;
    json.begin_object();
    json.field("kind", to_string(relation.kind));
    if (target) {
      write_identity_fields(json, audience, audience.catalog[*target]);
    } else {
      json.field_or_null("id", std::string());
      json.key("ids");
      write_ids(json, relation.target);
      json.field_or_null("title", std::string());
    }
    json.end_object();
  }
  json.end_array();
}

void write_text(JsonWriter& json, std::string_view language, std::string_view text,
                std::string_view source) {
  json.begin_object();
  json.field("language", language);
  json.field("text", text);
  json.field("source", source);
  json.end_object();
}

void write_tags(JsonWriter& json, const Audience& audience, const Anime& anime) {
  json.begin_array();
  for (const Tag& tag : anime.tags) {
    json.begin_object();
    json.field("name", tag.name);
    json.field("label", audience.labels.label("tag", tag.name, audience.language));
    json.field("spoiler", tag.spoiler);
    json.end_object();
  }
  json.end_array();
}

/// What a record has beyond a card: texts, links, relations, where each fact comes from.
void write_record_fields(JsonWriter& json, const Audience& audience, const Anime& anime) {
  json.field_or_null("scored_by", anime.scored_by);
  json.field_or_null("figures_date", anime.figures_date);
  json.field_or_null("aired_from", anime.aired_from);
  json.field_or_null("aired_to", anime.aired_to);
  json.key("tags");
  write_tags(json, audience, anime);
  json.key("source_material");
  if (anime.source_material.empty()) {
    json.null();
  } else {
    write_labelled(json, audience, "source", anime.source_material);
  }
  json.field_or_null("site_url", anime.site_url);
  json.key("streaming");
  json.begin_array();
  for (const StreamingLink& link : anime.streaming) {
    json.begin_object();
    json.field("name", link.name);
    json.field("url", link.url);
    json.end_object();
  }
  json.end_array();
  json.key("synopses");
  json.begin_array();
  for (const SourcedText& text : anime.synopses) {
    write_text(json, text.language, text.text, text.source);
  }
  json.end_array();
  json.key("remembered");
  json.begin_array();
  for (const RememberedPhrase& phrase : anime.remembered) {
    if (!phrase.spoiler) write_text(json, phrase.language, phrase.text, "anireco");
  }
  json.end_array();
  json.key("relations");
  write_relations(json, audience, anime);
  json.key("provenance");
  json.begin_object();
  std::string_view last;
  for (const FieldSource& source : anime.provenance) {
    if (source.field != last) json.field(source.field, source.source);
    last = source.field;
  }
  json.end_object();
}

}  // namespace

const SourcedText* chosen_synopsis(const Anime& anime, Language language) {
  const auto rank = [&](const SourcedText& text) {
    const int by_language = text.language == to_string(language) ? 0
                            : text.language == "en"              ? 1
                                                                 : 2;
    return by_language * 2 + (text.source == "anireco" ? 0 : 1);
  };
  const auto best = std::ranges::min_element(anime.synopses, {}, rank);
  return best == anime.synopses.end() ? nullptr : &*best;
}

void write_labelled(JsonWriter& json, const Audience& audience, std::string_view kind,
                    std::string_view value) {
  json.begin_object();
  json.field("value", value);
  json.field("label", audience.labels.label(kind, value, audience.language));
  json.end_object();
}

void write_labelled_list(JsonWriter& json, const Audience& audience, std::string_view kind,
                         const std::vector<std::string>& values) {
  json.begin_array();
  for (const std::string& value : values) write_labelled(json, audience, kind, value);
  json.end_array();
}

void write_identity_fields(JsonWriter& json, const Audience& audience, const Anime& anime) {
  json.field("id", anime.id);
  json.key("ids");
  write_ids(json, anime.ids);
  json.field("title", display_title(anime, to_string(audience.language)));
}

void write_title_reference(JsonWriter& json, const Audience& audience, DocId doc) {
  json.begin_object();
  write_identity_fields(json, audience, audience.catalog[doc]);
  json.end_object();
}

void write_rating(JsonWriter& json, std::string_view name, const Anime& anime) {
  json.field_or_null(name, std::round(static_cast<double>(anime.score) * 100) / 100);
}

void write_type_and_year(JsonWriter& json, const Audience& audience, const Anime& anime) {
  enum_field(json, audience, "type", "type", anime.type);
  json.field_or_null("year", anime.year);
}

void write_image_url(JsonWriter& json, const Audience& audience, DocId doc) {
  const Anime& anime = audience.catalog[doc];
  if (audience.posters == nullptr || !audience.posters->by_id.contains(anime.id)) {
    json.field_or_null("image_url", anime.image_url);
    return;
  }
  std::string path = "/posters/" + anime.id;
  if (audience.catalog.level(doc) == Level::adult) path += "?level=adult";
  json.field("image_url", path);
}

void write_card_fields(JsonWriter& json, const Audience& audience, DocId doc) {
  const Anime& anime = audience.catalog[doc];
  write_identity_fields(json, audience, anime);
  json.key("titles");
  write_titles(json, anime.titles);
  write_type_and_year(json, audience, anime);
  enum_field(json, audience, "status", "status", anime.status);
  enum_field(json, audience, "season", "season", anime.season);
  enum_field(json, audience, "age_rating", "age_rating", anime.age_rating);
  json.field_or_null("episodes", anime.episodes);
  json.field_or_null("duration_minutes", anime.duration_minutes);
  write_rating(json, "rating", anime);
  json.field_or_null("members", anime.members);
  json.key("genres");
  write_labelled_list(json, audience, "genre", anime.genres);
  json.key("themes");
  write_labelled_list(json, audience, "theme", anime.themes);
  json.key("demographics");
  write_labelled_list(json, audience, "demographic", anime.demographics);
  json.key("studios");
  write_texts(json, anime.studios);
  write_image_url(json, audience, doc);
  json.field_or_null("trailer_url", anime.trailer_url);
  const SourcedText* synopsis = chosen_synopsis(anime, audience.language);
  json.field_or_null("synopsis", synopsis ? synopsis->text : std::string());
  json.field_or_null("synopsis_language", synopsis ? synopsis->language : std::string());
}

void write_franchise(JsonWriter& json, const Audience& audience, DocId doc) {
  const Catalog& catalog = audience.catalog;
  std::int64_t size = 0;
  for (const DocId member : catalog.members(catalog.franchise(doc))) {
    if (audience.may_see(member)) ++size;
  }
  json.begin_object();
  json.field("size", size);
  json.key("siblings");
  json.begin_array();
  for (const DocId member : catalog.members(catalog.franchise(doc))) {
    if (member == doc || !audience.may_see(member)) continue;
    const Anime& sibling = catalog[member];
    json.begin_object();
    write_identity_fields(json, audience, sibling);
    write_type_and_year(json, audience, sibling);
    json.field_or_null("episodes", sibling.episodes);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void write_anime(JsonWriter& json, const Audience& audience, DocId doc, std::uint64_t generation) {
  json.begin_object();
  write_card_fields(json, audience, doc);
  json.field("level", to_string(audience.catalog.level(doc)));
  write_record_fields(json, audience, audience.catalog[doc]);
  json.key("franchise");
  write_franchise(json, audience, doc);
  json.field("generation", generation);
  json.end_object();
}

void write_facet(JsonWriter& json, const Audience& audience, std::string_view facet,
                 const std::vector<FacetCount>& counts, std::size_t limit) {
  const std::string_view kind = label_kind_of_facet(facet);
  json.begin_array();
  for (std::size_t i = 0; i < std::min(limit, counts.size()); ++i) {
    json.begin_object();
    json.field("value", counts[i].value);
    json.field("label", audience.labels.label(kind, counts[i].value, audience.language));
    json.field("count", counts[i].count);
    json.end_object();
  }
  json.end_array();
}

}  // namespace anireco
