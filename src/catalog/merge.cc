#include "catalog/merge.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "catalog/anime_json.h"
#include "catalog/fold.h"
#include "catalog/level.h"

namespace anireco {
namespace {

constexpr std::string_view kOurs = "anireco";

using Order = std::vector<const Contribution*>;

/// Who is believed first of two sources that both state something; see merge.h.
int rank_of(std::string_view source) {
  constexpr std::string_view kBefore[] = {kOurs, "mal", "jikan"};
  constexpr std::string_view kAfter[] = {"shikimori", "kitsu", "offline"};
  const auto* const before = std::ranges::find(kBefore, source);
  if (before != std::end(kBefore)) return static_cast<int>(before - std::begin(kBefore));
  const auto* const after = std::ranges::find(kAfter, source);
  if (after == std::end(kAfter)) return static_cast<int>(std::size(kBefore));
  return static_cast<int>(std::size(kBefore) + 1 + (after - std::begin(kAfter)));
}

/// Sources whose genres, themes and demographics are made from categories and tags.
bool made_from_tags(std::string_view source) { return source == "kitsu" || source == "offline"; }

/// How far a title has come; what is older says less.
int progress(AiringStatus status) {
  switch (status) {
    case AiringStatus::unknown:
      return 0;
    case AiringStatus::upcoming:
      return 1;
    case AiringStatus::airing:
      return 2;
    case AiringStatus::finished:
      return 3;
  }
  return 0;
}

class Merger {
 public:
  Merger(const std::vector<Contribution>& contributions, const SourceSizes& sizes) {
    for (const Contribution& c : contributions) by_size_.push_back(&c);
    const auto size = [&](const Contribution* c) {
      const auto at = sizes.find(c->source);
      return at == sizes.end() ? std::size_t{0} : at->second;
    };
    std::ranges::stable_sort(by_size_, [&](const Contribution* a, const Contribution* b) {
      if (size(a) != size(b)) return size(a) > size(b);
      if (a->source != b->source) return a->source < b->source;
      return to_json(a->anime) < to_json(b->anime);
    });
    by_hand_ = by_size_;
    std::ranges::stable_sort(by_hand_, {},
                             [](const Contribution* c) { return rank_of(c->source); });
    by_hand_last_ = by_hand_;
    std::ranges::stable_partition(by_hand_last_,
                                  [](const Contribution* c) { return c->source != kOurs; });
  }

  Anime merge() {
    merge_ids();
    merge_titles();
    merge_facts();
    merge_figures();
    merge_lists();
    merge_texts();
    set_provenance();
    normalise(out_);
    return std::move(out_);
  }

 private:
  /// Takes the first known value of a field. `name`: the field's name for provenance.
  template <typename T>
  void first(const Order& order, T Anime::* field, std::string_view name) {
    for (const Contribution* c : order) {
      if (c->anime.*field == T{}) continue;
      out_.*field = c->anime.*field;
      took(name, *c);
      return;
    }
  }

  template <typename Condition>
  static const Contribution* first_where(const Order& order, Condition condition) {
    const auto at = std::ranges::find_if(order, condition);
    return at == order.end() ? nullptr : *at;
  }

  void took(std::string_view name, const Contribution& c) {
    if (name.empty()) return;
    const std::string_view source = field_source(c.anime, name);
    sources_.push_back({std::string(name), source.empty() ? c.source : std::string(source)});
  }

  void merge_ids() {
    const auto site = [&](auto ExternalIds::* member) {
      for (const Contribution* c : by_hand_) {
        if (c->anime.ids.*member == decltype(c->anime.ids.*member){}) continue;
        out_.ids.*member = c->anime.ids.*member;
        return;
      }
    };
    for (auto member : {&ExternalIds::mal, &ExternalIds::anilist, &ExternalIds::kitsu,
                        &ExternalIds::anidb, &ExternalIds::shikimori}) {
      site(member);
    }
    for (const Contribution* c : by_hand_) {
      if (out_.ids.imdb.empty()) out_.ids.imdb = c->anime.ids.imdb;
      out_.former_ids.insert(out_.former_ids.end(), c->anime.former_ids.begin(),
                             c->anime.former_ids.end());
    }
  }

