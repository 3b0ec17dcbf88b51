#include <algorithm>

#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/profile_call.h"
#include "catalog/anime_id.h"
#include "catalog/identity.h"
#include "catalog/profile.h"

namespace anireco {
namespace {

std::optional<std::string> parse_export_format(std::string_view word) {
  if (word == "json" || word == "mal") return std::string(word);
  return std::nullopt;
}

HttpResponse summary_response(const ApiCall& call, const Profile& profile, Level level) {
  const auto view = call.api.services().list_views->view(profile, call.snapshot, level);
  JsonWriter json;
  json.begin_object();
  write_profile_fields(json, profile, *view);
  json.end_object();
  return json_response(call, json.take());
}

/// The ids by which an entry of a profile is found: all that the catalogue knows of the title of
/// the route's {id}. What it does not know can be reached at level adult alone, as it is shown
/// there. Throws Problem 404 for any other.
ExternalIds route_title(const ApiCall& call, const Audience& audience) {
  const std::string& id = call.path_values.back();
  const auto doc = audience.catalog.find(id);
  if (doc && audience.may_see(*doc)) return audience.catalog[*doc].ids;
  const auto site = parse_site_id(id);
  if (doc || !site || audience.level != Level::adult) throw Problem(404, "no title has this id");
  for (const ListEntry& entry : route_profile(call)->entries) {
    const auto ids = site_ids(entry.ids);
    if (std::ranges::find(ids, *site) != ids.end()) return entry.ids;
  }
  throw Problem(404, "no title has this id");
}

struct EntryChange {
  std::optional<ListStatus> status;
  std::optional<std::int64_t> score;
  std::optional<ListMark> mark;
};

EntryChange read_change(const ApiCall& call) {
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  EntryChange change{.status = reader.choice("status", exact_list_status),
                     .score = reader.integer("score", {0, 10}),
                     .mark = reader.choice("mark", exact_list_mark)};
  reader.finish();
  errors.throw_if_any();
  if (!change.status && !change.score && !change.mark) {
    throw invalid_field("status", "one of status, score and mark must be given");
  }
  return change;
}

void apply(const EntryChange& change, ListEntry& entry) {
  if (change.status) entry.status = *change.status;
  if (change.score) entry.score = static_cast<std::uint8_t>(*change.score);
  if (change.mark) entry.mark = *change.mark;
}

bool says_nothing(const ListEntry& entry) {
  return entry.status == ListStatus::none && entry.score == 0 && entry.mark == ListMark::none;
}

auto find_entry(std::vector<ListEntry>& entries, const ExternalIds& ids) {
  return std::ranges::find_if(entries, [&](const ListEntry& e) { return same_title(e.ids, ids); });
}

}  // namespace

Outcome get_profile(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Audience audience = read_list_audience(call, reader);
  reader.finish();
  return summary_response(call, *route_profile(call), audience.level);
}

Outcome put_profile(ApiCall& call) {
  QueryReader reader(call.target.query);
  const ListMode mode = reader.choice("mode", parse_list_mode).value_or(ListMode::merge);
  const Audience audience = read_list_audience(call, reader);
  reader.finish();
  ProfileStore& store = profile_store(call);
  const std::string name = profile_key(call.path_values.front(), "name");
  IncomingList list;
  try {
    list = call.api.services().lists.read(call.request.body);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_argument) throw;
    throw invalid_field("body", error.what());
  }
  return store_list(call, store, {name, mode, audience.level}, list);
}

HttpResponse store_list(const ApiCall& call, ProfileStore& store, const ListTarget& target,
                        const IncomingList& list) {
  ListChange change;
  const auto profile = store.change(target.name, [&](std::vector<ListEntry>& entries) {
    change = combine_lists(entries, list.entries, target.mode);
  });
  const auto view = call.api.services().list_views->view(*profile, call.snapshot, target.level);
  JsonWriter json;
  json.begin_object();
  write_profile_fields(json, *profile, *view);
  json.field("form", list.form);
  json.field("added", change.added);
  json.field("changed", change.changed);
  json.field("removed", change.removed);
  json.field("skipped", list.skipped);
  json.end_object();
  return json_response(call, json.take());
}

Outcome delete_profile(ApiCall& call) {
  QueryReader(call.target.query).finish();
  ProfileStore& store = profile_store(call);
  if (!store.erase(profile_key(call.path_values.front(), "name"))) {
    throw Problem(404, "no profile has this name");
  }
  return HttpResponse{.status = 204};
}

Outcome get_profile_entries(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Audience audience = read_list_audience(call, reader);
  reader.finish();
  const auto profile = route_profile(call);
  const auto view = call.api.services().list_views->view(*profile, call.snapshot, audience.level);
  JsonWriter json;
  json.begin_object();
  json.field("name", profile->name);
  json.field("updated", profile->updated);
  json.field("unknown", view->unknown);
  json.key("entries");
  write_list_entries(json, audience, profile->entries, view->docs);
  json.field("generation", call.snapshot->generation.number);
  json.end_object();
  return json_response(call, json.take());
}

Outcome patch_profile_entry(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Audience audience = read_list_audience(call, reader);
  reader.finish();
  ProfileStore& store = profile_store(call);
  const std::string name = profile_key(call.path_values.front(), "name");
  const EntryChange change = read_change(call);
  const ExternalIds ids = route_title(call, audience);
  const DocId doc = find_listed(audience.catalog, ids, audience.level);
  ListEntry changed;
  store.change(name, [&](std::vector<ListEntry>& entries) {
    auto entry = find_entry(entries, ids);
    if (entry == entries.end()) {
      ListEntry fresh{.ids = ids};
      if (doc != ListView::kUnknown) fresh.title = display_title(audience.catalog[doc]);
      entry = entries.insert(entries.end(), std::move(fresh));
    }
    apply(change, *entry);
    changed = *entry;
    if (says_nothing(*entry)) entries.erase(entry);
  });
  JsonWriter json;
  write_list_entry(json, audience, changed, doc);
  return json_response(call, json.take());
}

Outcome delete_profile_entry(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Audience audience = read_list_audience(call, reader);
  reader.finish();
  ProfileStore& store = profile_store(call);
  route_profile(call);
  const ExternalIds ids = route_title(call, audience);
  store.change(profile_key(call.path_values.front(), "name"), [&](std::vector<ListEntry>& entries) {
    const auto entry = find_entry(entries, ids);
    if (entry == entries.end()) throw Problem(404, "the title is not in this profile");
    entries.erase(entry);
  });
  return HttpResponse{.status = 204};
}

Outcome get_profile_export(ApiCall& call) {
  QueryReader reader(call.target.query);
  const std::string format = reader.choice("format", parse_export_format).value_or("json");
  reader.finish();
  const auto profile = route_profile(call);
  // A list of one site's numbers goes to another one with the numbers that the catalogue knows.
  std::vector<ListEntry> entries = profile->entries;
  for (ListEntry& entry : entries) {
    const DocId doc = find_listed(*call.snapshot->catalog, entry.ids, Level::adult);
    if (doc != ListView::kUnknown) entry.ids = unite(entry.ids, (*call.snapshot->catalog)[doc].ids);
  }
  HttpResponse response{.content_type = format == "json" ? "application/json" : "application/xml"};
  response.headers.emplace_back("Content-Disposition",
                                format == "json" ? "attachment; filename=\"anime-list.json\""
                                                 : "attachment; filename=\"anime-list.xml\"");
  response.set_body(call.api.services().lists.write(format, profile->name, entries));
  return response;
}

}  // namespace anireco
