#include "index/qdrant/qdrant_collection.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "index/qdrant/answer_fields.h"
#include "index/qdrant/filter_json.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr const char* kMadeBy = "anireco";
/// Of point_json.h and point_payload(): raised when points change their form.
constexpr std::uint64_t kFormat = 3;
/// Of the metadata: the generation that the alias named before, and when this one took its place.
constexpr const char* kPrevious = "previous";
constexpr const char* kSince = "since";
constexpr std::size_t kIdsAPage = 10'000;
constexpr std::chrono::minutes kOptimiserPatience{30};

json::object metadata_of(const QdrantContent& content, bool complete) {
  return {{"made_by", kMadeBy},
          {"format", kFormat},
          {"generation", content.generation},
          {"content_hash", content.content_hash},
          {"model", content.model_fingerprint},
          {"dimension", content.dimension},
          {"titles", content.titles},
          {"points", content.points},
          {"checksum", content.checksum},
          {"window_weight", content.window_weight},
          {"complete", complete}};
}

bool made_by_us(const json::object& metadata) {
  const json::value* by = metadata.if_contains("made_by");
  const json::value* format = metadata.if_contains("format");
  return by != nullptr && *by == kMadeBy && format != nullptr && *format == kFormat;
}

bool is_complete(const json::object& metadata) {
  const json::value* complete = metadata.if_contains("complete");
  return complete != nullptr && *complete == true;
}

void check_weight(float weight, ErrorKind kind) {
  if (!(weight > 0) || weight > kMostWindowWeight) {
    throw Error(kind, "the weight of windows in Qdrant's rows must be above 0 and at most 100");
  }
}

/// Throws Error{corrupt} for metadata that this program did not write.
QdrantContent content_of(const json::object& metadata) {
  QdrantContent content;
  content.generation = as_count(member(metadata, "generation"));
  content.content_hash = as_string(member(metadata, "content_hash"));
  content.model_fingerprint = as_string(member(metadata, "model"));
  content.dimension = as_count(member(metadata, "dimension"));
  content.titles = as_count(member(metadata, "titles"));
  content.points = as_count(member(metadata, "points"));
  content.checksum = as_string(member(metadata, "checksum"));
  content.window_weight = as_float(member(metadata, "window_weight"));
  check_weight(content.window_weight, ErrorKind::corrupt);
  return content;
}

/// A number that metadata may lack.
std::optional<std::uint64_t> number_in(const json::object& metadata, std::string_view name) {
  const json::value* value = metadata.if_contains(name);
  if (value == nullptr) return std::nullopt;
  return as_count(*value);
}

json::object collection_spec(const QdrantCollectionOptions& options, const QdrantContent& content) {
  // The scan reads the 8 bits alone; of the floats only what is compared again comes into memory.
  const json::object windows{
      {"size", content.dimension},
      {"distance", "Dot"},
      {"on_disk", true},
      {"multivector_config", json::object{{"comparator", "max_sim"}}},
      {"quantization_config",
       json::object{{"scalar", json::object{{"type", "int8"}, {"always_ram", true}}}}}};
  const json::object document{{"size", content.dimension}, {"distance", "Dot"}, {"on_disk", true}};
  json::object spec{{"vectors", json::object{{kDocumentVector, document},
                                             {kWindowsVector, windows},
                                             {kAdultWindowsVector, windows}}},
                    {"shard_number", options.shards},
                    {"replication_factor", options.replicas},
                    {"metadata", metadata_of(content, false)}};
  // Without a graph every title is compared.
  if (content.titles < options.exact_below) spec["hnsw_config"] = json::object{{"m", 0}};
  return spec;
}

[[noreturn]] void throw_newer(std::uint64_t current, std::uint64_t generation) {
  throw Error(ErrorKind::unavailable,
              fmt::format("Qdrant serves generation {} already, which is newer than {}; where a "
                          "backup was restored, anireco verify --repair goes back to it",
                          current, generation));
}

void check(const QdrantCollectionOptions& options) {
  if (options.prefix.size() > 100 || !is_plain_name(options.prefix)) {
    throw Error(ErrorKind::invalid_argument,
                "the prefix of Qdrant's collections must be letters, digits, \"_\" and \"-\"");
  }
  if (options.shards == 0 || options.replicas == 0) {
    throw Error(ErrorKind::invalid_argument, "shards and replicas of Qdrant must be at least 1");
  }
  check_weight(options.window_weight, ErrorKind::invalid_argument);
}

}  // namespace

