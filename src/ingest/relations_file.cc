#include "ingest/relations_file.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/gzip_reader.h"
#include "catalog/anime_enums.h"

namespace anireco {
namespace {

std::string_view next_column(std::string_view& row) {
  const std::size_t tab = row.find('\t');
  const std::string_view column = row.substr(0, tab);
  row = tab == std::string_view::npos ? std::string_view() : row.substr(tab + 1);
  return column;
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id == 0) return std::nullopt;
  return id;
}

}  // namespace

RelationsFile read_relations_file(
    const std::filesystem::path& path,
    const std::function<void(std::uint64_t line, const std::string& reason)>& on_bad_row) {
  std::map<std::uint32_t, Anime> by_title;
  RelationsFile out;
  LineReader reader(path, {.max_line_bytes = 4096, .stop = {}});
  const auto step = [&] {
    while (true) {
      try {
        return reader.next();
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_argument) throw;
        on_bad_row(reader.line_number(), "the row is too long");
      }
    }
  };
  while (step()) {
    std::string_view row = reader.line();
    if (row.empty() || (reader.line_number() == 1 && row.starts_with("mal_id"))) continue;
    const auto from = parse_id(next_column(row));
    const auto to = parse_id(next_column(row));
    const auto kind = parse_relation_kind(next_column(row));
    if (!from || !to) {
      on_bad_row(reader.line_number(), "mal_id, related_mal_id: must be numbers");
    } else if (!kind) {
      on_bad_row(reader.line_number(), "relation: is none of the known values");
    } else {
      Anime& record = by_title[*from];
      record.ids.mal = *from;
      Relation relation;
      relation.target.mal = *to;
      relation.kind = *kind;
      record.relations.push_back(relation);
      ++out.rows;
    }
  }
  out.records.reserve(by_title.size());
  for (auto& [id, record] : by_title) out.records.push_back(std::move(record));
  return out;
}

}  // namespace anireco
