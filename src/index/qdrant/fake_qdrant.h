#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "index/qdrant/answer_fields.h"
#include "net/http_fetcher.h"

namespace anireco {

/// As much of a Qdrant server as writers of collections ask, for tests: behind a ScriptedFetcher.
/// Not thread-safe.
class FakeQdrant {
 public:
  struct Collection {
    boost::json::object spec = {};  ///< The body that made it, but for its metadata.
    boost::json::object metadata = {};
    std::set<std::uint64_t> points = {};
  };
  std::map<std::string, Collection> collections;
  std::map<std::string, std::string> aliases;
  std::vector<std::string> deleted;
  int lost_creations = 0;  ///< So many are done, but answered with 503.
  int optimising = 0;      ///< At so many questions a collection is still being optimised.
  std::function<void()> on_question = {};  ///< Called at each question about a collection.

  FetchResponse answer(const FetchRequest& request) {
    const std::string path = request.url.substr(request.url.find('/', 8));
    const boost::json::value body =
        request.body.empty() ? boost::json::value() : boost::json::parse(request.body);
    if (path == "/collections") return result({{"collections", names()}});
    if (path == "/aliases") return result({{"aliases", alias_list()}});
    if (path == "/collections/aliases") return change_aliases(body);
    const std::size_t begin = std::string("/collections/").size();
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (request.method == "PUT" && end == path.size()) return create(name, body);
    const auto found = collections.find(name);
    if (found == collections.end()) return {.status = 404};
    return answer(request.method, name, path.substr(end), body, found->second);
  }

 private:
  static FetchResponse result(const boost::json::value& value) {
    return {.status = 200, .body = boost::json::serialize(boost::json::object{{"result", value}})};
  }

  FetchResponse answer(const std::string& method, const std::string& name, const std::string& rest,
                       const boost::json::value& body, Collection& collection) {
    if (rest == "/points/count") return result({{"count", collection.points.size()}});
    if (rest == "/points/scroll") {
      boost::json::array points;
      for (const std::uint64_t id : collection.points) {
        points.push_back(boost::json::object{{"id", id}});
      }
      return result({{"points", std::move(points)}});
    }
    if (rest.starts_with("/points/delete")) {
      for (const boost::json::value& id : body.at("points").as_array()) {
        collection.points.erase(as_count(id));
      }
    } else if (rest.starts_with("/points")) {
      for (const boost::json::value& point : body.at("points").as_array()) {
        collection.points.insert(as_count(point.at("id")));
      }
    } else if (method == "PATCH") {
      for (const auto& entry : body.at("metadata").as_object()) {
        collection.metadata[entry.key()] = entry.value();
      }
    } else if (method == "DELETE") {
      deleted.push_back(name);
      std::erase_if(aliases, [&](const auto& alias) { return alias.second == name; });
      collections.erase(name);
    } else if (method == "GET") {
      if (on_question) on_question();
      const char* status = optimising > 0 ? "yellow" : "green";
      if (optimising > 0) --optimising;
      return result({{"status", status}, {"config", {{"metadata", collection.metadata}}}});
    }
    return result(true);
  }

  FetchResponse create(const std::string& name, const boost::json::value& body) {
    if (collections.contains(name)) return {.status = 409};
    boost::json::object spec = body.as_object();
    collections[name].metadata = spec.at("metadata").as_object();
    spec.erase("metadata");
    collections[name].spec = std::move(spec);
    if (lost_creations-- > 0) return {.status = 503};
    return result(true);
  }

  FetchResponse change_aliases(const boost::json::value& body) {
    for (const boost::json::value& action : body.at("actions").as_array()) {
      if (const boost::json::value* made = action.as_object().if_contains("create_alias")) {
        aliases[std::string(as_string(made->at("alias_name")))] =
            as_string(made->at("collection_name"));
      }
    }
    return result(true);
  }

  boost::json::array names() const {
    boost::json::array out;
    for (const auto& [name, collection] : collections) {
      out.push_back(boost::json::object{{"name", name}});
    }
    return out;
  }

  boost::json::array alias_list() const {
    boost::json::array out;
    for (const auto& [alias, name] : aliases) {
      out.push_back(boost::json::object{{"alias_name", alias}, {"collection_name", name}});
    }
    return out;
  }
};

}  // namespace anireco
