#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "gather/list_forms.h"

namespace anireco::list_detail {
namespace {

/// The target of a Shikimori rate; nothing for manga and ranobe.
std::optional<ListEntry> shikimori_entry(const Fields& fields) {
  ListEntry entry;
  if (const auto anime = fields.object("anime")) {
    entry.ids.mal = anime->number("id", kMaxId);
    entry.title = list_title(loose_text(anime->raw(), "name"));
  } else if (fields.raw().contains("target_id")) {
    const std::string type = fields.text("target_type");
    if (!type.empty() && type != "Anime") return std::nullopt;
    entry.ids.mal = fields.number("target_id", kMaxId);
    entry.title = list_title(loose_text(fields.raw(), "target_title"));
  } else {
    if (fields.object("manga")) return std::nullopt;
    fields.fail("target_id", "must be given: this looks like no Shikimori list");
  }
  // Shikimori numbers anime as MyAnimeList does.
  entry.ids.shikimori = entry.ids.mal;
  return entry;
}

}  // namespace

ListFile read_shikimori(const json::array& root, const ListLimits& limits) {
  ListFile list{.form = ListForm::shikimori_json};
  for (std::size_t n = 0; n < root.size(); ++n) {
    const Fields fields = element(root[n], "", n);
    auto entry = shikimori_entry(fields);
    if (!entry) {
      ++list.skipped;
      continue;
    }
    entry->status = required_status(fields, "status");
    entry->score = whole_score(fields, "score");
    add_entry(list, *std::move(entry), fields.path_of("target_id"), limits);
  }
  return list;
}

ListFile read_mal_json(const json::object& root, const ListLimits& limits) {
  ListFile list{.form = ListForm::mal_json};
  const json::array* data = long_array(Fields(root, ""), "data");
  for (std::size_t n = 0; data != nullptr && n < data->size(); ++n) {
    const Fields fields = element((*data)[n], "data", n);
    const auto node = fields.object("node");
    const auto state = fields.object("list_status");
    if (!node) fields.fail("node", "must be given");
    if (!state) fields.fail("list_status", "must be given");
    ListEntry entry;
    entry.ids.mal = node->number("id", kMaxId);
    entry.title = list_title(loose_text(node->raw(), "title"));
    entry.status = required_status(*state, "status");
    entry.score = whole_score(*state, "score");
    add_entry(list, std::move(entry), fields.path_of("node"), limits);
  }
  return list;
}

ListFile read_own(const json::object& root, const ListLimits& limits) {
  const Fields whole(root, "");
  if (whole.text("format") != "anireco-list") {
    whole.fail("format", "is none that is known; expected \"anireco-list\"");
  }
  if (whole.number("version", 1000) != 1) whole.fail("version", "is none that is known");
  ListFile list{.form = ListForm::anireco_json};
  const json::array* entries = long_array(whole, "entries");
  if (entries == nullptr) whole.fail("entries", "must be given");
  for (std::size_t n = 0; n < entries->size(); ++n) {
    const Fields fields = element((*entries)[n], "entries", n);
    const auto ids = fields.object("ids");
    if (!ids) fields.fail("ids", "must be given");
    ListEntry entry;
    entry.ids = {.mal = ids->number("mal", kMaxId),
                 .anilist = ids->number("anilist", kMaxId),
                 .kitsu = ids->number("kitsu", kMaxId),
                 .anidb = ids->number("anidb", kMaxId),
                 .shikimori = ids->number("shikimori", kMaxId),
                 .imdb = ids->text("imdb", 20)};
    entry.title = list_title(fields.text("title", 4 * ListEntry::kMaxTitle));
    if (fields.find("status") != nullptr) {
      const auto status = exact_list_status(fields.text("status"));
      if (!status)
        fields.fail("status", "must be planned, watching, completed, on_hold or dropped");
      entry.status = *status;
    }
    entry.score = whole_score(fields, "score");
    if (fields.find("mark") != nullptr) {
      const auto mark = exact_list_mark(fields.text("mark"));
      if (!mark) fields.fail("mark", "must be liked, disliked or none");
      entry.mark = *mark;
    }
    add_entry(list, std::move(entry), fields.path_of("ids"), limits);
  }
  return list;
}

}  // namespace anireco::list_detail
