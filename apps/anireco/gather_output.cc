#include "gather_output.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

#include "json_output.h"
#include "output.h"
#include "text/unicode.h"

namespace anireco::app {
namespace {

namespace json = boost::json;

std::string minutes_text(double minutes) {
  return minutes < 1 ? "< 1" : fmt::format("{:.0f}", std::ceil(minutes));
}

std::string share_text(std::uint64_t count, std::uint64_t titles) {
  if (count == 0 || titles == 0) return "–";
  return fmt::format("{:.1f} %", 100 * static_cast<double>(count) / static_cast<double>(titles));
}

json::object coverage_value(const Coverage& coverage) {
  json::object value{{"titles", coverage.titles()}};
  json::object fields;
  for (std::size_t i = 0; i < coverage.counts().size(); ++i) {
    fields[coverage_fields()[i]] = coverage.counts()[i];
  }
  value["fields"] = std::move(fields);
  return value;
}

json::array strings(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(to_valid_utf8(text));
  return list;
}

}  // namespace

void print_plan(const std::vector<PlannedSource>& plan) {
  Table table({"source", "titles", "requests", "minutes", "fields expected"});
  PlannedSource sum{.name = "together"};
  for (const PlannedSource& p : plan) {
    table.add({p.name, fmt::format("{}", p.titles), fmt::format("{}", p.requests),
               minutes_text(p.minutes), fmt::format("{}", fmt::join(p.fields, ", "))});
    sum.requests += p.requests;
    sum.minutes += p.minutes;
  }
  table.add({sum.name, "", fmt::format("{}", sum.requests), minutes_text(sum.minutes), ""});
  table.print();
}

void print_walk(const GatheredSource& source) {
  const WalkReport& w = source.walk;
  if (!source.error.empty()) {
    fmt::print("{}: {}\n", source.name, source.error);
    return;
  }
  std::string text = fmt::format("{}: {} titles on {} pages", source.name, w.titles, w.pages);
  if (w.pages_unchanged > 0) text += fmt::format(", {} unchanged", w.pages_unchanged);
  if (w.filtered > 0) text += fmt::format("; {} too old", w.filtered);
  if (w.ended > 0) text += fmt::format("; {} have ended", w.ended);
  if (w.left_out > 0) text += fmt::format("; {} problems", w.left_out);
  fmt::print("{}\n", text);
}

void print_coverage(const GatherOutcome& outcome) {
  std::vector<std::string> heading = {"field"};
  std::vector<const Coverage*> columns;
  for (const GatheredSource& source : outcome.sources) {
    if (!source.error.empty()) continue;
    heading.push_back(source.name);
    columns.push_back(&source.coverage);
  }
  heading.emplace_back("catalogue");
  columns.push_back(&outcome.catalogue);
  Table table(heading);
  std::vector<std::string> row = {"titles"};
  for (const Coverage* column : columns) row.push_back(fmt::format("{}", column->titles()));
  table.add(row);
  for (std::size_t i = 0; i < coverage_fields().size(); ++i) {
    row = {std::string(coverage_fields()[i])};
    for (const Coverage* column : columns) {
      row.push_back(share_text(column->counts()[i], column->titles()));
    }
    table.add(row);
  }
  table.print();
}

std::string to_json(const GatherOutcome& outcome) {
  json::array plan;
  for (const PlannedSource& p : outcome.plan) {
    plan.push_back(json::object{{"source", p.name},
                                {"titles", p.titles},
                                {"requests", p.requests},
                                {"minutes", std::round(p.minutes * 100) / 100},
                                {"fields", strings(p.fields)}});
  }
  json::object value{{"plan", std::move(plan)}};
  if (!outcome.sources.empty()) {
    json::array sources;
    json::object coverage;
    for (const GatheredSource& s : outcome.sources) {
      json::object source{{"source", s.name},
                          {"titles", s.walk.titles},
                          {"pages", s.walk.pages},
                          {"pages_asked", s.walk.pages_asked},
                          {"pages_unchanged", s.walk.pages_unchanged},
                          {"too_old", s.walk.filtered},
                          {"ended", s.walk.ended},
                          {"problems", s.walk.left_out},
                          {"first_problems", strings(s.walk.problems)},
                          {"resumed", s.walk.resumed}};
      if (!s.error.empty()) source["error"] = to_valid_utf8(s.error);
      sources.push_back(std::move(source));
      if (s.error.empty()) coverage[s.name] = coverage_value(s.coverage);
    }
    value["sources"] = std::move(sources);
    if (outcome.import) {
      coverage["catalogue"] = coverage_value(outcome.catalogue);
      value["coverage"] = std::move(coverage);
      value["import"] = json::parse(to_json(*outcome.import));
    }
    value["stopped"] = outcome.stopped;
  }
  return json::serialize(value);
}

std::string check_to_json(const std::string& source, std::size_t titles,
                          const std::vector<std::string>& differences) {
  return json::serialize(
      json::object{{"source", source}, {"titles", titles}, {"differences", strings(differences)}});
}

}  // namespace anireco::app
