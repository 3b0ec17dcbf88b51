#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "base/error.h"
#include "base/log.h"
#include "bench_options.h"
#include "commands.h"
#include "exchange_commands.h"
#include "exit_code.h"
#include "server_commands.h"
#include "settings.h"
#include "train_options.h"

namespace {

using namespace anireco;
using namespace anireco::app;

void add_query_options(CLI::App& command, QueryOptions& q) {
  command.add_option("--genre", q.genres, "only titles with this genre; repeat for more");
  command.add_option("--not-genre", q.not_genres, "no title with this genre; repeat for more");
  command.add_option("--type", q.types, "only this type: tv, movie, ova, ona, special, ...");
  command.add_option("--year", q.year, "first aired: 2000..2010, 2000.., ..2010 or 2005");
  command.add_option("--level", q.level, "how explicit: family, standard (default) or adult");
  command.add_option("--fusion", q.fusion, "how the legs are fused: rrf, minmax or dbsf")
      ->check(CLI::IsMember({"rrf", "minmax", "dbsf"}));
  command.add_option("--popularity", q.popularity, "from -1 (hidden gems) to 1 (the best known)")
      ->check(CLI::Range(-1.0, 1.0));
  command.add_option("--sort", q.sort, "relevance, score, popularity or year")
      ->check(CLI::IsMember({"relevance", "score", "popularity", "year"}))
      ->capture_default_str();
  command.add_option("--lang", q.language, "language of titles and texts: en or ru")
      ->check(CLI::IsMember({"en", "ru"}))
      ->capture_default_str();
  CLI::Option* const profile =
      command.add_option("--profile", q.profile, "leave out what this profile has seen");
  command.add_option("--planned", q.planned, "what the profile plans to watch: keep or drop")
      ->needs(profile)
      ->check(CLI::IsMember({"keep", "drop"}))
      ->capture_default_str();
  command.add_option("--limit", q.limit, "results wanted")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_flag("--explain", q.explain, "show how each score came about");
  command.add_flag("--json", q.json, "print JSON");
}

/// `anireco list …`.
void add_list_commands(CLI::App& app, ListOptions& o, const OnCommand& on) {
  CLI::App* list = app.add_subcommand("list", "Lists of what somebody has seen, under a name");
  list->require_subcommand(1);
  const auto add = [&](const char* name, const char* help,
                       int (*body)(const Settings&, const ListOptions&)) {
    CLI::App* sub = list->add_subcommand(name, help);
    sub->add_flag("--json", o.json, "print JSON");
    on(sub, [&o, body](const Settings& s) { return body(s, o); });
    return sub;
  };
  const auto with_profile = [&](CLI::App* sub) {
    sub->add_option("--profile", o.profile, "name of the profile")->required();
    return sub;
  };
  CLI::App* import = with_profile(add("import", "Bring a list in from a file", run_list_import));
  import->add_option("FILE", o.file, "export of MyAnimeList, Shikimori, AniList, Kitsu; or ids")
      ->required();
  CLI::App* fetch = with_profile(add("fetch", "Bring a public list in", run_list_fetch));
  fetch->add_option("SITE", o.site, "mal, anilist, kitsu or shikimori")
      ->required()
      ->check(CLI::IsMember({"mal", "anilist", "kitsu", "shikimori"}));
  fetch->add_option("USER", o.user, "name at that site")->required();
  for (CLI::App* sub : {import, fetch}) {
    sub->add_flag("--replace", o.replace, "drop what the new list does not name");
  }
  with_profile(add("show", "Show the titles of a profile", run_list_show));
  CLI::App* out = with_profile(add("export", "Write a profile to a file", run_list_export));
  out->add_option("--format", o.format, "json (our own) or mal (MyAnimeList's XML)")
      ->check(CLI::IsMember({"json", "mal"}))
      ->capture_default_str();
  out->add_option("--out", o.file, "file to write instead of printing");
  with_profile(add("delete", "Forget a profile", run_list_delete));
  add("profiles", "Show the profiles that there are", run_list_profiles);
}

void add_eval_options(CLI::App& command, EvalOptions& o) {
  command.add_option("--franchises", o.franchises, "tab-separated mal_id and franchise_id")
      ->required();
  command.add_option("--run", o.run, "TREC run file to write");
  command.add_option("--level", o.level, "how explicit titles may be that are ranked")
      ->check(CLI::IsMember({"family", "standard", "adult"}))
      ->capture_default_str();
  command.add_option("--fusion", o.fusion)->check(CLI::IsMember({"rrf", "minmax", "dbsf"}));
  command.add_option("--popularity", o.popularity)->check(CLI::Range(-1.0, 1.0));
  command.add_option("--window-weight", o.window_weight);
  command.add_option("--dense-weight", o.dense_weight);
  command.add_option("--lexical-weight", o.lexical_weight);
  command.add_flag("--no-dense", o.no_dense, "without the dense leg");
  command.add_flag("--no-lexical", o.no_lexical, "without the lexical leg");
  command.add_flag("--no-understanding", o.no_understanding, "take the text as it stands");
  command.add_flag("--json", o.json, "print JSON");
}

void add_gather_commands(CLI::App& app, GatherOptions& o, const OnCommand& on) {
  const auto add_common = [&](CLI::App& command) {
    command.add_option("--source", o.sources, "only this source; repeat for more");
    command.add_option("--base-url", o.base_urls, "NAME=URL of a source that is elsewhere");
    command.add_flag("--dry-run", o.dry_run, "print the plan and ask nobody");
    command.add_flag("--json", o.json, "print JSON");
  };
  CLI::App* gather = app.add_subcommand("gather", "Build the catalogue from public sources");
  add_common(*gather);
  gather->add_option("--since", o.since, "only titles that aired since YYYY-MM-DD");
  gather->add_option("--check", o.check, "compare a page of this source with its documented form");
  on(gather, [&o](const Settings& s) { return run_gather(s, o); });
  CLI::App* update = app.add_subcommand("update", "Read again what airs or is announced");
  add_common(*update);
  on(update, [&o](const Settings& s) {
    o.airing = true;
    return run_gather(s, o);
  });
}

int run(int argc, char** argv) {
  CLI::App app("AniReco: describe it, get it. Anime search in your own words, offline.", "anireco");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("anireco ") + ANIRECO_VERSION);
  app.footer(
      "Settings come from defaults, DATA_DIR/anireco.ini, ANIRECO_* variables and flags; see "
      "`anireco config`.");
  app.fallthrough();

