#include "training/triplets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string_view>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "training/franchise_parts.h"

namespace anireco {
namespace {

constexpr std::size_t kLeastSynopsis = 100;
/// Draws a wanted triplet, before a catalogue counts as exhausted.
constexpr std::size_t kDraws = 20;
constexpr std::string_view kHeader = "anchor\tpositive\tnegative\tset\n";

bool has_synopsis(const Anime& anime) {
  const auto first = std::ranges::find(anime.synopses, "en", &SourcedText::language);
  return first != anime.synopses.end() && first->text.size() >= kLeastSynopsis;
}

bool has_type(const Anime& anime) {
  constexpr std::array kTypes = {AnimeType::tv, AnimeType::movie, AnimeType::ova, AnimeType::ona};
  return std::ranges::find(kTypes, anime.type) != kTypes.end();
}

class Miner {
 public:
  Miner(const Catalog& catalog, const TripletOptions& options, std::vector<DocId> titles)
      : catalog_(catalog), options_(options), titles_(std::move(titles)) {}

  std::optional<Triplet> draw(std::mt19937_64& random) const {
    const DocId anchor = titles_[random() % titles_.size()];
    std::vector<DocId> positives;
    std::vector<DocId> negatives;
    for (const DocId other : titles_) {
      if (other == anchor) continue;
      const double jaccard = genre_jaccard(catalog_, anchor, other);
      if (jaccard >= options_.positive_least && may_be_positive(anchor, other)) {
        positives.push_back(other);
      } else if (jaccard >= options_.negative_least && jaccard <= options_.negative_most) {
        negatives.push_back(other);
      }
    }
    if (positives.empty() || negatives.empty()) return std::nullopt;
    return Triplet{.anchor = anchor,
                   .positive = positives[random() % positives.size()],
                   .negative = negatives[random() % negatives.size()]};
  }

  std::vector<Triplet> draw(std::size_t count, std::mt19937_64& random) const {
    std::vector<Triplet> triplets;
    std::set<std::tuple<DocId, DocId, DocId>> seen;
    if (titles_.empty()) return triplets;
    for (std::size_t n = 0; n < count * kDraws && triplets.size() < count; ++n) {
      const std::optional<Triplet> drawn = draw(random);
      if (!drawn || !seen.emplace(drawn->anchor, drawn->positive, drawn->negative).second) continue;
      triplets.push_back(*drawn);
    }
    return triplets;
  }

 private:
  bool may_be_positive(DocId anchor, DocId other) const {
    return options_.split == TripletSplit::triplet ||
           (catalog_.franchise(anchor) != catalog_.franchise(other) &&
            !table_joins(catalog_[anchor].ids.mal, catalog_[other].ids.mal));
  }

  bool table_joins(std::uint32_t a, std::uint32_t b) const {
    return a != 0 && b != 0 && options_.franchises->of(a) == options_.franchises->of(b);
  }

  const Catalog& catalog_;
  const TripletOptions& options_;
  std::vector<DocId> titles_;
};

void check_enough(std::span<const Triplet> triplets, const TripletOptions& options,
                  std::string_view rest) {
  const auto validation =
      static_cast<std::size_t>(std::ranges::count(triplets, true, &Triplet::validation));
  const std::size_t train = triplets.size() - validation;
  if (validation >= options.least_validation && train >= options.least) return;
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{} triplets can train and {} validate{}; at least {} and {} are needed",
                          train, validation, rest, options.least, options.least_validation));
}

std::string id_of(const Anime& anime) {
  return anime.ids.mal == 0 ? anime.id : fmt::format("mal:{}", anime.ids.mal);
}

/// By title.
class Parts {
 public:
  Parts(const Catalog& catalog, const TripletOptions& options)
      : catalog_(catalog),
        parts_(franchise_parts(catalog, *options.franchises, options.excluded_franchises)) {}
  FranchisePart operator[](DocId doc) const { return parts_[catalog_.franchise(doc)]; }

 private:
  const Catalog& catalog_;
  std::vector<FranchisePart> parts_;
};

