// Holds docs/record.schema.json, the reader and the starter catalogue together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex.h>

#include <boost/json.hpp>
#include <filesystem>

#include "base/file.h"
#include "base/gzip_reader.h"
#include "catalog/anime_json.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

namespace json = boost::json;

/// The part of JSON Schema that our schema uses.
class Schema {
 public:
  explicit Schema(json::value root) : root_(std::move(root)) {}

  /// Empty when it conforms, else the first fault.
  std::string check(const json::value& value) const { return check(value, root_, "record"); }

 private:
  static bool has_type(const json::value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    return type == "number" && value.is_number();
  }

  static bool matches(const json::value& text, const json::value& pattern) {
    regex_t compiled;
    if (::regcomp(&compiled, pattern.as_string().c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
      return false;
    }
    const bool found = ::regexec(&compiled, text.as_string().c_str(), 0, nullptr, 0) == 0;
    ::regfree(&compiled);
    return found;
  }

  std::string check(const json::value& value, const json::value& rule,
                    const std::string& at) const {
    const json::object& r = rule.as_object();
    if (const auto* reference = r.if_contains("$ref")) {
      const std::string fault =
          check(value, root_.at_pointer(std::string(reference->as_string()).substr(1)), at);
      if (!fault.empty()) return fault;
    }
    if (const auto* any = r.if_contains("anyOf")) {
      std::string fault = at + ": none of the forms";
      for (const auto& option : any->as_array()) {
        if (check(value, option, at).empty()) fault.clear();
      }
      if (!fault.empty()) return fault;
    }
    if (const auto* type = r.if_contains("type")) {
      if (!has_type(value, type->as_string())) return at + ": wrong type";
    }
    if (const auto* names = r.if_contains("enum")) {
      const auto& list = names->as_array();
      if (std::find(list.begin(), list.end(), value) == list.end()) return at + ": not in enum";
    }
    if (const auto* pattern = r.if_contains("pattern")) {
      if (!matches(value, *pattern)) return at + ": does not match";
    }
    if (const auto* minimum = r.if_contains("minimum")) {
      if (value.to_number<double>() < minimum->to_number<double>()) return at + ": too small";
    }
    if (const auto* maximum = r.if_contains("maximum")) {
      if (value.to_number<double>() > maximum->to_number<double>()) return at + ": too large";
    }
    if (const auto* least = r.if_contains("minLength")) {
      if (static_cast<std::int64_t>(value.as_string().size()) < least->as_int64()) {
        return at + ": too short";
      }
    }
    return value.is_object()  ? check_object(value.as_object(), r, at)
           : value.is_array() ? check_array(value.as_array(), r, at)
                              : std::string();
  }

  std::string check_array(const json::array& list, const json::object& r,
                          const std::string& at) const {
    if (const auto* items = r.if_contains("items")) {
      for (const auto& item : list) {
        const std::string fault = check(item, *items, at + "[]");
        if (!fault.empty()) return fault;
      }
    }
    return {};
  }

  std::string check_object(const json::object& object, const json::object& r,
                           const std::string& at) const {
    if (const auto* required = r.if_contains("required")) {
      for (const auto& key : required->as_array()) {
        if (!object.contains(key.as_string())) {
          return at + ": lacks " + std::string(key.as_string());
        }
      }
    }
    if (!r.contains("properties") && !r.contains("additionalProperties")) return {};
    const json::object none;
    const auto* properties = r.if_contains("properties");
    const json::object& known = properties != nullptr ? properties->as_object() : none;
    for (const auto& member : object) {
      const std::string path = at + "." + std::string(member.key());
      if (const auto* rule = known.if_contains(member.key())) {
        const std::string fault = check(member.value(), *rule, path);
        if (!fault.empty()) return fault;
      } else if (const auto* rest = r.if_contains("additionalProperties")) {
        if (!rest->is_object()) return path + ": unknown";
        const std::string fault = check(member.value(), *rest, path);
        if (!fault.empty()) return fault;
      }
    }
    return {};
  }

  json::value root_;
};

Schema record_schema() {
  return Schema(json::parse(read_file(ANIRECO_SOURCE_DIR "/docs/record.schema.json")));
}

TEST(RecordSchema, DescribesEverythingThatIsWritten) {
  EXPECT_EQ(record_schema().check(json::parse(to_json(full_record()))), "");
}

TEST(RecordSchema, RefusesWhatTheReaderRefuses) {
  const Schema schema = record_schema();
  for (const char* fields :
       {R"("episodes":"many")", R"("type":"opera")", R"("year":12)", R"("genres":"Action")",
        R"("ids":{"imdb":"12"})", R"x("image_url":"javascript:alert(1)")x", R"("id":"not ours")",
        R"("relations":[{"kind":"cousin","ids":{"mal":1}}])", R"("aired_from":"next week")"}) {
    const std::string line = R"({"titles":{"romaji":"X"},)" + std::string(fields) + "}";
    EXPECT_NE(schema.check(json::parse(line)), "") << line;
    EXPECT_ANY_THROW(parse_anime_json(line)) << line;
  }
  EXPECT_NE(schema.check(json::parse(R"({"type":"tv"})")), "");
}

TEST(RecordSchema, EveryStarterRecordIsReadWithoutAWarningAndWrittenInItsForm) {
  const Schema schema = record_schema();
  const std::filesystem::path folder = ANIRECO_SOURCE_DIR "/data/starter";
  std::size_t records = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    LineReader reader(entry.path());
    while (reader.next()) {
      const auto where =
          entry.path().filename().string() + ":" + std::to_string(reader.line_number());
      const ParsedAnime parsed = parse_anime_json(reader.line());
      EXPECT_THAT(parsed.warnings, ::testing::IsEmpty()) << where;
      const std::string written = to_json(parsed.anime);
      EXPECT_EQ(schema.check(json::parse(written)), "") << where;
      EXPECT_EQ(parse_anime_json(written).anime, parsed.anime) << where;
      ++records;
    }
  }
  EXPECT_GE(records, 100U);
}

}  // namespace
}  // namespace anireco
