#include "catalog/catalog.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <future>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/anime_id.h"
#include "catalog/franchise.h"
#include "catalog/popularity.h"
#include "catalog/term_column.h"

namespace anireco {
namespace {

/// The facets, in the order of TermField and then the single-valued ones.
enum Column : std::size_t {
  kGenres,
  kThemes,
  kDemographics,
  kTags,
  kStudios,
  kTypes,
  kStatuses,
  kSources,
  kSeasons,
  kAgeRatings,
  kYears,
  kColumns
};
constexpr std::array<std::string_view, kColumns> kFacetNames = {
    "genres",   "themes",  "demographics", "tags",        "studios", "types",
    "statuses", "sources", "seasons",      "age_ratings", "years"};

using Values = std::vector<std::vector<std::string_view>>;

struct Numbers {
  std::vector<float> year, episodes, duration, score, members;
};

template <typename T>
TermCondition as_terms(const ValueCondition<T>& condition) {
  TermCondition out;
  for (const T& value : condition.any) out.any.emplace_back(to_string(value));
  for (const T& value : condition.none) out.none.emplace_back(to_string(value));
  return out;
}

TermCondition as_terms(const ValueCondition<std::string>& condition) {
  return {.all = {}, .any = condition.any, .none = condition.none};
}

/// The conditions of a filter by column; years have none, their range is a number.
std::array<TermCondition, kColumns> conditions_of(const Filter& f) {
  std::array<TermCondition, kColumns> out;
  out[kGenres] = f.genres;
  out[kThemes] = f.themes;
  out[kDemographics] = f.demographics;
  out[kTags] = f.tags;
  out[kStudios] = f.studios;
  out[kTypes] = as_terms(f.types);
  out[kStatuses] = as_terms(f.statuses);
  out[kSources] = as_terms(f.sources);
  out[kSeasons] = as_terms(f.seasons);
  out[kAgeRatings] = as_terms(f.age_ratings);
  return out;
}

void apply_inclusive(const TermColumn& column, const TermCondition& condition, DocSet& set) {
  for (const std::string& name : condition.all) {
    const auto term = column.find(name);
    if (!term) {
      set = DocSet(set.size());
      return;
    }
    column.restrict(*term, set);
  }
  if (condition.any.empty()) return;
  DocSet any(set.size());
  for (const std::string& name : condition.any) {
    if (const auto term = column.find(name)) column.add_to(*term, any);
  }
  set &= any;
}

void apply_exclusive(const TermColumn& column, const TermCondition& condition, DocSet& set) {
  for (const std::string& name : condition.none) {
    if (const auto term = column.find(name)) column.remove_from(*term, set);
  }
}

void apply_range(const std::vector<float>& values, const Range& range, std::string_view name,
                 DocSet& set) {
  if (range.empty()) return;
  const double min = range.min.value_or(-std::numeric_limits<double>::infinity());
  const double max = range.max.value_or(std::numeric_limits<double>::infinity());
  if (!(min <= max)) {
    throw Error(ErrorKind::invalid_argument,
                std::string(name) + ": the lower bound is above the upper");
  }
  DocSet kept(set.size());
  set.for_each([&](DocId doc) {
    const double value = static_cast<double>(values[doc]);
    // Scores are floats: 8.1 as a bound must include a score of 8.1.
    constexpr double kSlack = 1e-5;
    if (value > 0 && value >= min - kSlack && value <= max + kSlack) kept.insert(doc);
  });
  set = std::move(kept);
}

Filter unfiltered(Level level) {
  Filter filter;
  filter.level = level;
  return filter;
}

std::string_view airing_key(const Anime& anime, std::string& buffer) {
  if (!anime.aired_from.empty()) return anime.aired_from;
  buffer = anime.year != 0 ? std::to_string(anime.year) : "9999";
  return buffer;
}

bool airs_before(const Anime& a, const Anime& b) {
  std::string first;
  std::string second;
  return airing_key(a, first) < airing_key(b, second);
}

}  // namespace

struct Catalog::Impl {
  std::vector<Anime> records;
  std::vector<Level> levels;
  std::array<DocSet, 3> visible;
  std::vector<FranchiseId> franchises;
  std::vector<std::uint32_t> first_member;
  std::vector<DocId> franchise_members;
  std::vector<float> popularity;
  std::vector<TitleFacts> facts;
  std::array<TermColumn, kColumns> columns;
  std::vector<std::string> year_names;
  Numbers numbers;
  std::array<Facets, 3> facets_of_all;  ///< By level, unfiltered: what most requests ask for.
  std::array<std::unordered_map<std::string, DocId>, 6> by_site;
  std::unordered_map<std::string, DocId> by_former_id;

