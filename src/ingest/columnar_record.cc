#include "ingest/columnar_record.h"

#include <boost/json.hpp>

#include "base/error.h"

namespace anireco {
namespace {

namespace json = boost::json;

json::object parse_object(std::string_view text) {
  json::error_code error;
  json::parse_options parsing;
  parsing.max_depth = 12;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, parsing);
  if (error || !value.is_object()) {
    throw Error(ErrorKind::invalid_argument, "row is no JSON object");
  }
  return std::move(value.get_object());
}

bool is_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value != nullptr && value->is_string();
}

json::array remembered_to_list(const json::object& by_language) {
  json::array list;
  for (const auto& language : by_language) {
    for (const json::value& phrase : language.value().as_array()) {
      json::object item;
      item["language"] = language.key();
      item["text"] = phrase.is_object() ? phrase.at("text") : phrase;
      item["spoiler"] = phrase.is_object();
      list.push_back(std::move(item));
    }
  }
  return list;
}

/// Leaves a value alone that is not the list that remembered_to_list() makes.
void remembered_from_list(json::value& value) {
  if (!value.is_array()) return;
  json::object by_language;
  for (json::value& item : value.get_array()) {
    if (!item.is_object() || !is_text(item.get_object(), "language")) return;
    json::object& phrase = item.get_object();
    const json::string language = phrase["language"].get_string();
    json::value& list = by_language[language];
    if (!list.is_array()) list = json::array();
    const json::value* spoiler = phrase.if_contains("spoiler");
    if (spoiler != nullptr && spoiler->is_bool() && !spoiler->get_bool()) phrase.erase("spoiler");
    phrase.erase("language");
    list.get_array().push_back(std::move(phrase));
  }
  value = std::move(by_language);
}

void provenance_from_list(json::value& value) {
  if (!value.is_array()) return;
  json::object by_field;
  for (const json::value& item : value.get_array()) {
    if (!item.is_object() || !is_text(item.get_object(), "field")) return;
    const json::object& entry = item.get_object();
    const json::value* source = entry.if_contains("source");
    by_field[entry.at("field").get_string()] = source == nullptr ? json::value() : *source;
  }
  value = std::move(by_field);
}

void contributions_from_texts(json::value& value) {
  if (!value.is_array()) return;
  for (json::value& item : value.get_array()) {
    if (!item.is_object() || !is_text(item.get_object(), "record")) continue;
    json::value& record = item.get_object()["record"];
    record = parse_object(std::string(record.get_string()));
  }
}

}  // namespace

std::string to_columnar(std::string_view line) {
  json::object record = parse_object(line);
  if (json::value* remembered = record.if_contains("remembered")) {
    *remembered = remembered_to_list(remembered->as_object());
  }
  if (json::value* provenance = record.if_contains("provenance")) {
    json::array list;
    for (const auto& field : provenance->as_object()) {
      list.push_back(json::object{{"field", field.key()}, {"source", field.value()}});
    }
    *provenance = std::move(list);
  }
  if (json::value* contributions = record.if_contains("contributions")) {
    for (json::value& item : contributions->as_array()) {
      if (json::value* said = item.as_object().if_contains("record")) {
        *said = json::serialize(*said);
      }
    }
  }
  return json::serialize(record);
}

std::string from_columnar(std::string_view row) {
  json::object record = parse_object(row);
  if (json::value* value = record.if_contains("remembered")) remembered_from_list(*value);
  if (json::value* value = record.if_contains("provenance")) provenance_from_list(*value);
  if (json::value* value = record.if_contains("contributions")) contributions_from_texts(*value);
  return json::serialize(record);
}

}  // namespace anireco
