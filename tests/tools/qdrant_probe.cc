// Compares and times Qdrant against the index in process; not part of the product.
//
//   qdrant_probe DATA_DIR URL QUERIES.npy [ROUNDS [SHARDS [REPLICAS]]]
//
// Publishes the data folder's generation to the server at URL (collections anireco_probe_N), opens
// both indexes and asks each all queries (rows of float32, as `anireco embed --query --out`
// writes), at the level standard and under a few filters, with the weights of a search. Prints how
// many of the best ten differ, and the times.

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/npy_file.h"
#include "base/stopwatch.h"
#include "catalog/sqlite/sqlite_store.h"
#include "index/exact_vector_index.h"
#include "index/qdrant/qdrant_vector_index.h"
#include "ingest/publisher.h"
#include "ingest/qdrant_publisher.h"
#include "ingest/title_vectors.h"

namespace {

namespace fs = std::filesystem;
using namespace anireco;

constexpr float kTie = 2e-6F;
constexpr std::size_t kLimit = 200;    // kCandidatesPerLeg
constexpr float kWindowWeight = 1.4F;  // of data/ranking/fusion.model

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void print_times(const char* what, const std::vector<double>& ms) {
  std::cout << what << ": p50 " << percentile(ms, 0.5) << " ms, p90 " << percentile(ms, 0.9)
            << " ms, p99 " << percentile(ms, 0.99) << " ms\n";
}

/// Of the best `n`, how many documents only one of the lists has, ties at the end aside.
std::size_t differing(const std::vector<DenseHit>& a, const std::vector<DenseHit>& b,
                      std::size_t n) {
  n = std::min({n, a.size(), b.size()});
  if (n == 0) return a.size() + b.size();
  const float last = b[n - 1].score;
  return static_cast<std::size_t>(
      std::count_if(a.begin(), a.begin() + static_cast<long>(n), [&](const DenseHit& hit) {
        const auto same = [&](const DenseHit& other) { return other.doc == hit.doc; };
        return std::abs(hit.score - last) > kTie &&
               std::none_of(b.begin(), b.begin() + static_cast<long>(n), same);
      }));
}

struct Case {
  std::string name;
  Filter filter;
};

std::vector<Case> cases() {
  std::vector<Case> out(4);
  out[0].name = "standard";
  out[1].name = "series of 2000 to 2010 without comedy";
  out[1].filter.types.any = {AnimeType::tv};
  out[1].filter.year = {.min = 2000, .max = 2010};
  out[1].filter.genres.none = {"Comedy"};
  out[2].name = "rare (theme Detective, 8 or better)";
  out[2].filter.themes.any = {"Detective"};
  out[2].filter.score = {.min = 8, .max = {}};
  out[3].name = "adult";
  out[3].filter.level = Level::adult;
  return out;
}

void compare(const Case& one, const Catalog& catalog, const NpyFile& queries,
             const VectorIndex& exact, const VectorIndex& remote) {
  const DocSet allowed = catalog.matching(one.filter);
  std::vector<double> here;
  std::vector<double> there;
  std::vector<double> scored;
  std::vector<std::vector<DenseHit>> wanted;
  std::size_t wrong_queries = 0;
  std::size_t wrong_of_all = 0;
  float worst = 0;
  std::vector<float> vector(exact.dimension());
  const DenseQuery query{.vector = vector,
                         .limit = kLimit,
                         .allowed = &allowed,
                         .filter = &one.filter,
                         .matching = &allowed,
                         .window_weight = kWindowWeight};
  // One after the other: by turns each would find the caches full of the other's vectors.
  for (std::size_t row = 0; row < queries.rows(); ++row) {
    queries.read_row(row, vector);
    Stopwatch watch;
    wanted.push_back(exact.search(query));
    here.push_back(watch.lap_ms());
  }
  for (std::size_t row = 0; row < queries.rows(); ++row) {
    queries.read_row(row, vector);
    Stopwatch watch;
    const auto found = remote.search(query);
    there.push_back(watch.lap_ms());
    wrong_queries += differing(found, wanted[row], 10) > 0 ? 1 : 0;
    wrong_of_all += differing(found, wanted[row], kLimit);
    for (std::size_t i = 0; i < std::min<std::size_t>({10, found.size(), wanted[row].size()});
         ++i) {
      worst = std::max(worst, std::abs(found[i].score - wanted[row][i].score));
    }
  }
  for (std::size_t row = 0; row < queries.rows(); ++row) {
    queries.read_row(row, vector);
    std::vector<DocId> docs;
    for (DocId doc = static_cast<DocId>(row % 90); docs.size() < kLimit; doc += 90)
      docs.push_back(doc);
    Stopwatch watch;
    remote.score(query, docs);
    scored.push_back(watch.lap_ms());
  }
  std::cout << one.name << ": " << allowed.count() << " titles, " << wrong_queries << " of "
            << queries.rows() << " queries with another top 10, " << wrong_of_all
            << " of all hits others, scores differ by " << worst << " at most" << std::endl;
  print_times("  in process", here);
  print_times("  Qdrant    ", there);
  print_times("  Qdrant, scores of 300", scored);
}

unsigned number(const std::string& text) { return static_cast<unsigned>(std::stoul(text)); }

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) {
    std::cerr << "usage: qdrant_probe DATA_DIR URL QUERIES.npy [ROUNDS [SHARDS [REPLICAS]]]\n";
    return 2;
  }
  const SqliteStore store(fs::path(arguments[0]) / "catalogue.sqlite");
  SqliteStore writable(fs::path(arguments[0]) / "catalogue.sqlite");
  const Publisher publisher(writable, arguments[0]);
  const Generation generation = store.generation();
  const auto files = publisher.files(generation);
  if (!files) throw std::runtime_error("the generation's files are not there");
  const Catalog catalog(publisher.read_records(*files));
  const auto client = std::make_shared<const QdrantClient>(QdrantOptions{.url = arguments[1]});
  std::cout << "Qdrant " << client->version() << '\n';
  QdrantPublishOptions options;
  options.collection.prefix = "anireco_probe";
  options.collection.window_weight = kWindowWeight;
  if (arguments.size() > 4) options.collection.shards = number(arguments[4]);
  if (arguments.size() > 5) options.collection.replicas = number(arguments[5]);
  Stopwatch watch;
  const TitleVectors vectors(store, catalog, generation.model_fingerprint);
  const auto published = publish_to_qdrant(*client, vectors, catalog, generation, options);
  std::cout << published.found << " points found, " << published.sent << " sent in "
            << watch.lap_ms() / 1000 << " s\n";
  const auto remote =
      QdrantVectorIndex::open(client, published.content, {.prefix = options.collection.prefix});
  std::cout << "opened in " << watch.lap_ms() / 1000 << " s\n";
  const auto differences = compare_with_qdrant(*client, vectors, catalog, generation, options);
  std::cout << "compared with the record in " << watch.lap_ms() / 1000
            << " s: " << (differences.none() ? "equal" : "DIFFERENT") << std::endl;
  const auto exact = ExactVectorIndex::open(files->vectors);
  const NpyFile queries(arguments[2]);
  // The first request after a publication may take longer than a search waits.
  try {
    std::vector<float> any(exact.dimension());
    queries.read_row(0, any);
    remote->search({.vector = any, .limit = kLimit, .window_weight = kWindowWeight});
  } catch (const Error& error) {
    std::cout << "first request: " << error.what() << std::endl;
  }
  const unsigned rounds = arguments.size() > 3 ? number(arguments[3]) : 1;
  for (unsigned round = 0; round < rounds; ++round) {
    for (const Case& one : cases()) compare(one, catalog, queries, exact, *remote);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::cerr << "qdrant_probe: " << error.what() << '\n';
    return 1;
  }
}
