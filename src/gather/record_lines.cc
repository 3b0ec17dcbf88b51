#include "gather/record_lines.h"

#include <fmt/format.h>

#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_reader.h"
#include "base/hash.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"
#include "gather/page_store.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// The name a problem calls a record by.
std::string name_of(const Anime& anime) {
  const std::string seed = id_seed(anime);
  return to_valid_utf8(truncate_utf8(seed, 100));
}

std::uint64_t key_of(std::string_view line) {
  return xxh3_64(id_seed(parse_anime_json(line).anime));
}

}  // namespace

bool is_since(const Anime& anime, std::string_view since) {
  if (since.empty()) return true;
  if (anime.status == AiringStatus::airing || anime.status == AiringStatus::upcoming) return true;
  if (anime.aired_from.empty() && anime.aired_to.empty() && anime.year == 0) return true;
  // A date that names no day counts as the last one it may mean: "2020-05" is "2020-05-99".
  const auto late = [](std::string date) {
    if (date.size() == 4) date += "-99";
    if (date.size() == 7) date += "-99";
    return date;
  };
  if (!anime.aired_from.empty() && late(anime.aired_from) >= since) return true;
  if (!anime.aired_to.empty() && late(anime.aired_to) >= since) return true;
  return anime.aired_from.empty() && anime.year > 0 &&
         late(fmt::format("{:04}", anime.year)) >= since;
}

RecordLines to_lines(std::vector<Anime> records, const std::string& since,
                     const std::string& figures_date) {
  RecordLines lines;
  for (Anime& anime : records) {
    if (!is_since(anime, since)) {
      ++lines.filtered;
      continue;
    }
    if (anime.score > 0 && anime.figures_date.empty()) anime.figures_date = figures_date;
    try {
      normalise(anime);
      std::string line = to_json(anime);
      parse_anime_json(line);
      lines.text += line;
      lines.text += '\n';
      ++lines.records;
    } catch (const Error& e) {
      lines.problems.push_back(fmt::format("{}: {} (left out)", name_of(anime), e.what()));
    }
  }
  return lines;
}

std::uint64_t write_records(const PageStore& pages, std::span<const std::string> further,
                            const std::filesystem::path& path) {
  std::unordered_map<std::uint64_t, std::uint64_t> last;
  std::uint64_t number = 0;
  pages.for_each([&](std::string_view line) { last[key_of(line)] = number++; });
  for (const std::string& line : further) last[key_of(line)] = number++;
  AtomicFileWriter writer(path);
  number = 0;
  const auto write = [&](std::string_view line) {
    if (last.at(key_of(line)) == number++) {
      writer.append(line);
      writer.append("\n");
    }
  };
  pages.for_each(write);
  for (const std::string& line : further) write(line);
  writer.commit();
  return last.size();
}

void for_each_line(const std::filesystem::path& path,
                   const std::function<void(std::string_view line)>& visit) {
  LineReader reader(path);
  while (reader.next()) visit(reader.line());
}

}  // namespace anireco
