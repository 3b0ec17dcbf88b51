#include "gather/page_store.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_reader.h"
#include "base/log.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostProblems = 20;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::uint64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return 0;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  return error ? 0 : number;
}

std::string to_line(const PageHead& head) {
  json::array problems;
  for (const std::string& problem : head.problems) {
    if (problems.size() == kMostProblems) break;
    problems.emplace_back(to_valid_utf8(problem));
  }
  json::object object{{"cursor", head.cursor},
                      {"next", head.next ? json::value(*head.next) : json::value(nullptr)},
                      {"again", head.again},
                      {"request", head.request},
                      {"etag", head.etag},
                      {"last_modified", head.last_modified},
                      {"total", head.total},
                      {"records", head.records},
                      {"filtered", head.filtered},
                      {"left_out", head.left_out},
                      {"problems", std::move(problems)}};
  return json::serialize(object) + "\n";
}

std::optional<PageHead> parse_head(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(line, error);
  if (error || !value.is_object()) return {};
  const json::object& object = value.as_object();
  if (!object.contains("cursor") || !object.contains("next")) return {};
  PageHead head{.cursor = text_of(object, "cursor"),
                .request = text_of(object, "request"),
                .etag = text_of(object, "etag"),
                .last_modified = text_of(object, "last_modified"),
                .total = number_of(object, "total"),
                .records = number_of(object, "records"),
                .filtered = number_of(object, "filtered"),
                .left_out = number_of(object, "left_out")};
  if (object.at("next").is_string()) head.next = text_of(object, "next");
  const json::value* again = object.if_contains("again");
  head.again = again != nullptr && again->is_bool() && again->as_bool();
  if (const json::value* problems = object.if_contains("problems");
      problems != nullptr && problems->is_array()) {
    for (const json::value& problem : problems->as_array()) {
      if (problem.is_string()) head.problems.emplace_back(problem.as_string());
    }
  }
  return head;
}

std::optional<WalkTerms> read_terms(const fs::path& path) {
  std::string text;
  try {
    text = read_file(path, 1 << 20);
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::not_found) return {};
    throw;
  }
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  const json::object& object = value.as_object();
  return WalkTerms{.run = text_of(object, "run"),
                   .started = text_of(object, "started"),
                   .since = text_of(object, "since"),
                   .origin = text_of(object, "origin")};
}

std::string to_text(const WalkTerms& terms) {
  return json::serialize(json::object{{"run", terms.run},
                                      {"started", terms.started},
                                      {"since", terms.since},
                                      {"origin", terms.origin}}) +
         "\n";
}

}  // namespace

PageStore::PageStore(fs::path folder) : folder_(std::move(folder)) {
  terms_ = read_terms(folder_ / "walk.json");
  if (!terms_) return;
  while (true) {
    const fs::path path = path_of(heads_.size());
    if (!fs::exists(path)) return;
    LineReader reader(path);
    std::optional<PageHead> head;
    if (reader.next()) head = parse_head(reader.line());
    if (!head) {
      log_warning("{} is damaged and will be asked for again", path.string());
      return;
    }
    heads_.push_back(std::move(*head));
  }
}

fs::path PageStore::path_of(std::size_t page) const {
  return folder_ / fmt::format("page-{:06}.jsonl", page + 1);
}

void PageStore::begin(const WalkTerms& terms) {
  std::error_code error;
  fs::remove_all(folder_, error);
  if (error) {
    throw Error(ErrorKind::unavailable, "an old reading cannot be removed",
                folder_.string() + ": " + error.message());
  }
  heads_.clear();
  adopt(terms);
}

void PageStore::adopt(const WalkTerms& terms) {
  write_file_atomic(folder_ / "walk.json", to_text(terms));
  terms_ = terms;
}

void PageStore::add(const PageHead& head, std::string_view lines) {
  AtomicFileWriter writer(path_of(heads_.size()));
  writer.append(to_line(head));
  writer.append(lines);
  writer.commit();
  heads_.push_back(head);
}

std::string PageStore::lines(std::size_t page) const {
  std::string text = read_file(path_of(page));
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) {
    throw Error(ErrorKind::corrupt, "a stored page is damaged", path_of(page).string());
  }
  return text.substr(end + 1);
}

void PageStore::for_each(const std::function<void(std::string_view line)>& visit) const {
  for (std::size_t page = 0; page < heads_.size(); ++page) {
    const std::string text = lines(page);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      visit(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
  }
}

}  // namespace anireco
