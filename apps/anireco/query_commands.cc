#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "commands.h"
#include "engine.h"
#include "json_output.h"
#include "lists.h"
#include "output.h"

namespace anireco::app {
namespace {

[[noreturn]] void refuse(std::string_view option, std::string_view value, std::string_view wanted) {
  throw Error(ErrorKind::invalid_argument, fmt::format("{} \"{}\": {}", option, value, wanted));
}

Range parse_years(const std::string& text) {
  Range range;
  const auto number = [&](std::string_view part) -> std::optional<double> {
    if (part.empty()) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size()) {
      refuse("--year", text, "expected 2000..2010, 2000.., ..2010 or 2005");
    }
    return value;
  };
  if (text.empty()) return range;
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    range.min = range.max = number(text);
  } else {
    range.min = number(std::string_view(text).substr(0, dots));
    range.max = number(std::string_view(text).substr(dots + 2));
  }
  return range;
}

SearchRequest make_request(const Settings& settings, const QueryOptions& q) {
  SearchRequest request;
  request.filter.genres.all = q.genres;
  request.filter.genres.none = q.not_genres;
  request.filter.year = parse_years(q.year);
  for (const std::string& name : q.types) {
    const auto type = parse_anime_type(name);
    if (!type) refuse("--type", name, "not a type; try tv, movie, ova, ona, special");
    request.filter.types.any.push_back(*type);
  }
  const auto level =
      q.level.empty() ? std::min(Level::standard, settings.max_level) : parse_level(q.level);
  if (!level) refuse("--level", q.level, "expected family, standard or adult");
  if (*level > settings.max_level) refuse("--level", q.level, "above the setting max_level");
  request.filter.level = *level;
  if (q.fusion == "rrf") request.fusion.method = FusionMethod::rrf;
  if (q.fusion == "minmax") request.fusion.method = FusionMethod::minmax;
  if (q.fusion == "dbsf") request.fusion.method = FusionMethod::dbsf;
  if (q.popularity) request.fusion.popularity = *q.popularity;
  if (q.sort == "score") request.sort = SortBy::score;
  if (q.sort == "popularity") request.sort = SortBy::popularity;
  if (q.sort == "year") request.sort = SortBy::year;
  request.limit = q.limit;
  request.explain = q.explain;
  request.facets = q.json;
  return request;
}

std::string shown_title(const Anime& anime, const std::string& language) {
  const Titles& t = anime.titles;
  if (language == "ru" && !t.russian.empty()) return t.russian;
  if (!t.english.empty()) return t.english;
  return t.romaji.empty() ? t.native : t.romaji;
}

std::string reason(const Snapshot& snapshot, const Why& why, const std::string& language) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (why.matched_title) add(fmt::format("named \"{}\"", *why.matched_title));
  if (why.example) {
    add(fmt::format("like {}", shown_title((*snapshot.catalog)[*why.example], language)));
  }
  if (!why.shared_tags.empty()) add(fmt::format("{}", fmt::join(why.shared_tags, ", ")));
  if (!why.matched_words.empty()) add(fmt::format("words: {}", fmt::join(why.matched_words, ", ")));
  if (why.sentence) add(fmt::format("\"{}\"", why.sentence->text));
  return text;
}

void print_tree(const ScoreExplanation& node, int depth) {
  fmt::print("{:>{}}{:.4f}  {}\n", "", 4 + 2 * depth, node.value, node.description);
  for (const ScoreExplanation& part : node.parts) print_tree(part, depth + 1);
}

