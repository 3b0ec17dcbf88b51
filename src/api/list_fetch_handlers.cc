#include <algorithm>
#include <numeric>

#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/profile_call.h"
#include "catalog/profile.h"

namespace anireco {
namespace {

struct FetchCall {
  std::string site;
  std::string user;
  Audience audience;
  ListMode mode = ListMode::merge;
};

FetchCall read_fetch(const ApiCall& call, bool stores) {
  QueryReader query(call.target.query);
  const Audience audience = read_list_audience(call, query);
  query.finish();
  const ListServices& lists = call.api.services().lists;
  if (!lists.fetch) {
    throw Problem(
        403, "lists of other sites are not fetched by this server; see the setting list_fetch");
  }
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  const auto known = [&](std::string_view name) -> std::optional<std::string> {
    if (std::ranges::find(lists.sites, name) == lists.sites.end()) return std::nullopt;
    return std::string(name);
  };
  FetchCall fetch{.site = reader.choice("site", known).value_or(""),
                  .user = reader.text("user", kNameRules).value_or(""),
                  .audience = audience};
  if (stores) fetch.mode = reader.choice("mode", parse_list_mode).value_or(ListMode::merge);
  for (const char* name : {"site", "user"}) {
    if (!reader.has(name)) errors.add(name, "must be given");
  }
  reader.finish();
  errors.throw_if_any();
  return fetch;
}

}  // namespace

Outcome post_profile_fetch(ApiCall& call) {
  ProfileStore& store = profile_store(call);
  const std::string name = profile_key(call.path_values.front(), "name");
  const FetchCall fetch = read_fetch(call, true);
  return NeedsWaiting{[&call, &store, name, fetch] {
    const IncomingList list = call.api.services().lists.fetch(fetch.site, fetch.user);
    return store_list(call, store, {name, fetch.mode, fetch.audience.level}, list);
  }};
}

Outcome post_list_fetch(ApiCall& call) {
  const FetchCall fetch = read_fetch(call, false);
  return NeedsWaiting{[&call, fetch] {
    const IncomingList list = call.api.services().lists.fetch(fetch.site, fetch.user);
    const Audience& audience = fetch.audience;
    std::vector<DocId> docs;
    docs.reserve(list.entries.size());
    for (const ListEntry& entry : list.entries) {
      docs.push_back(find_listed(audience.catalog, entry.ids, audience.level));
    }
    JsonWriter json;
    json.begin_object();
    json.field("unknown", static_cast<std::size_t>(std::ranges::count(docs, ListView::kUnknown)));
    json.field("skipped", list.skipped);
    json.key("entries");
    write_list_entries(json, audience, list.entries, docs);
    json.field("generation", call.snapshot->generation.number);
    json.end_object();
    return json_response(call, json.take());
  }};
}

}  // namespace anireco
