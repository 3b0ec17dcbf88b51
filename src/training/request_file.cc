#include "training/request_file.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.h"
#include "base/gzip_reader.h"
#include "base/hash.h"

namespace anireco {
namespace {

unsigned digit_value(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

std::vector<TrainingRequest> read_training_requests(const std::filesystem::path& path) {
  namespace json = boost::json;
  std::vector<TrainingRequest> requests;
  LineReader reader(path);
  while (reader.next()) {
    const auto refuse = [&](std::string_view reason) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{}:{}: {}", path.filename().string(), reader.line_number(), reason));
    };
    json::error_code code;
    const json::value value = json::parse(reader.line(), code);
    if (code || !value.is_object()) refuse("not a JSON object");
    const json::object& object = value.get_object();
    const json::value* mal = object.if_contains("mal");
    const json::value* kind = object.if_contains("kind");
    const json::value* query = object.if_contains("query");
    TrainingRequest request;
    if (mal == nullptr || !mal->is_int64() || mal->get_int64() <= 0 ||
        mal->get_int64() > std::int64_t{UINT32_MAX}) {
      refuse("\"mal\" must be a number above 0");
    }
    if (kind == nullptr || !kind->is_string()) refuse("\"kind\" must be a text");
    if (query == nullptr || !query->is_string() || query->get_string().empty()) {
      refuse("\"query\" must be a text");
    }
    request.mal = static_cast<std::uint32_t>(mal->get_int64());
    request.kind = std::string(kind->get_string());
    request.query = std::string(query->get_string());
    requests.push_back(std::move(request));
  }
  return requests;
}

bool is_validation_franchise(std::uint32_t franchise) {
  unsigned remainder = 0;
  for (const char digit : sha256_hex(std::to_string(franchise))) {
    remainder = (remainder * 16 + digit_value(digit)) % 10;
  }
  return remainder == 0;
}

}  // namespace anireco
