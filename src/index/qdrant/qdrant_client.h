#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_fetcher.h"

namespace anireco {

/// Letters, digits, "_" and "-", at least one: what may stand in a path as it is.
bool is_plain_name(std::string_view name);

/// Where a Qdrant server is and how long it may take.
struct QdrantOptions {
  /// http or https. Nodes of one cluster are separated by commas: while one cannot be reached,
  /// another is asked, and after one that took too long or could not answer the next call asks the
  /// next.
  std::string url = "http://127.0.0.1:6333";
  std::string api_key = {};            ///< A secret; sent as api-key. Empty: none.
  std::filesystem::path ca_file = {};  ///< PEM; empty: the system's certificates.
  std::chrono::milliseconds connect_timeout{500};
  std::chrono::milliseconds search_timeout{1'000};  ///< Of one search, connecting included.
  std::chrono::milliseconds write_timeout{60'000};  ///< Of anything that writes or lists.
  unsigned write_tries = 5;                         ///< Of one write, >= 1.
  std::chrono::milliseconds first_wait{200};        ///< Before a write's second try, then doubled.
};

/// How long who asks can wait for the answer.
enum class QdrantPatience {
  brief,  ///< QdrantOptions::search_timeout.
  usual,  ///< QdrantOptions::write_timeout.
};

/// A point of an answer: its id and score.
struct QdrantHit {
  std::uint64_t id = 0;
  float score = 0;
};

/// What a server says of a collection.
struct QdrantCollectionInfo {
  std::string status = {};  ///< "green", "yellow" (optimising), "grey", "red".
  boost::json::object metadata = {};
};

/// Qdrant's REST API, as far as this program uses it (server 1.16 or later, for the collections'
/// metadata; tested with 1.19). Every answer is checked before it is believed.
/// Errors: Error{unavailable} when nobody answers in time or the server says 429 or 5xx,
/// Error{not_found} for 404, Error{invalid_argument} for 401 and 403 (the key), Error{corrupt} for
/// an answer that is no JSON, of another shape, or that refuses the request as malformed.
/// A request that may be repeated without harm is, once, when its connection was cut: servers close
/// idle connections (Qdrant after 5 s). Writes are tried write_tries times with growing waits.
/// Thread-safe.
class QdrantClient {
 public:
  /// Over libcurl, a pool of connections. Asks nothing yet. Throws Error{invalid_argument} for a
  /// URL that is none or names a user, or options out of range.
  explicit QdrantClient(QdrantOptions options);
  /// The same over a given fetcher, which must be thread-safe if the client is shared.
  QdrantClient(QdrantOptions options, std::unique_ptr<HttpFetcher> fetcher);

  const QdrantOptions& options() const { return options_; }

  /// The same client, over the same connections, whose calls and waits end with Error{unavailable}
  /// within a second or so of a stop request.
  QdrantClient stopped_by(std::stop_token stop) const;
  const std::stop_token& stop() const { return stop_; }

  /// The server's version, "1.19.0": whether it answers in search_timeout and the key is right.
  std::string version() const;

  std::vector<std::string> collections() const;
  /// Nothing when there is none of that name. Also shows whether the key is right.
  std::optional<QdrantCollectionInfo> collection(
      const std::string& name, QdrantPatience patience = QdrantPatience::usual) const;
  void create_collection(const std::string& name, const boost::json::object& spec) const;
  void delete_collection(const std::string& name) const;
  /// Changes parameters, metadata included (merged).
  void update_collection(const std::string& name, const boost::json::object& change) const;
  /// schema: "keyword", "float", "bool" or an object as Qdrant takes it.
  void create_payload_index(const std::string& name, const std::string& field,
                            const boost::json::value& schema) const;

  /// Alias to collection, of the whole server.
  std::map<std::string, std::string> aliases(QdrantPatience patience = QdrantPatience::usual) const;
  /// Points the alias at the collection in one step; searches by it see one or the other.
  void switch_alias(const std::string& alias, const std::string& collection) const;

  /// points: the JSON of an upsert's body. Waits until the points can be found.
  void upsert(const std::string& name, const std::string& body) const;
  void delete_points(const std::string& name, std::span<const std::uint64_t> ids) const;
  /// Exact.
  std::uint64_t count(const std::string& name, const boost::json::object& filter = {}) const;

  /// Runs a query (the body of points/query) and returns its points in the server's order, none of
  /// them twice, every score finite, at most `limit` of them.
  std::vector<QdrantHit> query(const std::string& name, const std::string& body,
                               std::size_t limit) const;

  /// Calls visit(point) for every point, by ascending id from `from` on, in pages of page_size.
  /// request: with_payload, with_vector, filter as Qdrant takes them.
  void scroll(const std::string& name, const boost::json::object& request, std::size_t page_size,
              const std::function<void(const boost::json::object& point)>& visit) const;
  /// The given points, those that exist, in any order.
  boost::json::array retrieve(const std::string& name, std::span<const std::uint64_t> ids,
                              const boost::json::value& with_vector) const;

 private:
  enum class Kind { search, read, write };
  static Kind reading(QdrantPatience patience);
  /// The answer's "result". Body empty: none is sent.
  boost::json::value call(Kind kind, const std::string& method, const std::string& path,
                          const std::string& body = {}) const;
  /// The answer of the node asked last, or of the next one that can be reached.
  FetchResponse fetch(Kind kind, FetchRequest request, const std::string& path) const;
  /// The next call asks the node behind this one.
  void leave(std::size_t node) const;
  FetchRequest request_of(Kind kind, const std::string& method, const std::string& body) const;

  struct Connections;

  QdrantOptions options_;
  std::shared_ptr<Connections> connections_;
  std::stop_token stop_;
};

}  // namespace anireco
