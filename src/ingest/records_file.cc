#include "ingest/records_file.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "catalog/anime_json.h"
#include "catalog/canonical_records.h"

namespace anireco {

RecordsFileInfo write_records_file(const Catalog& catalog, const std::filesystem::path& path) {
  AtomicFileWriter writer(path);
  Sha256 content;
  Xxh3Stream checksum;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const std::string line = to_json(catalog[doc]) + "\n";
    content.update(line);
    checksum.update(line);
    writer.append(line);
  }
  RecordsFileInfo info;
  info.bytes = writer.size();
  info.xxh3 = checksum.digest();
  info.content_hash = content.finish();
  writer.commit();
  return info;
}

std::vector<Anime> read_records_file(const std::filesystem::path& path, std::uint64_t xxh3,
                                     std::size_t threads) {
  const MappedFile file(path);
  file.prefetch();
  const std::string_view text = file.text();
  if (xxh3_64(text) != xxh3) {
    throw Error(ErrorKind::corrupt, "the records of the published catalogue are damaged");
  }
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parse_canonical_records(lines, threads);
}

}  // namespace anireco