  explicit Impl(std::vector<Anime> all) : records(std::move(all)) {
    std::ranges::sort(records, {}, &Anime::id);
    const auto twin = std::ranges::adjacent_find(records, {}, &Anime::id);
    if (twin != records.end()) {
      throw Error(ErrorKind::invalid_argument, "two records have the id " + twin->id);
    }
    index_ids();
    // The two long steps share nothing that either writes.
    auto grouping = std::async(std::launch::async, [this] { group(); });
    set_levels();
    intern();
    popularity = popularity_percentiles(records);
    gather_facts();
    for (const Level level : {Level::family, Level::standard, Level::adult}) {
      const auto l = static_cast<std::size_t>(level);
      facets_of_all[l] = count_facets(unfiltered(level), visible[l], {});
    }
    grouping.get();
  }

  DocId count() const { return static_cast<DocId>(records.size()); }

  void index_ids() {
    for (DocId doc = 0; doc < count(); ++doc) {
      for (const SiteId& id : site_ids(records[doc].ids)) {
        auto& index = by_site[static_cast<std::size_t>(id.site)];
        const auto [at, added] = index.emplace(id.value, doc);
        if (!added && records[doc].members > records[at->second].members) at->second = doc;
      }
      for (const std::string& id : records[doc].former_ids) by_former_id.emplace(id, doc);
    }
  }

  std::optional<DocId> find_site(const SiteId& id) const {
    const auto& index = by_site[static_cast<std::size_t>(id.site)];
    const auto at = index.find(id.value);
    if (at == index.end()) return std::nullopt;
    return at->second;
  }

  void set_levels() {
    levels.reserve(records.size());
    visible.fill(DocSet(records.size()));
    for (DocId doc = 0; doc < count(); ++doc) {
      levels.push_back(level_of(records[doc]));
      for (auto level = static_cast<std::size_t>(levels.back()); level < visible.size(); ++level) {
        visible[level].insert(doc);
      }
    }
  }

  void intern() {
    std::array<Values, kColumns> values;
    values.fill(Values(records.size()));
    year_names.resize(2300);
    for (DocId doc = 0; doc < count(); ++doc) {
      const Anime& a = records[doc];
      const auto add_all = [&](Column column, const std::vector<std::string>& names) {
        values[column][doc].assign(names.begin(), names.end());
      };
      add_all(kGenres, a.genres);
      add_all(kThemes, a.themes);
      add_all(kDemographics, a.demographics);
      add_all(kStudios, a.studios);
      for (const Tag& tag : a.tags) values[kTags][doc].push_back(tag.name);
      if (a.type != AnimeType::unknown) values[kTypes][doc] = {to_string(a.type)};
      if (a.status != AiringStatus::unknown) values[kStatuses][doc] = {to_string(a.status)};
      if (!a.source_material.empty()) values[kSources][doc] = {a.source_material};
      if (a.season != Season::unknown) values[kSeasons][doc] = {to_string(a.season)};
      if (a.age_rating != AgeRating::unknown) values[kAgeRatings][doc] = {to_string(a.age_rating)};
      if (a.year != 0 && a.year < year_names.size()) {
        if (year_names[a.year].empty()) year_names[a.year] = std::to_string(a.year);
        values[kYears][doc] = {year_names[a.year]};
      }
      numbers.year.push_back(static_cast<float>(a.year));
      numbers.episodes.push_back(static_cast<float>(a.episodes));
      numbers.duration.push_back(static_cast<float>(a.duration_minutes));
      numbers.score.push_back(a.score);
      numbers.members.push_back(static_cast<float>(a.members));
    }
    for (std::size_t c = 0; c < kColumns; ++c) columns[c] = TermColumn(values[c]);
  }