  std::map<std::string, std::string> flags;
  const auto setting = [&](const char* name, const char* key, const char* help) {
    app.add_option_function<std::string>(
        name, [&flags, key](const std::string& value) { flags[key] = value; }, help);
  };
  setting("--data-dir", "data_dir", "folder of the catalogue (or ANIRECO_DATA_DIR)");
  setting("--model", "model", "folder of the encoder's weights (or ANIRECO_MODEL_DIR)");
  setting("--precision", "precision", "auto, fp32, bf16 or int8");
  setting("--threads", "threads", "threads to use; 0: one a core");
  setting("--log-level", "log_level", "debug, info, warning or error");

  std::function<int(const Settings&)> command;
  const auto on = [&command](CLI::App* sub, std::function<int(const Settings&)> body) {
    sub->callback([&command, body = std::move(body)] { command = body; });
  };

  ImportOptions import_options;
  CLI::App* import =
      app.add_subcommand("import", "Read titles from JSON lines or Parquet, encode, publish");
  import->add_option("FILE", import_options.files, "JSON lines, plain or .gz, or Parquet");
  import->add_option("--relations", import_options.relations,
                     "tab-separated relations between titles");
  import->add_option("--source", import_options.source, "name of the source the files come from");
  import->add_option("--vectors", import_options.vectors,
                     "folder of vectors that export --format npy wrote");
  import->add_flag("--strict", import_options.strict, "stop at the first bad line");
  import->add_flag("--json", import_options.json, "print JSON");
  on(import, [&](const Settings& s) { return run_import(s, import_options); });

  GatherOptions gather_options;
  add_gather_commands(app, gather_options, on);

  ExchangeOptions exchange_options;
  add_exchange_commands(app, exchange_options, on);

  ServerCommandOptions server_options;
  add_server_commands(app, server_options, on);

  SearchOptions search_options;
  CLI::App* search = app.add_subcommand("search", "Find titles by a description in your own words");
  search->add_option("TEXT", search_options.text, "what you are looking for")->required();
  add_query_options(*search, search_options.query);
  on(search, [&](const Settings& s) { return run_search_command(s, search_options); });

  SimilarOptions similar_options;
  CLI::App* similar = app.add_subcommand("similar", "Find titles like the ones you name");
  similar->add_option("TITLE", similar_options.liked, "titles or ids (mal:1, anilist:1)")
      ->required();
  similar->add_option("--not", similar_options.disliked,
                      "titles or ids to stay away from; repeat for more");
  similar->add_option("--text", similar_options.text, "what else it should be, in words");
  add_query_options(*similar, similar_options.query);
  on(similar, [&](const Settings& s) { return run_similar(s, similar_options); });

  RecommendOptions recommend_options;
  CLI::App* recommend =
      app.add_subcommand("recommend", "Find titles for somebody, by list, examples and words");
  recommend->add_option("--text", recommend_options.text, "what it should be, in words");
  recommend->add_option("--like", recommend_options.liked, "titles or ids; repeat for more");
  recommend->add_option("--not", recommend_options.disliked,
                        "titles or ids to stay away from; repeat for more");
  add_query_options(*recommend, recommend_options.query);
  on(recommend, [&](const Settings& s) { return run_recommend(s, recommend_options); });

  ListOptions list_options;
  add_list_commands(app, list_options, on);

