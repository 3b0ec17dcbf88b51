#include "catalog/contributions.h"

#include <algorithm>
#include <exception>
#include <map>
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

std::vector<ContributionRow> make_rows(const std::string& title,
                                       std::span<const SourceRecord> contributions) {
  std::map<std::pair<std::string, std::string>, ContributionRow> rows;
  for (const SourceRecord& said : contributions) {
    Anime record = said.record;
    record.id = said.by_id ? title : std::string();
    ContributionRow row = make_row(title, said.source, record);
    std::pair key(row.source, row.key);
    rows.insert_or_assign(std::move(key), std::move(row));
  }
  std::vector<ContributionRow> out;
  for (auto& [key, row] : rows) out.push_back(std::move(row));
  return out;
}

bool say_the_same(std::span<const ContributionRow> stored, std::span<const ContributionRow> rows) {
  return std::ranges::equal(stored, rows, [](const ContributionRow& a, const ContributionRow& b) {
    if (a.title != b.title || a.source != b.source || a.key != b.key) return false;
    return a.json == b.json || to_json(parse_row(a)) == b.json;
  });
}

Placement place_title(const TitleRecord& title, const IdentityTable& table) {
  Anime all = title.merged;
  for (const SourceRecord& said : title.contributions) all.ids = unite(all.ids, said.record.ids);
  return place_record(all, table);
}

std::vector<TitleRecord> title_records(std::vector<ContributionRow> rows,
                                       std::span<const FormerId> former_ids, std::size_t threads) {
  std::vector<Anime> merged = merge_rows(rows, former_ids, threads);
  std::ranges::sort(rows, [](const ContributionRow& a, const ContributionRow& b) {
    return std::tie(a.title, a.source, a.key) < std::tie(b.title, b.source, b.key);
  });
  std::vector<TitleRecord> out(merged.size());
  std::size_t at = 0;
  for (std::size_t t = 0; t < out.size(); ++t) {
    out[t].merged = std::move(merged[t]);
    for (; at < rows.size() && rows[at].title == out[t].merged.id; ++at) {
      out[t].contributions.push_back({rows[at].source, parse_row(rows[at]), rows[at].key == "id"});
      rows[at].json = {};
    }
  }
  return out;
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