  void merge_titles() {
    const std::pair<std::string Titles::*, std::string_view> kinds[] = {
        {&Titles::romaji, "titles.romaji"},
        {&Titles::english, "titles.english"},
        {&Titles::native, "titles.native"},
        {&Titles::russian, "titles.russian"}};
    for (const auto& [member, name] : kinds) {
      for (const Contribution* c : by_hand_) {
        const std::string& title = c->anime.titles.*member;
        if (title.empty()) continue;
        if ((out_.titles.*member).empty()) {
          out_.titles.*member = title;
          took(name, *c);
        }
      }
    }
    std::unordered_set<std::string> known;
    for (const auto& [member, name] : kinds) known.insert(fold_name(out_.titles.*member));
    const auto add = [&](const std::string& title) {
      if (!title.empty() && known.insert(fold_name(title)).second) {
        out_.titles.synonyms.push_back(title);
      }
    };
    for (const Contribution* c : by_hand_) {
      for (const auto& [member, name] : kinds) add(c->anime.titles.*member);
      for (const std::string& synonym : c->anime.titles.synonyms) add(synonym);
    }
  }

  void merge_facts() {
    first(by_hand_, &Anime::type, "type");
    first(by_hand_, &Anime::season, "season");
    first(by_hand_, &Anime::year, "year");
    first(by_hand_, &Anime::duration_minutes, "duration_minutes");
    first(by_hand_, &Anime::aired_from, "aired_from");
    first(by_hand_, &Anime::source_material, "source_material");
    first(by_hand_, &Anime::image_url, "image_url");
    first(by_hand_, &Anime::trailer_url, "trailer_url");
    first(by_hand_, &Anime::site_url, "site_url");
    first(by_hand_last_, &Anime::episodes, "episodes");
    first(by_hand_last_, &Anime::aired_to, "aired_to");
    const Contribution* furthest = nullptr;
    for (const Contribution* c : by_hand_last_) {
      if (progress(c->anime.status) <= progress(out_.status)) continue;
      out_.status = c->anime.status;
      furthest = c;
    }
    if (furthest != nullptr) took("status", *furthest);
    const Contribution* strictest = nullptr;
    for (const Contribution* c : by_hand_) {
      if (!out_.adult_flag && level_of(c->anime) == Level::adult) {
        out_.adult_flag = true;
        took("adult", *c);
      }
      if (c->anime.age_rating > out_.age_rating) {
        out_.age_rating = c->anime.age_rating;
        strictest = c;
      }
    }
    if (strictest != nullptr) took("age_rating", *strictest);
  }

  void merge_figures() {
    const auto counts = [](const Contribution* c) { return c->anime.members != 0; };
    const auto scores = [](const Contribution* c) { return c->anime.score > 0; };
    const Contribution* from = first_where(by_size_, counts);
    if (from == nullptr) from = first_where(by_hand_last_, scores);
    if (from == nullptr) return;
    const Anime& a = from->anime;
    out_.score = a.score;
    out_.scored_by = a.scored_by;
    out_.members = a.members;
    out_.figures_date = a.figures_date;
    for (std::string_view field : {"score", "scored_by", "members"}) took(field, *from);
  }

  /// The names of the first source that has any; made from loose tags they are seldom complete, so
  /// there every such source adds its own.
  void merge_terms(std::vector<std::string> Anime::* field, std::string_view name) {
    for (const Contribution* c : by_hand_) {
      const std::vector<std::string>& names = c->anime.*field;
      if (names.empty()) continue;
      if ((out_.*field).empty()) took(name, *c);
      for (const std::string& term : names) {
        if (std::ranges::find(out_.*field, term) == (out_.*field).end()) {
          (out_.*field).push_back(term);
        }
      }
      if (!made_from_tags(c->source)) return;
    }
  }

  void merge_lists() {
    merge_terms(&Anime::genres, "genres");
    merge_terms(&Anime::themes, "themes");
    merge_terms(&Anime::demographics, "demographics");
    first(by_hand_, &Anime::studios, "studios");
    std::unordered_set<std::string> known;
    std::unordered_set<std::string> spoilers;
    for (const Contribution* c : by_hand_) {
      for (const Tag& tag : c->anime.tags) {
        if (tag.spoiler) spoilers.insert(fold_name(tag.name));
      }
    }
    for (const Contribution* c : by_hand_) {
      bool gave = false;
      for (const Tag& tag : c->anime.tags) {
        const std::string folded = fold_name(tag.name);
        if (!known.insert(folded).second) continue;
        out_.tags.push_back({tag.name, spoilers.contains(folded)});
        gave = true;
      }
      if (gave && out_.tags.size() == c->anime.tags.size()) took("tags", *c);
    }
    append(&Anime::streaming, "streaming");
    append(&Anime::relations, "relations");
    drop_vaguer_relations();
  }

