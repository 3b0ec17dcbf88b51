#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "settings.h"
#include "training/affinity_trainer.h"

namespace anireco::app {

/// What `search` and `similar` share.
struct QueryOptions {
  std::vector<std::string> genres;
  std::vector<std::string> not_genres;
  std::vector<std::string> types;
  std::string year;    ///< "2000..2010", "2000..", "..2010", "2005"
  std::string level;   ///< Empty: standard, or less where the settings allow no more.
  std::string fusion;  ///< rrf, minmax, dbsf; empty: the default.
  std::string sort = "relevance";
  std::string language = "en";
  std::string profile;           ///< Whose list hides what is seen; empty: nobody's.
  std::string planned = "keep";  ///< keep, drop
  std::size_t limit = 10;
  std::optional<float> popularity;
  bool explain = false;
  bool json = false;
};

struct SearchOptions {
  std::string text;
  QueryOptions query;
};

struct SimilarOptions {
  std::vector<std::string> liked;  ///< Titles or ids.
  std::vector<std::string> disliked;
  std::string text;
  QueryOptions query;
};

struct RecommendOptions {
  std::vector<std::string> liked;  ///< Titles or ids.
  std::vector<std::string> disliked;
  std::string text;
  QueryOptions query;
};

struct ListOptions {
  std::string profile;
  std::string file;  ///< To import; or to write an export to, empty: standard output.
  std::string site;
  std::string user;
  std::string format = "json";  ///< json, mal
  bool replace = false;
  bool json = false;
};

struct ImportOptions {
  std::vector<std::string> files;
  std::string relations;
  std::string source;
  std::string vectors;  ///< Folder that `export --format npy` wrote.
  bool strict = false;
  bool json = false;
};

struct GatherOptions {
  std::vector<std::string> sources;    ///< Empty: all that the settings allow.
  std::vector<std::string> base_urls;  ///< NAME=URL, or a URL when one source is named.
  std::string since;                   ///< YYYY-MM-DD; empty: all titles.
  std::string check;                   ///< A source whose first page is compared with its form.
  bool airing = false;                 ///< `update`: only what airs or is announced.
  bool dry_run = false;
  bool json = false;
};

struct EmbedOptions {
  std::string text;
  std::string file;
  std::string out;
  bool query = false;  ///< As a request, not as a text of a title.
  bool json = false;
};

struct EvalOptions {
  std::string queries;
  std::string pairs;
  std::string split = "dev";
  std::string franchises;
  std::string run;
  std::string level = "standard";
  std::string fusion;
  std::optional<float> popularity;
  std::optional<float> window_weight;
  std::optional<float> dense_weight;
  std::optional<float> lexical_weight;
  bool no_dense = false;
  bool no_lexical = false;
  bool no_understanding = false;
  bool json = false;
};

struct TrainSimilarOptions {
  std::string pairs;
  std::string split = "train";
  std::string franchises;
  std::string exclude;  ///< File of franchise ids that nothing learnt from may touch; empty: none.
  std::string out;
  std::size_t dimension = 64;
  std::size_t genre_triplets = 0;  ///< To mine and learn beside the pairs, split by franchise.
  float triplet_weight = AffinityTrainerOptions{}.triplet_weight;
  std::uint64_t seed = 1;
};

struct TrainFusionOptions {
  std::vector<std::string> requests;
  std::string franchises;
  std::string exclude;  ///< File of franchise ids that no request may be for; empty: none.
  std::string out;
};

struct TrainQueryOptions {
  std::string recipe;
  std::string franchises;
  std::string exclude;  ///< File of franchise ids that take no part; empty: none.
  std::string out;
  std::optional<std::int64_t> stop_after;
};

struct TrainTripletOptions {
  std::string recipe;
  std::string franchises;
  std::string exclude;   ///< File of franchise ids that take no part; empty: none.
  std::string triplets;  ///< File of triplets; empty: they are mined.
  std::string out;
  std::optional<std::int64_t> stop_after;
};

struct TrainConvertOptions {
  std::string from;
  std::string out;
};

struct EvalTripletsOptions {
  std::string triplets;
  std::string set = "validation";  ///< validation, train
  bool json = false;
};

struct EvalListsOptions {
  std::string ratings;
  std::size_t users = 1000;
  std::uint64_t seed = 1;
  std::string part = "odd";  ///< even, odd, all
  bool json = false;
};

struct KeyOptions {
  std::string name;  ///< Whom the new key is for.
};

struct BenchOptions {
  std::string queries;
  std::size_t list = 0;  ///< Titles of a profile that every search uses; 0: none.
  std::size_t repeat = 3;
  std::size_t clients = 4;           ///< Of bench serve.
  std::size_t overload_seconds = 0;  ///< Of bench serve: twice what it can answer; 0: not.
  bool json = false;
};

struct CatalogueOptions {
  std::size_t titles = 0;
  std::uint64_t seed = 1;
  std::string out;     ///< Folder for the new catalogue.
  float noise = 0.3F;  ///< Length of what is added to a vector of length 1.
  bool json = false;
};

/// Each runs one subcommand and returns the exit code: 0 done, 1 failed. Errors are thrown.
int run_import(const Settings& settings, const ImportOptions& options);
int run_gather(const Settings& settings, const GatherOptions& options);
int run_search_command(const Settings& settings, const SearchOptions& options);
int run_similar(const Settings& settings, const SimilarOptions& options);
int run_recommend(const Settings& settings, const RecommendOptions& options);
int run_list_import(const Settings& settings, const ListOptions& options);
int run_list_fetch(const Settings& settings, const ListOptions& options);
int run_list_show(const Settings& settings, const ListOptions& options);
int run_list_export(const Settings& settings, const ListOptions& options);
int run_list_delete(const Settings& settings, const ListOptions& options);
int run_list_profiles(const Settings& settings, const ListOptions& options);
int run_embed(const Settings& settings, const EmbedOptions& options);
int run_eval_search(const Settings& settings, const EvalOptions& options);
int run_eval_similar(const Settings& settings, const EvalOptions& options);
int run_train_similar(const Settings& settings, const TrainSimilarOptions& options);
int run_train_fusion(const Settings& settings, const TrainFusionOptions& options);
int run_train_query(const Settings& settings, const TrainQueryOptions& options);
/// Starts anireco-train in this program's place.
int run_train_triplet(const Settings& settings, const TrainTripletOptions& options);
int run_train_convert(const Settings& settings, const TrainConvertOptions& options);
int run_eval_triplets(const Settings& settings, const EvalTripletsOptions& options);
int run_eval_lists(const Settings& settings, const EvalListsOptions& options);
int run_bench_encoder(const Settings& settings, const BenchOptions& options);
int run_bench_scan(const Settings& settings, const BenchOptions& options);
int run_bench_search(const Settings& settings, const BenchOptions& options);
int run_bench_serve(const Settings& settings, const BenchOptions& options);
int run_make_catalogue(const Settings& settings, const CatalogueOptions& options);
int run_key(const Settings& settings, const KeyOptions& options);
int run_config(const Settings& settings, bool json);
int run_serve(const Settings& settings);
/// `anireco serve --only encoder`.
int run_serve_encoder(const Settings& settings);

}  // namespace anireco::app