/// Why a title may not be in a triplet of this side; empty when it may.
std::string objection(const Catalog& catalog, const TripletOptions& options, const Parts& parts,
                      DocId doc, bool validation) {
  const std::uint32_t franchise = options.franchises->of(catalog[doc].ids.mal);
  if (parts[doc] == FranchisePart::excluded) {
    return options.excluded_franchises.contains(franchise)
               ? fmt::format("is of franchise {}, which is excluded", franchise)
               : "hangs together with a title of an excluded franchise";
  }
  if (options.split == TripletSplit::triplet) return {};
  if ((parts[doc] == FranchisePart::validation) == validation) return {};
  return validation ? "is of a franchise that trains" : "is of a franchise that is validation";
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

double genre_jaccard(const Catalog& catalog, DocId a, DocId b) {
  const auto left = catalog.terms(Catalog::TermField::genres, a);
  const auto right = catalog.terms(Catalog::TermField::genres, b);
  std::size_t shared = 0;
  for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    if (left[i] == right[j]) ++shared;
    const bool step_left = left[i] <= right[j];
    const bool step_right = right[j] <= left[i];
    i += step_left ? 1 : 0;
    j += step_right ? 1 : 0;
  }
  const std::size_t all = left.size() + right.size() - shared;
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

std::vector<DocId> triplet_titles(const Catalog& catalog, const TripletOptions& options) {
  std::vector<DocId> titles;
  const Parts parts(catalog, options);
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const Anime& anime = catalog[doc];
    if (anime.genres.empty()) continue;
    if (options.least_score > 0 && !(anime.score > options.least_score)) continue;
    if (!has_type(anime) || !has_synopsis(anime) || catalog.level(doc) > Level::standard) continue;
    if (parts[doc] == FranchisePart::excluded) continue;
    titles.push_back(doc);
  }
  return titles;
}

std::vector<Triplet> mine_triplets(const Catalog& catalog, const TripletOptions& options) {
  const std::vector<DocId> titles = triplet_titles(catalog, options);
  std::seed_seq words{static_cast<std::uint32_t>(options.seed),
                      static_cast<std::uint32_t>(options.seed >> 32U)};
  std::mt19937_64 random(words);
  const auto validate =
      static_cast<std::size_t>(static_cast<double>(options.count) * options.validation);
  std::vector<Triplet> triplets;
  if (options.split == TripletSplit::triplet) {
    triplets = Miner(catalog, options, titles).draw(options.count, random);
    // They are drawn independently of each other, so the first ones are as good as any.
    const std::size_t kept = std::min(validate, triplets.size());
    for (std::size_t i = 0; i < kept; ++i) triplets[i].validation = true;
  } else {
    const Parts parts(catalog, options);
    for (const bool side : {true, false}) {
      std::vector<DocId> part;
      std::ranges::copy_if(titles, std::back_inserter(part), [&](DocId doc) {
        return (parts[doc] == FranchisePart::validation) == side;
      });
      const std::size_t count = side ? validate : options.count - validate;
      for (Triplet triplet : Miner(catalog, options, std::move(part)).draw(count, random)) {
        triplet.validation = side;
        triplets.push_back(triplet);
      }
    }
  }
  check_enough(triplets, options, fmt::format(" ({} titles can take part)", titles.size()));
  return triplets;
}

std::vector<Triplet> read_triplets(const std::filesystem::path& path, const Catalog& catalog,
                                   const TripletOptions& options) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20;
  const std::string text = read_file(path, kMaxBytes);
  std::string_view rest = text;
  const auto refuse = [&](std::size_t line, const std::string& reason) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{}:{}: {}", path.filename().string(), line, reason));
  };
  if (!rest.starts_with(kHeader)) refuse(1, "the header is not anchor, positive, negative, set");
  rest.remove_prefix(kHeader.size());
  const Parts parts(catalog, options);
  std::vector<Triplet> triplets;
  std::size_t unknown = 0;
  for (std::size_t number = 2; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::vector<std::string_view> fields = fields_of(line);
    if (fields.size() != 4 || (fields[3] != "train" && fields[3] != "validation")) {
      refuse(number, "not three titles and \"train\" or \"validation\"");
    }
    std::array<std::optional<DocId>, 3> docs;
    for (std::size_t i = 0; i < docs.size(); ++i) {
      docs[i] = catalog.find(fields[i]);
      if (!docs[i]) continue;
      const std::string reason =
          objection(catalog, options, parts, *docs[i], fields[3] == "validation");
      if (!reason.empty()) refuse(number, fmt::format("{} {}", fields[i], reason));
    }
    if (!docs[0] || !docs[1] || !docs[2]) {
      ++unknown;
      continue;
    }
    triplets.push_back({*docs[0], *docs[1], *docs[2], fields[3] == "validation"});
  }
  const std::string told = fmt::format(" ({} name titles that are not in the catalogue)", unknown);
  check_enough(triplets, options, told);
  if (unknown > triplets.size()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} triplets are usable{}; most must be", triplets.size(), told));
  }
  return triplets;
}

std::string format_triplets(const Catalog& catalog, std::span<const Triplet> triplets) {
  std::string text(kHeader);
  for (const Triplet& t : triplets) {
    text += fmt::format("{}\t{}\t{}\t{}\n", id_of(catalog[t.anchor]), id_of(catalog[t.positive]),
                        id_of(catalog[t.negative]), t.validation ? "validation" : "train");
  }
  return text;
}

}  // namespace anireco
