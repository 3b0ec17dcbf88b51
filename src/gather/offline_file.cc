#include "gather/offline_file.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/stream_parser.hpp>

#include "base/error.h"

namespace anireco::gather_detail {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxTitleBytes = std::size_t{1} << 20;
constexpr std::string_view kSpace = " \t\r\n";

/// Where the list "data" of the JSON form begins, behind its bracket; npos when it is not there.
std::size_t find_list(std::string_view body) {
  constexpr std::string_view kKey = "\"data\"";
  // The heading before it is a licence, addresses and a date.
  const std::size_t key = body.substr(0, 100'000).find(kKey);
  if (key == std::string_view::npos) return key;
  const std::size_t colon = body.find_first_not_of(kSpace, key + kKey.size());
  if (colon == std::string_view::npos || body[colon] != ':') return std::string_view::npos;
  const std::size_t bracket = body.find_first_not_of(kSpace, colon + 1);
  if (bracket == std::string_view::npos || body[bracket] != '[') return std::string_view::npos;
  return bracket + 1;
}

}  // namespace

OfflineFile::OfflineFile(std::string_view body) : body_(body) {
  if (body_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  skip_space();
  if (at_ == body_.size() || body_[at_] != '{') fail();
  const std::size_t list = find_list(body_);
  if (list != std::string_view::npos) {
    at_ = list;
    return;
  }
  lines_ = true;
}

void OfflineFile::skip_space() {
  at_ = std::min(body_.find_first_not_of(kSpace, at_), body_.size());
}

void OfflineFile::fail() const {
  throw Error(ErrorKind::corrupt,
              fmt::format("The file of offline is no anime-offline-database, or it is cut short "
                          "(byte {}).",
                          at_));
}

std::optional<json::value> OfflineFile::next() {
  skip_space();
  if (closed_) return std::nullopt;
  if (lines_) {
    if (at_ == body_.size()) return std::nullopt;
  } else {
    if (at_ == body_.size()) fail();
    if (body_[at_] == ']') {
      ++at_;
      skip_space();
      // What follows the list closes the object or is another member of it.
      if (at_ == body_.size() || (body_[at_] != '}' && body_[at_] != ',')) fail();
      closed_ = true;
      return std::nullopt;
    }
    if (!first_) {
      if (body_[at_] != ',') fail();
      ++at_;
    }
  }
  first_ = false;
  json::parse_options options;
  options.max_depth = 16;
  json::stream_parser parser({}, options);
  json::error_code error;
  const std::string_view rest = body_.substr(at_, kMaxTitleBytes);
  const std::size_t used = parser.write_some(rest.data(), rest.size(), error);
  if (error || !parser.done()) fail();
  at_ += used;
  return parser.release();
}

}  // namespace anireco::gather_detail
