#include "fulltext/postgres/postgres_terms.h"

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "catalog/postgres/postgres_error.h"
#include "text/edit_distance.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// Words remembered; what is beyond starts the memory afresh.
constexpr std::size_t kMostRemembered = 50'000;
/// Trigrams that a word shares at least with one of a typo (letters 5 to 8) and of two (9 and
/// more), as a share of both words': a swap within five letters leaves 2 of 10, two swaps within
/// nine letters 2 of 18.
constexpr double kLeastShared[] = {0.19, 0.1};

KnownTerm term_of(const pqxx::row& row) {
  return {.number = row[0].as<std::uint32_t>(),
          .term = row[1].as<std::string>(),
          .documents = row[2].as<std::uint32_t>()};
}

template <typename Map>
void remember(Map& map, const std::string& key, const typename Map::mapped_type& value) {
  if (map.size() >= kMostRemembered) map.clear();
  map.insert_or_assign(key, value);
}

}  // namespace

std::vector<KnownTerm> PostgresTerms::find(std::span<const std::string_view> terms) const {
  std::vector<KnownTerm> out(terms.size());
  std::vector<std::string> asked;
  std::unordered_map<std::string, std::size_t> place;
  {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      std::string term(terms[i]);
      if (const auto at = known_.find(term); at != known_.end()) {
        out[i] = at->second;
      } else {
        place.emplace(term, i);
        asked.push_back(std::move(term));
      }
    }
  }
  if (asked.empty()) return out;
  pool_.read([&](pqxx::transaction_base& transaction) {
    for (const auto& row : transaction.exec_params(
             "SELECT number, term, documents FROM " + table_ + " WHERE term = ANY ($1::text[])",
             text_array(asked))) {
      KnownTerm term = term_of(row);
      if (const auto at = place.find(term.term); at != place.end()) {
        out[at->second] = std::move(term);
      }
    }
  });
  const std::lock_guard guard(mutex_);
  for (const std::string& term : asked) remember(known_, term, out[place.at(term)]);
  return out;
}

std::vector<KnownTerm> PostgresTerms::near(std::string_view term, std::size_t max_typos) const {
  const std::string word(term);
  {
    const std::lock_guard guard(mutex_);
    if (const auto at = near_.find(word); at != near_.end()) return at->second;
  }
  std::vector<KnownTerm> found = ask_near(word, max_typos);
  const std::lock_guard guard(mutex_);
  remember(near_, word, found);
  return found;
}

std::vector<KnownTerm> PostgresTerms::ask_near(const std::string& term,
                                               std::size_t max_typos) const {
  std::vector<KnownTerm> found;
  const std::u32string wanted = to_code_points(term);
  pool_.read([&](pqxx::transaction_base& transaction) {
    found.clear();
    transaction.exec_params("SELECT set_config('pg_trgm.similarity_threshold', $1, true)",
                            std::to_string(kLeastShared[max_typos > 1 ? 1 : 0]));
    for (const auto& row : transaction.exec_params(
             "SELECT number, term, documents FROM " + table_ +
                 " WHERE near AND term % $1 AND length(term) BETWEEN $2 AND $3",
             without_zero(term), wanted.size() - std::min(wanted.size(), max_typos),
             wanted.size() + max_typos)) {
      KnownTerm near = term_of(row);
      near.typos = edit_distance(wanted, to_code_points(near.term), max_typos);
      if (near.typos <= max_typos) found.push_back(std::move(near));
    }
  });
  return found;
}

}  // namespace anireco