void QdrantChecksum::add(const QdrantPoint& point, const json::object& payload) {
  hash_.update(std::to_string(point.doc));
  hash_.update(json::serialize(payload));
  hash_.update(std::as_bytes(point.document));
  hash_.update(std::as_bytes(point.windows));
}

std::string QdrantChecksum::digest() const { return fmt::format("{:016x}", hash_.digest()); }

bool QdrantContent::same_catalogue(const QdrantContent& other) const {
  return generation == other.generation && content_hash == other.content_hash &&
         model_fingerprint == other.model_fingerprint && dimension == other.dimension &&
         titles == other.titles;
}

std::string collection_name(const std::string& prefix, std::uint64_t generation) {
  return fmt::format("{}_{}", prefix, generation);
}

std::optional<std::uint64_t> collection_generation(const std::string& prefix,
                                                   const std::string& name) {
  if (!name.starts_with(prefix + "_")) return std::nullopt;
  const char* begin = name.data() + prefix.size() + 1;
  const char* end = name.data() + name.size();
  std::uint64_t generation = 0;
  const auto [stopped, error] = std::from_chars(begin, end, generation);
  if (error != std::errc() || stopped != end) return std::nullopt;
  if (collection_name(prefix, generation) != name) return std::nullopt;
  return generation;
}

std::optional<std::uint64_t> published_generation(const QdrantClient& client,
                                                  const std::string& prefix,
                                                  QdrantPatience patience) {
  const auto aliases = client.aliases(patience);
  const auto found = aliases.find(prefix);
  if (found == aliases.end()) return std::nullopt;
  return collection_generation(prefix, found->second);
}

void check_awaits(const QdrantClient& client, const std::string& prefix, std::uint64_t generation) {
  const auto current = published_generation(client, prefix, QdrantPatience::brief);
  if (current && *current > generation) throw_newer(*current, generation);
}

std::optional<QdrantContent> published_content(const QdrantClient& client,
                                               const std::string& prefix, std::uint64_t generation,
                                               QdrantPatience patience) {
  const auto info = client.collection(collection_name(prefix, generation), patience);
  if (!info || !made_by_us(info->metadata) || !is_complete(info->metadata)) return std::nullopt;
  return content_of(info->metadata);
}

QdrantCollectionWriter::QdrantCollectionWriter(const QdrantClient& client,
                                               const QdrantCollectionOptions& options,
                                               const Catalog& catalog, QdrantContent content,
                                               std::shared_ptr<Clock> clock)
    : client_(client),
      options_(options),
      catalog_(catalog),
      content_(std::move(content)),
      clock_(std::move(clock)),
      name_(collection_name(options.prefix, content_.generation)),
      present_(content_.titles, false) {
  check(options_);
  content_.window_weight = options_.window_weight;
  if (const auto info = client_.collection(name_)) {
    if (made_by_us(info->metadata)) {
      const QdrantContent found = content_of(info->metadata);
      if (found.same_catalogue(content_)) {
        content_.window_weight = found.window_weight;
        was_complete_ = found == content_ && is_complete(info->metadata);
        take_up(found);
        return;
      }
    }
    if (!options_.undo_newer &&
        published_generation(client_, options_.prefix) == content_.generation) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("the Qdrant collection {} is in use and holds another catalogue or "
                              "model; choose another prefix, or, if the record is right, mend it "
                              "with anireco verify --repair",
                              name_));
    }
    log_info("qdrant: collection {} holds something else and is made anew", name_);
    client_.delete_collection(name_);
  }
  create();
}

void QdrantCollectionWriter::create() {
  try {
    client_.create_collection(name_, collection_spec(options_, content_));
  } catch (const Error& error) {
    // A try whose answer was lost, or another writer, may have made it.
    if (error.kind() != ErrorKind::corrupt) throw;
    const auto info = client_.collection(name_);
    if (!info || !made_by_us(info->metadata)) throw;
    const QdrantContent made = content_of(info->metadata);
    if (!made.same_catalogue(content_)) throw;
    content_.window_weight = made.window_weight;
  }
  create_indexes();
}

void QdrantCollectionWriter::create_indexes() const {
  for (const auto& [field, type] : payload_indexes()) {
    client_.create_payload_index(name_, field, json::value(type));
  }
}

