#include "evaluation/truth.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <string_view>

#include "base/error.h"
#include "base/gzip_reader.h"

namespace anireco {
namespace {

Error bad_line(const std::filesystem::path& path, std::size_t line, std::string_view reason) {
  return Error(ErrorKind::invalid_argument,
               fmt::format("{}:{}: {}", path.filename().string(), line, reason));
}

std::vector<std::string_view> split_tabs(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

bool parse_id(std::string_view text, std::uint32_t& id) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

FranchiseTable FranchiseTable::read(const std::filesystem::path& path) {
  FranchiseTable table;
  LineReader reader(path);
  while (reader.next()) {
    const std::string_view line = reader.line();
    if (reader.line_number() == 1 || line.empty()) continue;
    const auto cells = split_tabs(line);
    std::uint32_t title = 0;
    std::uint32_t franchise = 0;
    if (cells.size() < 2 || !parse_id(cells[0], title) || !parse_id(cells[1], franchise)) {
      throw bad_line(path, reader.line_number(), "expected mal_id and franchise_id");
    }
    table.franchise_[title] = franchise;
  }
  return table;
}

std::uint32_t FranchiseTable::of(std::uint32_t mal_id) const {
  const auto found = franchise_.find(mal_id);
  return found == franchise_.end() ? mal_id : found->second;
}

std::vector<JudgedQuery> read_judged_queries(const std::filesystem::path& path) {
  namespace json = boost::json;
  std::vector<JudgedQuery> queries;
  LineReader reader(path);
  while (reader.next()) {
    const std::string_view line = reader.line();
    if (line.empty()) continue;
    try {
      const json::value value = json::parse(line);
      const json::object& object = value.as_object();
      JudgedQuery query;
      query.id = json::value_to<std::string>(object.at("id"));
      query.text = json::value_to<std::string>(object.at("query"));
      if (const auto* kind = object.if_contains("kind")) {
        query.kind = json::value_to<std::string>(*kind);
      }
      if (const auto* origin = object.if_contains("origin"); origin && origin->is_string()) {
        query.origin = json::value_to<std::string>(*origin);
      }
      if (const auto* answer = object.if_contains("mal_id")) {
        query.answers.push_back(json::value_to<std::uint32_t>(*answer));
      } else {
        for (const json::value& a : object.at("answers").as_array()) {
          query.answers.push_back(json::value_to<std::uint32_t>(a.at("mal_id")));
        }
      }
      if (const auto* seeds = object.if_contains("seeds"); seeds && seeds->is_array()) {
        for (const json::value& seed : seeds->as_array()) {
          query.seeds.push_back(json::value_to<std::uint32_t>(seed));
        }
      }
      queries.push_back(std::move(query));
    } catch (const std::exception& e) {
      throw bad_line(path, reader.line_number(), fmt::format("not a judged query: {}", e.what()));
    }
  }
  return queries;
}

std::vector<JudgedPair> read_judged_pairs(const std::filesystem::path& path) {
  std::vector<JudgedPair> pairs;
  LineReader reader(path);
  while (reader.next()) {
    const std::string_view line = reader.line();
    if (reader.line_number() == 1 || line.empty()) continue;
    const auto cells = split_tabs(line);
    JudgedPair pair;
    if (cells.size() < 4 || !parse_id(cells[0], pair.a) || !parse_id(cells[1], pair.b)) {
      throw bad_line(path, reader.line_number(), "expected mal_id_a, mal_id_b, votes, split");
    }
    pair.split = std::string(cells[3]);
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace anireco