  EmbedOptions embed_options;
  CLI::App* embed = app.add_subcommand("embed", "Turn texts into vectors");
  auto* embed_text = embed->add_option("TEXT", embed_options.text, "a text");
  auto* embed_file = embed->add_option("--file", embed_options.file, "a file with one text a line");
  embed_text->excludes(embed_file);
  embed->add_flag("--query", embed_options.query, "encode as a request, not as a title's text");
  embed->add_option("--out", embed_options.out, "write a NumPy .npy file instead of printing");
  embed->add_flag("--json", embed_options.json, "print JSON");
  on(embed, [&](const Settings& s) { return run_embed(s, embed_options); });

  CLI::App* serve = app.add_subcommand("serve", "Serve page and API");
  const auto serve_setting = [&](const char* name, const char* key, const char* help) {
    serve->add_option_function<std::string>(
        name, [&flags, key](const std::string& value) { flags[key] = value; }, help);
  };
  serve_setting("--host", "host", "address to listen on (127.0.0.1)");
  serve_setting("--port", "port", "port to listen on (8080)");
  serve_setting("--web-dir", "web_dir", "folder of the built page");
  serve_setting("--max-level", "max_level", "family, standard or adult");
  std::string serve_only;
  serve->add_option("--only", serve_only, "only encode texts, for other servers: encoder")
      ->check(CLI::IsMember({"encoder"}));
  on(serve,
     [&](const Settings& s) { return serve_only.empty() ? run_serve(s) : run_serve_encoder(s); });

  KeyOptions key_options;
  CLI::App* key = app.add_subcommand("key", "Make a key for the API and add it to the known ones");
  key->add_option("NAME", key_options.name, "whom it is for")->required();
  on(key, [&](const Settings& s) { return run_key(s, key_options); });

  EvalOptions eval_options;
  CLI::App* eval = app.add_subcommand("eval", "Measure the quality of rankings");
  eval->require_subcommand(1);
  CLI::App* eval_search = eval->add_subcommand("search", "Run judged requests");
  eval_search->add_option("--queries", eval_options.queries, "JSON lines of judged requests")
      ->required();
  add_eval_options(*eval_search, eval_options);
  on(eval_search, [&](const Settings& s) { return run_eval_search(s, eval_options); });
  CLI::App* eval_similar = eval->add_subcommand("similar", "Run judged pairs of similar titles");
  eval_similar->add_option("--pairs", eval_options.pairs, "tab-separated pairs")->required();
  eval_similar->add_option("--split", eval_options.split, "split to measure")
      ->capture_default_str();
  add_eval_options(*eval_similar, eval_options);
  on(eval_similar, [&](const Settings& s) { return run_eval_similar(s, eval_options); });

  TrainOptions train_options;
  add_train_commands(app, train_options, on);

  EvalListsOptions lists_options;
  CLI::App* eval_lists = eval->add_subcommand("lists", "Find what people liked from their lists");
  eval_lists
      ->add_option("--ratings", lists_options.ratings, "source,user,mal_id,rating; plain or .gz")
      ->required();
  eval_lists->add_option("--users", lists_options.users, "people to measure")
      ->capture_default_str();
  eval_lists->add_option("--seed", lists_options.seed, "of the choice")->capture_default_str();
  eval_lists->add_option("--part", lists_options.part, "people with even or odd numbers, or all")
      ->check(CLI::IsMember({"even", "odd", "all"}))
      ->capture_default_str();
  eval_lists->add_flag("--json", lists_options.json, "print JSON");
  on(eval_lists, [&](const Settings& s) { return run_eval_lists(s, lists_options); });
  EvalTripletsOptions triplets_options;
  CLI::App* eval_triplets =
      eval->add_subcommand("triplets", "Which of two titles lies nearer to a third");
  eval_triplets
      ->add_option("--triplets", triplets_options.triplets,
                   "tab-separated anchor, positive, negative, set, as train triplet writes them")
      ->required();
  eval_triplets->add_option("--set", triplets_options.set, "set to measure")
      ->check(CLI::IsMember({"validation", "train"}))
      ->capture_default_str();
  eval_triplets->add_flag("--json", triplets_options.json, "print JSON");
  on(eval_triplets, [&](const Settings& s) { return run_eval_triplets(s, triplets_options); });

  BenchOptions bench_options;
  CatalogueOptions catalogue_options;
  add_bench_commands(app, bench_options, catalogue_options, on);

  bool config_json = false;
  CLI::App* config =
      app.add_subcommand("config", "Show every setting, its value and where it came from");
  config->add_flag("--json", config_json, "print JSON");
  on(config, [&](const Settings& s) { return run_config(s, config_json); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : kWrongUse;
  }
  const Settings settings = load_settings(flags);
  start_logging({.level = *parse_log_level(settings.log_level)});
  const int code = command(settings);
  // What could not be written (a full disk, a closed pipe's end) must not look like success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw Error(ErrorKind::unavailable, "the output could not be written");
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& e) {
    fmt::print(stderr, "anireco: {}\n", e.what());
    if (!e.context().empty()) fmt::print(stderr, "  {}\n", e.context());
    return exit_code(e.kind());
  } catch (const std::exception& e) {
    fmt::print(stderr, "anireco: {}\n", e.what());
    return kFailed;
  }
}