void QdrantCollectionWriter::take_up(const QdrantContent& found) {
  if (found != content_) {
    // Whoever opens it meanwhile would find other points than it says.
    client_.update_collection(name_, {{"metadata", metadata_of(content_, false)}});
  }
  client_.scroll(name_, {{"with_payload", false}, {"with_vector", false}}, kIdsAPage,
                 [this](const json::object& point) {
                   const std::uint64_t id = as_count(member(point, "id"));
                   if (id >= present_.size()) return;
                   present_[id] = true;
                   ++found_;
                 });
  if (was_complete_) return;
  // A first writer may have been stopped before it had made them all.
  create_indexes();
}

bool QdrantCollectionWriter::has(DocId doc) const { return doc < present_.size() && present_[doc]; }

void QdrantCollectionWriter::add(const QdrantPoint& point) {
  body_ += pending_ == 0 ? "{\"points\":[" : ",";
  append_point(point, content_.window_weight, point_payload(catalog_, point.doc), body_);
  ++pending_;
  if (body_.size() >= options_.batch_bytes) flush();
}

void QdrantCollectionWriter::flush() {
  if (pending_ == 0) return;
  body_ += "]}";
  client_.upsert(name_, body_);
  sent_ += pending_;
  pending_ = 0;
  body_.clear();
}

void QdrantCollectionWriter::complete(const FaultHook& fault,
                                      const std::function<void()>& meanwhile) {
  flush();
  const std::uint64_t points = client_.count(name_);
  if (points != content_.points) {
    throw Error(ErrorKind::unavailable,
                fmt::format("Qdrant has {} of {} titles; publish again", points, content_.points));
  }
  wait_until_optimised(meanwhile);
  const auto current = published_generation(client_, options_.prefix);
  const bool goes_back = current && *current > content_.generation;
  if (goes_back && !options_.undo_newer) throw_newer(*current, content_.generation);
  json::object metadata = metadata_of(content_, true);
  // Once the alias is switched, what was written before it stays: metadata is merged.
  if (current != content_.generation) {
    if (current && !goes_back) metadata[kPrevious] = *current;
    metadata[kSince] = seconds_now();
  }
  if (!was_complete_ || current != content_.generation) {
    client_.update_collection(name_, {{"metadata", std::move(metadata)}});
  }
  fault_point(fault, "qdrant.before_switch");
  if (current != content_.generation) client_.switch_alias(options_.prefix, name_);
  if (options_.undo_newer) remove_newer();
  remove_old();
}

void QdrantCollectionWriter::wait_until_optimised(const std::function<void()>& meanwhile) const {
  const auto give_up = clock_->now() + kOptimiserPatience;
  auto wait = std::chrono::milliseconds(50);
  while (clock_->now() < give_up) {
    const auto info = client_.collection(name_);
    if (!info) throw Error(ErrorKind::unavailable, "the collection was deleted meanwhile", name_);
    if (info->status == "red") {
      throw Error(ErrorKind::unavailable, "the Qdrant server reports a damaged collection", name_);
    }
    if (info->status != "yellow") return;
    if (meanwhile) meanwhile();
    clock_->sleep_until(clock_->now() + wait, client_.stop());
    wait = std::min(wait * 2, std::chrono::milliseconds(1'000));
  }
  log_warning("qdrant: {} is still being optimised; searches are slower until then", name_);
}

std::uint64_t QdrantCollectionWriter::seconds_now() const {
  const auto passed = clock_->date().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(passed).count()));
}

void QdrantCollectionWriter::remove_newer() const {
  for (const std::string& name : client_.collections()) {
    const auto generation = collection_generation(options_.prefix, name);
    if (generation && *generation > content_.generation) client_.delete_collection(name);
  }
}

void QdrantCollectionWriter::remove_old() const {
  // Searches under way may still read the generation before, and for a while those before that.
  const auto own = client_.collection(name_);
  const auto previous = own ? number_in(own->metadata, kPrevious) : std::nullopt;
  if (!previous) return;
  const auto before = client_.collection(collection_name(options_.prefix, *previous));
  const auto since = before ? number_in(before->metadata, kSince) : std::nullopt;
  const std::uint64_t now = seconds_now();
  constexpr auto kGraceSeconds = static_cast<std::uint64_t>(kGrace.count());
  if (since && (*since > now || now - *since < kGraceSeconds)) return;
  for (const std::string& name : client_.collections()) {
    const auto generation = collection_generation(options_.prefix, name);
    if (generation && *generation < *previous) client_.delete_collection(name);
  }
}

}  // namespace anireco
