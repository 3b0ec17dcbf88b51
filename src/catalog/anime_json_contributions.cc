#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <string>

#include "catalog/anime_json.h"
#include "catalog/json_fields.h"

namespace anireco {
namespace {

Anime without_own_ids(Anime anime) {
  anime.id.clear();
  anime.former_ids.clear();
  return anime;
}

}  // namespace

std::string to_json(const TitleRecord& title) {
  std::string out = to_json(title.merged);
  if (title.contributions.empty()) return out;
  const std::string merged = to_json(without_own_ids(title.merged));
  out.pop_back();
  out += out.size() > 1 ? ",\"contributions\":[" : "\"contributions\":[";
  for (const SourceRecord& contribution : title.contributions) {
    if (out.back() != '[') out += ',';
    out += "{\"source\":" + boost::json::serialize(boost::json::string(contribution.source));
    if (contribution.by_id) out += ",\"by_id\":true";
    const std::string record = to_json(contribution.record);
    if (title.contributions.size() > 1 || record != merged) out += ",\"record\":" + record;
    out += '}';
  }
  out += "]}";
  return out;
}

namespace json_detail {

void read_contributions(const Fields& fields, ParsedAnime& out) {
  const json::array* items = fields.array("contributions");
  if (items == nullptr) return;
  const std::string path = fields.path_of("contributions");
  for (const json::value& item : *items) {
    if (!item.is_object()) fields.fail("contributions", "must be a list of objects");
    const Fields inner(item.get_object(), path);
    inner.warn_unknown({"source", "by_id", "record"}, out.warnings);
    SourceRecord contribution;
    contribution.source = inner.text("source", 64);
    if (contribution.source.empty()) inner.fail("source", "is missing");
    check_source(contribution.source);
    contribution.by_id = inner.flag("by_id");
    if (const auto record = inner.object("record")) {
      ParsedAnime said;
      said.source = contribution.source;
      read_record_form(*record, said);
      contribution.record = without_own_ids(std::move(said.anime));
      out.warnings.insert(out.warnings.end(), said.warnings.begin(), said.warnings.end());
    } else if (items->size() == 1) {
      contribution.record = without_own_ids(out.anime);
    } else {
      inner.fail("record", "is missing");
    }
    normalise(contribution.record);
    out.contributions.push_back(std::move(contribution));
  }
}

}  // namespace json_detail
}  // namespace anireco
