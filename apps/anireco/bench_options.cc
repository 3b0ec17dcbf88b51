#include "bench_options.h"

#include <string>

namespace anireco::app {

void add_bench_commands(CLI::App& app, BenchOptions& options, CatalogueOptions& catalogue,
                        const OnCommand& on) {
  CLI::App* bench = app.add_subcommand("bench", "Measure speed");
  bench->require_subcommand(1);
  const auto add = [&](const char* name, const char* help,
                       int (*body)(const Settings&, const BenchOptions&)) {
    CLI::App* sub = bench->add_subcommand(name, help);
    sub->add_option("--queries", options.queries, "JSON lines with requests to use");
    sub->add_option("--list", options.list, "titles of a list that every search uses")
        ->check(CLI::Range(0, 20000));
    sub->add_option("--repeat", options.repeat, "rounds")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    sub->add_flag("--json", options.json, "print JSON");
    on(sub, [&options, body](const Settings& s) { return body(s, options); });
    return sub;
  };
  add("encoder", "The encoder against its arithmetic's limit", run_bench_encoder);
  add("scan", "The vector scan against the memory's limit", run_bench_scan);
  add("search", "Whole searches, vectors cached, windows and facets on", run_bench_search);
  CLI::App* serve = add("serve", "Searches over HTTP on this machine", run_bench_serve);
  serve->add_option("--clients", options.clients, "that ask at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  serve
      ->add_option("--overload", options.overload_seconds,
                   "seconds of twice the searches that it can answer")
      ->check(CLI::Range(1, 3600));

  CLI::App* make = bench->add_subcommand(
      "make-catalogue", "Write a larger catalogue that is like this one, for measurements");
  make->add_option("--titles", catalogue.titles, "how many")
      ->required()
      ->check(CLI::Range(1, 10'000'000));
  make->add_option("--seed", catalogue.seed, "of what is drawn")->capture_default_str();
  make->add_option("--out", catalogue.out, "folder of the new catalogue")->required();
  make->add_option("--noise", catalogue.noise, "length of what is added to each vector")
      ->check(CLI::Range(0.0F, 10.0F))
      ->capture_default_str();
  make->add_flag("--json", catalogue.json, "print JSON");
  on(make, [&catalogue](const Settings& s) { return run_make_catalogue(s, catalogue); });
}

}  // namespace anireco::app