  /// Of several relations to one title the first that says what it is, else the first.
  void drop_vaguer_relations() {
    std::vector<Relation> kept;
    const auto same = [](const Relation& a, const Relation& b) {
      return match_ids(a.target, b.target) == IdMatch::same;
    };
    for (const bool named : {true, false}) {
      for (Relation& relation : out_.relations) {
        if ((relation.kind != RelationKind::other) != named) continue;
        const bool known = std::ranges::any_of(kept, [&](const Relation& other) {
          return same(other, relation) && (!named || other.kind == relation.kind);
        });
        if (!known) kept.push_back(std::move(relation));
      }
    }
    out_.relations = std::move(kept);
  }

  void merge_texts() {
    append(&Anime::synopses, "");
    append(&Anime::remembered, "remembered");
  }

  template <typename T>
  void append(std::vector<T> Anime::* field, std::string_view name) {
    for (const Contribution* c : by_hand_) {
      const auto& values = c->anime.*field;
      if (values.empty()) continue;
      if ((out_.*field).empty()) took(name, *c);
      (out_.*field).insert((out_.*field).end(), values.begin(), values.end());
    }
  }

  void set_provenance() {
    std::map<std::string, std::size_t> uses;
    for (const FieldSource& field : sources_) ++uses[field.source];
    if (uses.empty()) return;
    const auto main = std::ranges::max_element(
        uses, [](const auto& a, const auto& b) { return a.second < b.second; });
    out_.provenance.push_back({"*", main->first});
    for (FieldSource& field : sources_) {
      if (field.source != main->first) out_.provenance.push_back(std::move(field));
    }
  }

  Order by_size_;
  Order by_hand_;
  Order by_hand_last_;  ///< The same with our own words at the end.
  std::vector<FieldSource> sources_;
  Anime out_;
};

/// True for what a list of relations alone contributes.
bool only_relations(const Anime& a) { return a.titles == Titles{} && a.type == AnimeType::unknown; }

}  // namespace

Anime merge_contributions(std::vector<Contribution> contributions, const SourceSizes& sizes) {
  if (contributions.empty()) return {};
  // The usual cases by far: one source, or one source and a list of relations.
  const auto full = std::ranges::count_if(
      contributions, [](const Contribution& c) { return !only_relations(c.anime); });
  if (full > 1) return Merger(contributions, sizes).merge();
  std::ranges::stable_sort(contributions, [](const Contribution& a, const Contribution& b) {
    const bool a_relations = only_relations(a.anime);
    const bool b_relations = only_relations(b.anime);
    return a_relations != b_relations ? b_relations : a.source < b.source;
  });
  Anime out = std::move(contributions.front().anime);
  out.id.clear();
  if (contributions.size() == 1) return out;
  for (std::size_t i = 1; i < contributions.size(); ++i) {
    const auto& relations = contributions[i].anime.relations;
    if (relations.empty()) continue;
    if (out.relations.empty()) out.provenance.push_back({"relations", contributions[i].source});
    out.relations.insert(out.relations.end(), relations.begin(), relations.end());
  }
  normalise(out);
  return out;
}

std::string_view field_source(const Anime& anime, std::string_view field) {
  std::string_view fallback;
  for (const FieldSource& source : anime.provenance) {
    if (source.field == field) return source.source;
    if (source.field == "*") fallback = source.source;
  }
  return fallback;
}

IdMatch match_ids(const ExternalIds& a, const ExternalIds& b) {
  for (auto site : {&ExternalIds::mal, &ExternalIds::anilist, &ExternalIds::kitsu,
                    &ExternalIds::anidb, &ExternalIds::shikimori}) {
    if (a.*site != 0 && b.*site != 0) {
      return a.*site == b.*site ? IdMatch::same : IdMatch::different;
    }
  }
  if (a.imdb.empty() || b.imdb.empty()) return IdMatch::unrelated;
  return a.imdb == b.imdb ? IdMatch::same : IdMatch::different;
}

}  // namespace anireco
