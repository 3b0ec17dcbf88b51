#include "catalog/contributions.h"

#include <algorithm>
#include <exception>
#include <thread>

#include "base/error.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"

namespace anireco {
namespace {

Anime parse_row(const ContributionRow& row) {
  try {
    return parse_anime_json(row.json, {.source = row.source, .canonical = true}).anime;
  } catch (const Error& error) {
    throw Error(ErrorKind::corrupt, "the catalogue holds a record that cannot be read",
                row.title + ": " + error.what());
  }
}

}  // namespace

ContributionRow make_row(const std::string& title, const std::string& source, const Anime& record) {
  Anime plain = record;
  plain.id.clear();
  plain.former_ids.clear();
  normalise(plain);
  return {title, source, record.ids == ExternalIds{} && !record.id.empty() ? "id" : id_seed(record),
          to_json(plain)};
}

std::vector<std::string> replaced_keys(std::span<const ContributionRow> rows_of_source,
                                       const ContributionRow& row, const ExternalIds& row_ids) {
  std::vector<std::string> keys;
  for (const ContributionRow& old : rows_of_source) {
    if (old.key == row.key || match_ids(parse_row(old).ids, row_ids) == IdMatch::same) {
      keys.push_back(old.key);
    }
  }
  return keys;
}

std::vector<Anime> merge_rows(std::vector<ContributionRow> rows,
                              std::span<const FormerId> former_ids, std::size_t threads) {
  std::ranges::sort(rows, [](const ContributionRow& a, const ContributionRow& b) {
    return std::tie(a.title, a.source, a.key) < std::tie(b.title, b.source, b.key);
  });
  SourceSizes sizes;
  for (const ContributionRow& row : rows) ++sizes[row.source];
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].title != rows[i - 1].title) begins.push_back(i);
  }
  std::vector<Anime> out(begins.size());
  begins.push_back(rows.size());

  const std::size_t workers = std::clamp<std::size_t>(threads, 1, out.size() / 1000 + 1);
  std::vector<std::exception_ptr> failures(workers);
  const auto work = [&](std::size_t worker) {
    try {
      const std::size_t end = out.size() * (worker + 1) / workers;
      for (std::size_t t = out.size() * worker / workers; t < end; ++t) {
        std::vector<Contribution> contributions;
        for (std::size_t i = begins[t]; i < begins[t + 1]; ++i) {
          contributions.push_back({rows[i].source, parse_row(rows[i])});
          rows[i].json = {};
        }
        out[t] = merge_contributions(std::move(contributions), sizes);
        out[t].id = rows[begins[t]].title;
      }
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  std::vector<std::jthread> pool;
  for (std::size_t worker = 1; worker < workers; ++worker) pool.emplace_back(work, worker);
  work(0);
  pool.clear();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }

  for (const FormerId& former : former_ids) {
    const auto at = std::ranges::lower_bound(out, former.title, {}, &Anime::id);
    if (at != out.end() && at->id == former.title) at->former_ids.push_back(former.id);
  }
  if (!former_ids.empty()) {
    for (Anime& anime : out) std::ranges::sort(anime.former_ids);
  }
  return out;
}

}  // namespace anireco
