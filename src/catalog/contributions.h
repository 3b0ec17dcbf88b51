#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/identity.h"
#include "catalog/merge.h"
#include "catalog/title_record.h"

namespace anireco {

/// One stored statement of a source about a title. `key` tells apart two statements that a source
/// makes of what proved to be one title.
struct ContributionRow {
  std::string title;   ///< Our id.
  std::string source;  ///< Who says it.
  std::string key;     ///< id_seed() of the record as it was given.
  std::string json;    ///< to_json() without id and former ids.
};

/// The row of a record for a title.
ContributionRow make_row(const std::string& title, const std::string& source, const Anime& record);

/// The rows of all that is said of a title, by source and key; of two with the same source and key
/// the later one.
std::vector<ContributionRow> make_rows(const std::string& title,
                                       std::span<const SourceRecord> contributions);

/// Whether rows say the same, once defaults that reading adds (a record's own source) are written
/// out. Both by source and key.
bool say_the_same(std::span<const ContributionRow> stored, std::span<const ContributionRow> rows);

/// Where a title of an export belongs; see place_record().
Placement place_title(const TitleRecord& title, const IdentityTable& table);

/// Of one source's rows of a title, those that a new row takes the place of: same key, or the same
/// title by their ids.
std::vector<std::string> replaced_keys(std::span<const ContributionRow> rows_of_source,
                                       const ContributionRow& row, const ExternalIds& row_ids);

/// An own id that a title had before it was absorbed.
struct FormerId {
  std::string id;     ///< The former one.
  std::string title;  ///< The title that has it now.
};

/// What merge_rows() gives, with what each source says. Throws as merge_rows() does.
std::vector<TitleRecord> title_records(std::vector<ContributionRow> rows,
                                       std::span<const FormerId> former_ids,
                                       std::size_t threads = 2);

/// Parses and merges all rows, on `threads` threads. Records ordered by id. Throws Error{corrupt}
/// when a row is no record.
std::vector<Anime> merge_rows(std::vector<ContributionRow> rows,
                              std::span<const FormerId> former_ids, std::size_t threads = 2);

}  // namespace anireco
