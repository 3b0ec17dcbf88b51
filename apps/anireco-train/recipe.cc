#include "recipe.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <deque>

#include "base/error.h"
#include "base/file.h"

namespace anireco::trainer {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {
    json::error_code code;
    const json::value value = json::parse(read_file(path, kMaxBytes), code);
    if (code || !value.is_object()) refuse("is not a JSON object");
    object_ = value.get_object();
  }

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{}: {}", path_.filename().string(), reason));
  }

  void number(std::string_view key, double& to, double least, double most) {
    const json::value* value = take(key);
    if (value == nullptr) return;
    json::error_code code;
    const double number = value->to_number<double>(code);
    if (code || !(number >= least && number <= most)) {
      refuse(fmt::format("\"{}\" must be a number from {} to {}", key, least, most));
    }
    to = number;
  }

  template <typename T>
  void whole(std::string_view key, T& to, T least, T most) {
    const json::value* value = take(key);
    if (value == nullptr) return;
    json::error_code code;
    const auto number = value->to_number<T>(code);
    if (code || number < least || number > most) {
      refuse(fmt::format("\"{}\" must be a whole number from {} to {}", key, least, most));
    }
    to = number;
  }

  std::vector<std::string> texts(std::string_view key) {
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

  void finish() const {
    if (!object_.empty()) {
      refuse(fmt::format("unknown key \"{}\"", std::string(object_.begin()->key())));
    }
  }

 private:
  const json::value* take(std::string_view key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    taken_.push_back(found->value());
    object_.erase(found);
    return &taken_.back();
  }

  std::filesystem::path path_;
  json::object object_;
  std::deque<json::value> taken_;
};

}  // namespace

Recipe read_recipe(const std::filesystem::path& path) {
  Recipe recipe;
  Reader reader(path);
  for (const std::string& name : reader.texts("requests")) {
    recipe.requests.push_back(path.parent_path() / name);
  }
  if (recipe.requests.empty()) reader.refuse("\"requests\" names no file");
  constexpr std::int64_t kMany = 1'000'000;
  reader.whole<std::int64_t>("rank", recipe.rank, 1, 384);
  reader.number("alpha", recipe.alpha, 1e-3, 1e4);
  reader.number("dropout", recipe.dropout, 0, 0.9);
  reader.whole<std::int64_t>("steps", recipe.steps, 1, kMany);
  reader.whole<std::int64_t>("batch", recipe.batch, 2, 4096);
  reader.number("learning_rate", recipe.learning_rate, 1e-9, 1);
  reader.number("warm_up", recipe.warm_up, 0, 1);
  reader.number("weight_decay", recipe.weight_decay, 0, 1);
  reader.number("temperature", recipe.temperature, 1e-3, 10);
  reader.number("window_weight", recipe.window_weight, 0, 100);
  reader.number("word_dropout", recipe.word_dropout, 0, 0.9);
  reader.number("own_words", recipe.own_words, 0, 1);
  reader.whole<std::int64_t>("validate_every", recipe.validate_every, 1, kMany);
  reader.whole<std::uint64_t>("seed", recipe.seed, 0, UINT64_MAX);
  reader.finish();
  return recipe;
}

}  // namespace anireco::trainer
