#include "catalog/canonical_records.h"

#include <algorithm>
#include <exception>
#include <thread>

#include "base/error.h"
#include "catalog/anime_json.h"

namespace anireco {

std::vector<Anime> parse_canonical_records(std::span<const std::string_view> lines,
                                           std::size_t threads) {
  std::vector<Anime> records(lines.size());
  const std::size_t workers = std::clamp<std::size_t>(threads, 1, lines.size() / 1000 + 1);
  std::vector<std::exception_ptr> failures(workers);
  const auto work = [&](std::size_t worker) {
    try {
      const std::size_t end = lines.size() * (worker + 1) / workers;
      for (std::size_t i = lines.size() * worker / workers; i < end; ++i) {
        records[i] = parse_anime_json(lines[i], {.source = {}, .canonical = true}).anime;
      }
    } catch (const Error& error) {
      failures[worker] = std::make_exception_ptr(Error(
          ErrorKind::corrupt, "the records of the published catalogue are damaged", error.what()));
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> pool;
    for (std::size_t worker = 1; worker < workers; ++worker) pool.emplace_back(work, worker);
    work(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return records;
}

}  // namespace anireco
