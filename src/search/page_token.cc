#include "search/page_token.h"

#include <fmt/format.h>

#include <charconv>
#include <type_traits>

#include "base/error.h"
#include "base/hash.h"

namespace anireco {
namespace {

/// Feeds values into one hash, each with its length or size, so that no two requests collide by
/// concatenation.
class RequestHasher {
 public:
  std::uint64_t digest() const { return stream_.digest(); }

  void add(std::string_view text) {
    add(text.size());
    stream_.update(text);
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  template <typename T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void add(T value) {
    stream_.update(std::as_bytes(std::span(&value, 1)));
  }
  template <typename T>
  void add(const std::vector<T>& values) {
    add(values.size());
    for (const T& value : values) add(value);
  }
  template <typename T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <typename T>
  void add(const ValueCondition<T>& condition) {
    add(condition.any);
    add(condition.none);
  }
  void add(const TermCondition& condition) {
    add(condition.all);
    add(condition.any);
    add(condition.none);
  }
  void add(const Range& range) {
    add(range.min);
    add(range.max);
  }
  void add(const RatedTitle& rated) {
    add(rated.doc);
    add(rated.rating);
  }

 private:
  Xxh3Stream stream_;
};

std::string body_of(std::uint64_t generation, std::uint64_t request_hash, std::size_t offset) {
  return fmt::format("{:08x}{:016x}{:08x}", generation & 0xffffffff, request_hash,
                     offset & 0xffffffff);
}

std::uint32_t check_of(std::string_view body) { return static_cast<std::uint32_t>(xxh3_64(body)); }

}  // namespace

std::uint64_t request_hash(const SearchRequest& request) {
  RequestHasher h;
  h.add(request.text);
  h.add(request.liked);
  h.add(request.disliked);
  h.add(request.rated);
  h.add(request.seen);
  h.add(request.list.view ? request.list.view->profile : std::string());
  h.add(request.list.view ? request.list.view->revision : 0);
  h.add(request.list.taste != nullptr);
  h.add(request.list.drop_planned);
  h.add(request.list.whole_franchises);
  const Filter& f = request.filter;
  h.add(f.genres);
  h.add(f.themes);
  h.add(f.demographics);
  h.add(f.tags);
  h.add(f.studios);
  h.add(f.types);
  h.add(f.statuses);
  h.add(f.seasons);
  h.add(f.age_ratings);
  h.add(f.sources);
  h.add(f.year);
  h.add(f.episodes);
  h.add(f.duration_minutes);
  h.add(f.score);
  h.add(f.members);
  h.add(f.level);
  h.add(request.fusion.method);
  h.add(request.fusion.dense_weight);
  h.add(request.fusion.lexical_weight);
  h.add(request.fusion.rrf_k);
  h.add(request.fusion.window_weight);
  h.add(request.fusion.popularity);
  h.add(request.sort);
  h.add(request.understand);
  h.add(request.switched_off);
  h.add(request.group_by_franchise);
  h.add(request.use_dense);
  h.add(request.use_lexical);
  return h.digest();
}

std::string make_page_token(std::uint64_t generation, std::uint64_t request_hash,
                            std::size_t offset) {
  const std::string body = body_of(generation, request_hash, offset);
  return body + fmt::format("{:08x}", check_of(body));
}

std::size_t read_page_token(std::string_view token, std::uint64_t generation,
                            std::uint64_t request_hash) {
  constexpr std::size_t kBody = 32;
  const std::string_view body = token.substr(0, std::min(token.size(), kBody));
  if (token.size() != kBody + 8 || token.substr(kBody) != fmt::format("{:08x}", check_of(body))) {
    throw Error(ErrorKind::invalid_argument, "page: not a token of this service");
  }
  std::size_t offset = 0;
  std::from_chars(body.data() + 24, body.data() + kBody, offset, 16);
  if (body_of(generation, request_hash, offset) != body) {
    if (body.substr(8, 16) != body_of(generation, request_hash, offset).substr(8, 16)) {
      throw Error(ErrorKind::invalid_argument, "page: belongs to another request");
    }
    throw Error(ErrorKind::invalid_argument,
                "page: the catalogue has changed since; ask for the first page again");
  }
  return offset;
}

}  // namespace anireco
