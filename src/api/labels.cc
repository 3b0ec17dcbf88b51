#include "api/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/ascii.h"
#include "api/embedded.h"
#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

struct EnglishLabel {
  std::string_view kind;
  std::string_view value;
  std::string_view label;
};

/// Values of our own enumerations; what the catalogue writes out is English already.
constexpr std::array kEnglish = {
    EnglishLabel{"type", "tv", "TV series"},
    EnglishLabel{"type", "movie", "Movie"},
    EnglishLabel{"type", "ova", "OVA"},
    EnglishLabel{"type", "ona", "ONA"},
    EnglishLabel{"type", "special", "Special"},
    EnglishLabel{"type", "tv_special", "TV special"},
    EnglishLabel{"type", "music", "Music"},
    EnglishLabel{"type", "pv", "Promotional video"},
    EnglishLabel{"type", "cm", "Commercial"},
    EnglishLabel{"status", "finished", "Finished"},
    EnglishLabel{"status", "airing", "Airing"},
    EnglishLabel{"status", "upcoming", "Not yet aired"},
    EnglishLabel{"season", "winter", "Winter"},
    EnglishLabel{"season", "spring", "Spring"},
    EnglishLabel{"season", "summer", "Summer"},
    EnglishLabel{"season", "fall", "Fall"},
    EnglishLabel{"age_rating", "g", "All ages"},
    EnglishLabel{"age_rating", "pg", "Children, with parents"},
    EnglishLabel{"age_rating", "pg13", "13+"},
    EnglishLabel{"age_rating", "r17", "17+ (violence, strong language)"},
    EnglishLabel{"age_rating", "r_plus", "17+ (mild nudity)"},
    EnglishLabel{"age_rating", "rx", "Adults only, 18+"},
    EnglishLabel{"level", "family", "Family"},
    EnglishLabel{"level", "standard", "Standard"},
    EnglishLabel{"level", "adult", "Adult"},
};

std::string map_key(std::string_view kind, std::string_view value) {
  return std::string(kind) + '\t' + ascii_lower(value);
}

}  // namespace

Labels Labels::parse(std::string_view tsv) {
  Labels labels;
  std::size_t line_number = 0;
  while (!tsv.empty()) {
    const std::size_t end = std::min(tsv.find('\n'), tsv.size());
    std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(std::min(end + 1, tsv.size()));
    ++line_number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line_number == 1 || line.empty()) continue;
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (second == std::string_view::npos) {
      throw Error(ErrorKind::corrupt,
                  fmt::format("labels, line {}: three columns are needed", line_number));
    }
    labels.russian_.emplace(
        map_key(line.substr(0, first), line.substr(first + 1, second - first - 1)),
        line.substr(second + 1));
  }
  return labels;
}

Labels Labels::load(const std::filesystem::path& path) { return parse(read_file(path, 1 << 20)); }

Labels Labels::builtin() { return parse(embedded::labels()); }

const std::string* Labels::find(std::string_view kind, std::string_view value) const {
  const auto found = russian_.find(map_key(kind, value));
  return found == russian_.end() ? nullptr : &found->second;
}

std::string_view Labels::label(std::string_view kind, std::string_view value,
                               Language language) const {
  if (language == Language::ru) {
    if (const std::string* russian = find(kind, value)) return *russian;
  }
  for (const EnglishLabel& label : kEnglish) {
    if (label.kind == kind && label.value == value) return label.label;
  }
  return value;
}

std::string_view Labels::any_term(std::string_view value, Language language) const {
  for (const std::string_view kind : {"genre", "theme", "demographic", "tag"}) {
    if (language != Language::ru) break;
    if (const std::string* russian = find(kind, value)) return *russian;
  }
  return value;
}

std::string_view label_kind_of_facet(std::string_view facet) {
  if (facet == "genres") return "genre";
  if (facet == "themes") return "theme";
  if (facet == "demographics") return "demographic";
  if (facet == "tags") return "tag";
  if (facet == "types") return "type";
  if (facet == "statuses") return "status";
  if (facet == "sources") return "source";
  if (facet == "seasons") return "season";
  if (facet == "age_ratings") return "age_rating";
  return {};
}

}  // namespace anireco
