#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/title_record.h"

namespace anireco {

struct AnimeJsonOptions {
  /// Source of everything the line gives no source for, at most 64 bytes of printable ASCII. Empty:
  /// "anireco" for the record form, "catalogue" for the flat form.
  std::string source;
  /// The line was written by to_json() (a store's own rows): the passes that bring foreign records
  /// into canonical form are left out. Types, ranges and sizes are checked all the same.
  bool canonical = false;
};

/// A record and what was ignored in its line.
struct ParsedAnime {
  Anime anime;
  std::string source;  ///< The source that was settled on.
  /// What each source says, where the line is of an export (to_json(TitleRecord)); else empty. The
  /// sources named in it hold, whatever `source` is.
  std::vector<SourceRecord> contributions;
  std::vector<std::string> warnings;  ///< "unknown key \"foo\"", "season \"undefined\" ignored".
};

/// Reads one line of JSON in either of two forms, told apart by the key "mal_id":
///  - the record form, docs/record.schema.json: what to_json() writes, and the starter catalogue's
///    shorthand ("synopsis": {"en": "…"} for "synopses", "remembered" items as plain strings,
///    "tags" as plain strings);
///  - the flat form, keyed by mal_id, of bulk catalogues (title, title_english, title_japanese,
///    rating "PG-13 - Teens 13 or older", nsfw, duration_min, …). genre_source and
///    synopsis_source become provenance; a sole Cyrillic synonym becomes the Russian title.
/// Texts are taken as they stand (cleaning is src/ingest's). Null and empty values mean unknown.
/// Throws Error{invalid_argument} that names the field for wrong types, values out of range,
/// hostile sizes (line 4 MiB, text 20,000 bytes, other strings 2,000, lists 500 items, nesting 12),
/// broken JSON or wrong UTF-8, a record without any title or with neither id nor title.
/// Thread-safe.
ParsedAnime parse_anime_json(std::string_view line, const AnimeJsonOptions& options = {});

/// The canonical record form on one line, without a line feed: keys in fixed order, unknown fields
/// left out, scores with at most two decimals. Equal records give equal bytes, and
/// parse_anime_json(to_json(a)) == a for every record that was parsed or merged by this module.
std::string to_json(const Anime& anime);

/// A line that keeps apart what each source says: the merged record with one more key,
/// "contributions": [{"source", "by_id", "record"}]. A sole contribution that equals the merged
/// record is named without repeating it.
std::string to_json(const TitleRecord& title);

/// Brings a record into the form that survives to_json() and back: remembered phrases grouped by
/// language, provenance sorted by field, duplicates in lists removed.
void normalise(Anime& anime);

/// Version of the record form, "schema_version" of docs/record.schema.json.
inline constexpr int kRecordSchemaVersion = 1;

}  // namespace anireco