  void gather_facts() {
    facts.reserve(records.size());
    for (DocId doc = 0; doc < count(); ++doc) {
      const Anime& a = records[doc];
      const auto source = columns[kSources].terms(doc);
      facts.push_back({.year = static_cast<std::uint16_t>(a.year),
                       .type = a.type,
                       .source = source.empty() ? 0 : source.front() + 1,
                       .score = a.score,
                       .log_popularity = -std::log10(std::max(1 - popularity[doc], 1e-4F)),
                       .log_episodes = std::log1p(static_cast<float>(a.episodes)),
                       .log_duration = std::log1p(static_cast<float>(a.duration_minutes)),
                       .age_rating = a.age_rating});
    }
  }

  void group() {
    franchises = group_franchises(records, [this](const ExternalIds& target) {
      for (const SiteId& id : site_ids(target)) {
        if (const auto doc = find_site(id)) return doc;
      }
      return std::optional<DocId>();
    });
    const std::size_t groups =
        franchises.empty() ? 0
                           : static_cast<std::size_t>(*std::ranges::max_element(franchises)) + 1;
    first_member.assign(groups + 1, 0);
    for (FranchiseId franchise : franchises) ++first_member[franchise + 1];
    for (std::size_t g = 0; g < groups; ++g) first_member[g + 1] += first_member[g];
    franchise_members.resize(records.size());
    std::vector<std::uint32_t> next(first_member.begin(), first_member.end() - 1);
    for (DocId doc = 0; doc < count(); ++doc) franchise_members[next[franchises[doc]]++] = doc;
    for (std::size_t g = 0; g < groups; ++g) {
      std::stable_sort(franchise_members.begin() + first_member[g],
                       franchise_members.begin() + first_member[g + 1],
                       [this](DocId a, DocId b) { return airs_before(records[a], records[b]); });
    }
  }

  /// Everything but the inclusive conditions on columns and the range of years.
  DocSet base_set(const Filter& f, const std::array<TermCondition, kColumns>& conditions) const {
    DocSet set = visible[static_cast<std::size_t>(f.level)];
    for (std::size_t c = 0; c < kColumns; ++c) apply_exclusive(columns[c], conditions[c], set);
    apply_range(numbers.episodes, f.episodes, "episodes", set);
    apply_range(numbers.duration, f.duration_minutes, "duration_minutes", set);
    apply_range(numbers.score, f.score, "score", set);
    apply_range(numbers.members, f.members, "members", set);
    return set;
  }

  void restrict(std::size_t column, const Filter& f, const TermCondition& condition,
                DocSet& set) const {
    apply_inclusive(columns[column], condition, set);
    if (column == kYears) apply_range(numbers.year, f.year, "year", set);
  }

