#include "recipe_reader.h"

#include "base/error.h"
#include "base/file.h"

namespace anireco::trainer {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;

}  // namespace

RecipeReader::RecipeReader(const std::filesystem::path& path) : path_(path) {
  json::error_code code;
  const json::value value = json::parse(read_file(path, kMaxBytes), code);
  if (code || !value.is_object()) refuse("is not a JSON object");
  object_ = value.get_object();
}

void RecipeReader::refuse(const std::string& reason) const {
  throw Error(ErrorKind::invalid_argument,
              fmt::format("{}: {}", path_.filename().string(), reason));
}

void RecipeReader::number(std::string_view key, double& to, double least, double most) {
  const json::value* value = take(key);
  if (value == nullptr) return;
  json::error_code code;
  const double number = value->to_number<double>(code);
  if (code || !(number >= least && number <= most)) {
    refuse(fmt::format("\"{}\" must be a number from {} to {}", key, least, most));
  }
  to = number;
}

std::string RecipeReader::text(std::string_view key) {
  const json::value* value = take(key);
  if (value == nullptr) return {};
  if (!value->is_string()) refuse(fmt::format("\"{}\" must be a text", key));
  return std::string(value->get_string());
}

std::vector<std::string> RecipeReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  const json::value* value = take(key);
  if (value == nullptr || !value->is_array()) {
    refuse(fmt::format("\"{}\" must be a list", key));
  }
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) refuse(fmt::format("\"{}\" must hold texts", key));
    texts.emplace_back(item.get_string());
  }
  return texts;
}

void RecipeReader::finish() const {
  if (!object_.empty()) {
    refuse(fmt::format("unknown key \"{}\"", std::string(object_.begin()->key())));
  }
}

const json::value* RecipeReader::take(std::string_view key) {
  const auto found = object_.find(key);
  if (found == object_.end()) return nullptr;
  taken_.push_back(found->value());
  object_.erase(found);
  return &taken_.back();
}

}  // namespace anireco::trainer
