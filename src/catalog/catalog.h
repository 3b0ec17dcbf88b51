#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/doc_set.h"
#include "catalog/filter.h"
#include "catalog/level.h"

namespace anireco {

/// Dense number of a group of titles that tell one story, from 0 within a catalogue.
using FranchiseId = std::uint32_t;

/// A value of a facet and how many titles have it.
struct FacetCount {
  std::string value;
  std::size_t count = 0;
};

/// Facet name ("genres", "themes", "demographics", "tags", "studios", "types", "statuses",
/// "sources", "seasons", "age_ratings", "years") to its counts, most frequent first, ties by value.
using Facets = std::map<std::string, std::vector<FacetCount>>;

struct FacetOptions {
  std::size_t max_values = 200;  ///< Of each facet; 0: all.
  bool operator==(const FacetOptions&) const = default;
};

/// What ranking reads of every title, close together.
struct TitleFacts {
  std::uint16_t year = 0;  ///< 0 where unknown.
  AnimeType type = AnimeType::unknown;
  std::uint32_t source = 0;  ///< Number of the source material, from 1; 0 where unknown.
  float score = 0;           ///< 0 where unknown.
  float log_popularity = 0;  ///< -log10(1 - popularity), in [0, 4].
  float log_episodes = 0;    ///< ln(1 + episodes); 0 where unknown.
  float log_duration = 0;    ///< ln(1 + minutes of an episode); 0 where unknown.
  AgeRating age_rating = AgeRating::unknown;
};

/// All titles of one generation in memory, immutable, with everything a search asks of them by
/// DocId: records, levels, franchises, popularity, filters. Documents are ordered by Anime::id, so
/// equal records give equal DocIds. Thread-safe (const).
class Catalog {
 public:
  /// Takes the merged records of a store, in any order; ids must be unique.
  explicit Catalog(std::vector<Anime> records);
  ~Catalog();
  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;

  std::size_t size() const;
  const Anime& operator[](DocId doc) const;

  /// Resolves "mal:1", "anilist:1", "kitsu:1", "anidb:1", "shikimori:1", "imdb:tt1" or an id of
  /// ours, former ones included. Where two titles have the same id at a site, the one with more
  /// members. Unknown or malformed: nullopt. Levels are not applied here.
  std::optional<DocId> find(std::string_view id) const;

  Level level(DocId doc) const;
  /// Titles that a request of this level may see.
  const DocSet& visible(Level level) const;

  FranchiseId franchise(DocId doc) const;
  std::size_t franchise_count() const;
  /// Members in order of airing (unknown dates last), ties by DocId.
  std::span<const DocId> members(FranchiseId franchise) const;

  /// Share of the titles of the same source (provenance of "members") with fewer members, in [0,
  /// 1]; 0 where unknown.
  float popularity(DocId doc) const;

  const TitleFacts& facts(DocId doc) const;

  /// Interned multi-valued fields, for rarity-weighted similarity: term numbers of a document,
  /// ascending, and per term how many documents have it.
  enum class TermField { genres, themes, demographics, tags, studios };
  std::span<const std::uint32_t> terms(TermField field, DocId doc) const;
  std::string_view term_name(TermField field, std::uint32_t term) const;
  std::uint32_t document_frequency(TermField field, std::uint32_t term) const;
  float term_idf(TermField field, std::uint32_t term) const;  ///< TermColumn::idf
  float term_norm(TermField field, DocId doc) const;          ///< TermColumn::norm
  std::size_t term_count(TermField field) const;

  /// The documents that pass. Unknown names in `all`/`any` match nothing. Throws
  /// Error{invalid_argument} for a range with min > max.
  DocSet matching(const Filter& filter) const;

  /// Counts over the matching titles of `filter` intersected with `within`: for each value, how
  /// many there are with it. The counts of a facet ignore the filter's own `any` condition or range
  /// on that facet, so that an active value does not hide its siblings; its `all` holds, for one
  /// more value leaves fewer. Hence `within` must not be restricted by the filter itself.
  Facets facets(const Filter& filter, const DocSet& within, const FacetOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
