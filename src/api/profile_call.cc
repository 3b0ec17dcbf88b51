#include "api/profile_call.h"

#include <array>

#include "text/short_name.h"

namespace anireco {

Problem profiles_off() {
  return Problem(403, "profiles are switched off on this server; see the setting profiles");
}

ProfileStore& profile_store(const ApiCall& call) {
  const auto& store = call.api.services().lists.profiles;
  if (!store) throw profiles_off();
  return *store;
}

std::string profile_key(std::string_view name, const std::string& field) {
  auto key = fold_short_name(name, kMaxProfileName);
  if (!key) throw invalid_field(field, "must be 1 to 40 letters, digits, hyphens or underscores");
  return *std::move(key);
}

std::shared_ptr<const Profile> route_profile(const ApiCall& call) {
  const ProfileStore& store = profile_store(call);
  auto profile = store.load(profile_key(call.path_values.front(), "name"));
  if (!profile) throw Problem(404, "no profile has this name");
  return profile;
}

ListUse use_profile(ApiCall& call, const ProfileUse& use, Level level) {
  if (use.name.empty()) return {};
  const ProfileStore& store = profile_store(call);
  const auto profile = store.load(profile_key(use.name, "profile"));
  if (!profile) throw Problem(404, "no profile has this name");
  call.etag.clear();
  ListViews& views = *call.api.services().list_views;
  if (!use.learn) {
    return {.view = views.view(*profile, call.snapshot, level), .drop_planned = use.drop_planned};
  }
  const ListOnSnapshot list = views.with_taste(*profile, call.snapshot, level);
  return {.view = list.view,
          .taste = list.taste,
          .drop_planned = use.drop_planned,
          .whole_franchises = true};
}

std::optional<bool> parse_planned(std::string_view word) {
  if (word == "keep") return false;
  if (word == "drop") return true;
  return std::nullopt;
}

std::optional<ListMode> parse_list_mode(std::string_view word) {
  if (word == "merge") return ListMode::merge;
  if (word == "replace") return ListMode::replace;
  return std::nullopt;
}

Audience read_list_audience(const ApiCall& call, QueryReader& reader) {
  const Level asked = reader.choice("level", exact_level).value_or(Level::standard);
  const Language language = reader.choice("lang", parse_language).value_or(call.accept_language);
  return {*call.snapshot->catalog, call.api.services().labels, language,
          std::min(asked, call.api.options().max_level)};
}

void write_profile_fields(JsonWriter& json, const Profile& profile, const ListView& view) {
  std::array<std::size_t, 6> statuses{};
  std::array<std::size_t, 3> marks{};
  std::size_t scored = 0;
  for (const ListEntry& entry : profile.entries) {
    ++statuses[static_cast<std::size_t>(entry.status)];
    ++marks[static_cast<std::size_t>(entry.mark)];
    scored += entry.score != 0 ? 1 : 0;
  }
  json.field("name", profile.name);
  json.field("updated", profile.updated);
  json.field("entries", profile.entries.size());
  json.field("unknown", view.unknown);
  json.key("counts");
  json.begin_object();
  for (const ListStatus status : {ListStatus::planned, ListStatus::watching, ListStatus::completed,
                                  ListStatus::on_hold, ListStatus::dropped}) {
    json.field(to_string(status), statuses[static_cast<std::size_t>(status)]);
  }
  json.end_object();
  json.field("scored", scored);
  json.key("marks");
  json.begin_object();
  for (const ListMark mark : {ListMark::liked, ListMark::disliked}) {
    json.field(to_string(mark), marks[static_cast<std::size_t>(mark)]);
  }
  json.end_object();
}

void write_list_entries(JsonWriter& json, const Audience& audience,
                        std::span<const ListEntry> entries, std::span<const DocId> docs) {
  json.begin_array();
  for (std::size_t n = 0; n < entries.size(); ++n) {
    if (docs[n] == ListView::kUnknown && audience.level != Level::adult) continue;
    write_list_entry(json, audience, entries[n], docs[n]);
  }
  json.end_array();
}

void write_list_entry(JsonWriter& json, const Audience& audience, const ListEntry& entry,
                      DocId doc) {
  json.begin_object();
  if (doc != ListView::kUnknown) {
    write_identity_fields(json, audience, audience.catalog[doc]);
  } else {
    json.key("ids");
    write_ids(json, entry.ids);
    json.field_or_null("title", entry.title);
  }
  json.key("status");
  if (entry.status == ListStatus::none) {
    json.null();
  } else {
    json.string(to_string(entry.status));
  }
  json.field_or_null("score", static_cast<int>(entry.score));
  json.field("mark", to_string(entry.mark));
  json.end_object();
}

}  // namespace anireco
