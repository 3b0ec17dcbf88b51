#include "training/title_pairs.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/file.h"
#include "training/franchise_parts.h"

namespace anireco {

TitlePairs resolve_pairs(const Catalog& catalog, std::span<const JudgedPair> judged,
                         const FranchiseTable& franchises, const TitlePairOptions& options) {
  TitlePairs result{.franchise = franchise_numbers(catalog, franchises)};
  const std::vector<FranchisePart> parts =
      franchise_parts(catalog, franchises, options.excluded_franchises);
  for (const JudgedPair& pair : judged) {
    if (pair.split != options.split) continue;
    const auto a = catalog.find(fmt::format("mal:{}", pair.a));
    const auto b = catalog.find(fmt::format("mal:{}", pair.b));
    if (!a || !b) {
      ++result.unknown;
      continue;
    }
    const auto excluded = [&](DocId doc) {
      return parts[catalog.franchise(doc)] == FranchisePart::excluded;
    };
    if (excluded(*a) || excluded(*b)) {
      ++result.excluded;
      continue;
    }
    if (catalog.level(*a) > Level::standard || catalog.level(*b) > Level::standard) continue;
    if (result.franchise[*a] == result.franchise[*b]) continue;
    result.pairs.push_back({*a, *b});
  }
  if (result.pairs.size() < options.least || result.unknown > result.pairs.size()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} pairs of split \"{}\" can be used ({} name titles that are not in "
                            "the catalogue, {} are excluded); at least {} are needed, and most of "
                            "them known",
                            result.pairs.size(), options.split, result.unknown, result.excluded,
                            options.least));
  }
  return result;
}

std::set<std::uint32_t> read_franchise_list(const std::filesystem::path& path) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;
  const std::string text = read_file(path, kMaxBytes);
  std::set<std::uint32_t> ids;
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), id);
    if (error != std::errc() || end != line.data() + line.size()) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{}:{}: \"{}\" is no franchise id", path.string(), number, line));
    }
    ids.insert(id);
  }
  return ids;
}

}  // namespace anireco