void print_result(const Snapshot& snapshot, const SearchResult& result, const QueryOptions& q) {
  if (q.json) {
    fmt::print("{}\n", to_json(snapshot, result, q.language));
    return;
  }
  if (result.degraded != Degraded::no) {
    fmt::print(stderr, "found by words alone: {}\n", to_string(result.degraded));
  }
  if (result.hits.empty()) fmt::print(stderr, "nothing found\n");
  if (output_is_terminal()) {
    for (const UnderstoodItem& item : result.understood) {
      fmt::print("{}: {}\n", item.kind, item.label);
    }
    fmt::print("{} of {} titles\n\n", result.total_relevant, result.total_filtered);
  }
  const Catalog& catalog = *snapshot.catalog;
  Table table({"#", "title", "year", "type", "rating", "sure", "id", "why"});
  for (std::size_t n = 0; n < result.hits.size(); ++n) {
    const SearchHit& hit = result.hits[n];
    const Anime& anime = catalog[hit.doc];
    table.add({std::to_string(n + 1), shown_title(anime, q.language),
               anime.year == 0 ? "" : std::to_string(anime.year),
               std::string(to_string(anime.type)),
               anime.score > 0 ? fmt::format("{:.2f}", anime.score) : "",
               std::string(to_string(hit.tier)),
               anime.ids.mal != 0 ? fmt::format("mal:{}", anime.ids.mal) : anime.id,
               reason(snapshot, hit.why, q.language)});
    if (q.explain && hit.why.score) {
      table.print();
      table = Table({"#", "title", "year", "type", "rating", "sure", "id", "why"});
      print_tree(*hit.why.score, 0);
    }
  }
  table.print();
}

DocId title_of(const Snapshot& snapshot, const std::string& text, Level level) {
  const auto doc = resolve_title(snapshot, text, level);
  if (!doc) throw Error(ErrorKind::not_found, fmt::format("no title is called \"{}\"", text));
  return *doc;
}

ListUse list_of(const Settings& settings, const Engine& engine, const QueryOptions& q, Level level,
                bool learn) {
  if (q.profile.empty()) return {};
  const auto profile = load_profile(*open_profiles(settings), q.profile);
  auto view =
      std::make_shared<const ListView>(view_list(*profile, *engine.snapshot->catalog, level));
  ListUse use{.view = view, .drop_planned = q.planned == "drop", .whole_franchises = learn};
  if (learn) {
    use.taste = std::make_shared<const Taste>(
        learn_taste(*engine.snapshot, list_opinions(*profile, *view)));
  }
  return use;
}

}  // namespace

int run_search_command(const Settings& settings, const SearchOptions& options) {
  SearchRequest request = make_request(settings, options.query);
  request.text = options.text;
  const Engine engine = open_engine(settings);
  request.list = list_of(settings, engine, options.query, request.filter.level, false);
  print_result(*engine.snapshot, engine.search(std::move(request)), options.query);
  return 0;
}

int run_similar(const Settings& settings, const SimilarOptions& options) {
  SearchRequest request = make_request(settings, options.query);
  request.text = options.text;
  const Engine engine = open_engine(settings);
  const Level level = request.filter.level;
  for (const std::string& text : options.liked) {
    request.liked.push_back(title_of(*engine.snapshot, text, level));
  }
  for (const std::string& text : options.disliked) {
    request.disliked.push_back(title_of(*engine.snapshot, text, level));
  }
  request.list = list_of(settings, engine, options.query, level, false);
  print_result(*engine.snapshot, engine.search(std::move(request)), options.query);
  return 0;
}

int run_recommend(const Settings& settings, const RecommendOptions& options) {
  if (options.liked.empty() && options.text.empty() && options.query.profile.empty()) {
    throw Error(ErrorKind::invalid_argument, "give --profile, --text or --like");
  }
  SearchRequest request = make_request(settings, options.query);
  request.text = options.text;
  const Engine engine = open_engine(settings);
  const Level level = request.filter.level;
  for (const std::string& text : options.liked) {
    request.liked.push_back(title_of(*engine.snapshot, text, level));
  }
  for (const std::string& text : options.disliked) {
    request.disliked.push_back(title_of(*engine.snapshot, text, level));
  }
  request.list = list_of(settings, engine, options.query, level, true);
  print_result(*engine.snapshot, engine.search(std::move(request)), options.query);
  return 0;
}

}  // namespace anireco::app