  Facets count_facets(const Filter& filter, const DocSet& within,
                      const FacetOptions& options) const {
    const auto conditions = conditions_of(filter);
    DocSet base = base_set(filter, conditions);
    base &= within;
    // Another value beside one of `any` widens what matches; beside those of `all` it narrows.
    const auto may_widen = [&](std::size_t c) {
      return c == kYears ? !filter.year.empty() : !conditions[c].any.empty();
    };
    DocSet matching = base;
    for (std::size_t c = 0; c < kColumns; ++c) restrict(c, filter, conditions[c], matching);
    const std::size_t limit =
        options.max_values == 0 ? std::numeric_limits<std::size_t>::max() : options.max_values;
    Facets out;
    for (std::size_t c = 0; c < kColumns; ++c) {
      DocSet siblings;
      const DocSet* set = &matching;
      if (may_widen(c)) {
        siblings = base;
        for (std::size_t other = 0; other < kColumns; ++other) {
          if (other != c) restrict(other, filter, conditions[other], siblings);
        }
        TermCondition wanted_all = conditions[c];
        wanted_all.any.clear();
        apply_inclusive(columns[c], wanted_all, siblings);
        set = &siblings;
      }
      auto& facet = out[std::string(kFacetNames[c])];
      for (const auto& [term, n] : columns[c].count(*set, limit)) {
        facet.push_back({columns[c].name(term), n});
      }
    }
    return out;
  }
};

Catalog::Catalog(std::vector<Anime> records)
    : impl_(std::make_unique<const Impl>(std::move(records))) {}
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

std::size_t Catalog::size() const { return impl_->records.size(); }
const Anime& Catalog::operator[](DocId doc) const { return impl_->records[doc]; }

std::optional<DocId> Catalog::find(std::string_view id) const {
  if (const auto site = parse_site_id(id)) return impl_->find_site(*site);
  const auto& records = impl_->records;
  const auto at = std::ranges::lower_bound(records, id, {},
                                           [](const Anime& a) { return std::string_view(a.id); });
  if (at != records.end() && at->id == id) return static_cast<DocId>(at - records.begin());
  const auto former = impl_->by_former_id.find(std::string(id));
  if (former != impl_->by_former_id.end()) return former->second;
  return std::nullopt;
}

Level Catalog::level(DocId doc) const { return impl_->levels[doc]; }
const DocSet& Catalog::visible(Level level) const {
  return impl_->visible[static_cast<std::size_t>(level)];
}

FranchiseId Catalog::franchise(DocId doc) const { return impl_->franchises[doc]; }
std::size_t Catalog::franchise_count() const { return impl_->first_member.size() - 1; }
std::span<const DocId> Catalog::members(FranchiseId franchise) const {
  const std::uint32_t begin = impl_->first_member[franchise];
  return std::span(impl_->franchise_members)
      .subspan(begin, impl_->first_member[franchise + 1] - begin);
}

float Catalog::popularity(DocId doc) const { return impl_->popularity[doc]; }
const TitleFacts& Catalog::facts(DocId doc) const { return impl_->facts[doc]; }

std::span<const std::uint32_t> Catalog::terms(TermField field, DocId doc) const {
  return impl_->columns[static_cast<std::size_t>(field)].terms(doc);
}
std::string_view Catalog::term_name(TermField field, std::uint32_t term) const {
  return impl_->columns[static_cast<std::size_t>(field)].name(term);
}
std::uint32_t Catalog::document_frequency(TermField field, std::uint32_t term) const {
  return impl_->columns[static_cast<std::size_t>(field)].document_frequency(term);
}
float Catalog::term_idf(TermField field, std::uint32_t term) const {
  return impl_->columns[static_cast<std::size_t>(field)].idf(term);
}
float Catalog::term_norm(TermField field, DocId doc) const {
  return impl_->columns[static_cast<std::size_t>(field)].norm(doc);
}
std::size_t Catalog::term_count(TermField field) const {
  return impl_->columns[static_cast<std::size_t>(field)].term_count();
}

DocSet Catalog::matching(const Filter& filter) const {
  const auto conditions = conditions_of(filter);
  DocSet set = impl_->base_set(filter, conditions);
  for (std::size_t c = 0; c < kColumns; ++c) impl_->restrict(c, filter, conditions[c], set);
  return set;
}

Facets Catalog::facets(const Filter& filter, const DocSet& within,
                       const FacetOptions& options) const {
  const auto level = static_cast<std::size_t>(filter.level);
  if (options == FacetOptions{} && filter == unfiltered(filter.level) &&
      within == impl_->visible[level]) {
    return impl_->facets_of_all[level];
  }
  return impl_->count_facets(filter, within, options);
}

}  // namespace anireco
