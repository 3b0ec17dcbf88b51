#include "text/word_piece_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;
constexpr std::int64_t kMaxId = (std::int64_t{1} << 24) - 1;
constexpr std::int64_t kMaxWordCharacters = 100'000;

/// A value of the file with its path ("model.vocab"), for messages that name it.
class Field {
 public:
  Field(std::string file, std::string path, const json::value* value)
      : file_(std::move(file)), path_(std::move(path)), value_(value) {}

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorKind::corrupt,
                fmt::format("{}: {} {}", file_, path_.empty() ? "the file" : path_, what));
  }

  Field operator[](std::string_view key) const {
    const json::value* found = nullptr;
    if (value_ != nullptr && value_->is_object()) found = value_->get_object().if_contains(key);
    return {file_, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key), found};
  }

  std::vector<Field> elements() const {
    if (value_ == nullptr || !value_->is_array()) fail("must be a list");
    std::vector<Field> fields;
    for (const json::value& element : value_->get_array()) {
      fields.emplace_back(file_, fmt::format("{}[{}]", path_, fields.size()), &element);
    }
    return fields;
  }

  const json::object& object() const {
    if (value_ == nullptr || !value_->is_object()) fail("must be an object");
    return value_->get_object();
  }

  bool absent() const { return value_ == nullptr || value_->is_null(); }

  std::string text() const {
    if (value_ == nullptr || !value_->is_string()) fail("must be a string");
    return std::string(std::string_view(value_->get_string()));
  }
  std::string text_or(std::string_view fallback) const {
    return absent() ? std::string(fallback) : text();
  }

  bool flag_or(bool fallback) const {
    if (absent()) return fallback;
    if (!value_->is_bool()) fail("must be true or false");
    return value_->get_bool();
  }

  std::int64_t number(std::int64_t largest) const {
    if (value_ == nullptr || !value_->is_int64()) fail("must be a whole number");
    const std::int64_t number = value_->get_int64();
    if (number < 0 || number > largest) fail(fmt::format("must lie in 0..{}", largest));
    return number;
  }
  std::int32_t id() const { return static_cast<std::int32_t>(number(kMaxId)); }

  void require_type(std::string_view wanted) const {
    const std::string type = (*this)["type"].text_or("");
    if (type != wanted) {
      (*this)["type"].fail(fmt::format("is \"{}\", only {} is supported", type, wanted));
    }
  }

 private:
  std::string file_;
  std::string path_;
  const json::value* value_;
};

json::value parse_file(const std::filesystem::path& path) {
  json::error_code error;
  json::value value = json::parse(read_file(path, kMaxFileBytes), error);
  if (error) {
    throw Error(ErrorKind::corrupt, fmt::format("{} is not JSON", path.filename().string()),
                fmt::format("{}: {}", path.string(), error.message()));
  }
  return value;
}

std::optional<std::int32_t> find_piece(const WordPieceSettings& settings, std::string_view piece) {
  const auto found = std::find_if(settings.vocabulary.begin(), settings.vocabulary.end(),
                                  [&](const auto& entry) { return entry.first == piece; });
  if (found == settings.vocabulary.end()) return std::nullopt;
  return found->second;
}

void read_vocabulary(const Field& vocabulary, WordPieceSettings& settings) {
  std::unordered_set<std::int32_t> seen;
  for (const auto& entry : vocabulary.object()) {
    const std::string piece(std::string_view(entry.key()));
    const Field value("tokenizer.json", fmt::format("model.vocab[\"{}\"]", piece), &entry.value());
    const std::int32_t id = value.id();
    if (!seen.insert(id).second) value.fail("repeats an id");
    settings.vocabulary.emplace_back(piece, id);
  }
  if (settings.vocabulary.empty()) vocabulary.fail("is empty");
}

void read_normalizer(const Field& normalizer, WordPieceSettings& settings) {
  normalizer.require_type("BertNormalizer");
  settings.clean_text = normalizer["clean_text"].flag_or(true);
  settings.handle_ideographs = normalizer["handle_chinese_chars"].flag_or(true);
  settings.lower_case = normalizer["lowercase"].flag_or(true);
  settings.strip_accents = normalizer["strip_accents"].flag_or(settings.lower_case);
}

void read_template(const Field& processor, WordPieceSettings& settings) {
  if (processor["type"].text_or("") == "BertProcessing") {
    const auto cls = processor["cls"].elements();
    const auto sep = processor["sep"].elements();
    if (cls.size() != 2) processor["cls"].fail("must have two elements");
    if (sep.size() != 2) processor["sep"].fail("must have two elements");
    settings.cls_id = cls[1].id();
    settings.sep_id = sep[1].id();
    return;
  }
  processor.require_type("TemplateProcessing");
  const Field single = processor["single"];
  const std::vector<Field> parts = single.elements();
  if (parts.size() != 3 || parts[0]["SpecialToken"].absent() || parts[1]["Sequence"].absent() ||
      parts[2]["SpecialToken"].absent()) {
    single.fail("must be one special token, the text, one special token");
  }
  const auto special = [&](const Field& part) {
    const std::string name = part["SpecialToken"]["id"].text();
    const Field ids = processor["special_tokens"][name]["ids"];
    const std::vector<Field> elements = ids.elements();
    if (elements.size() != 1) ids.fail("must have one element");
    return elements[0].id();
  };
  settings.cls_id = special(parts[0]);
  settings.sep_id = special(parts[2]);
}

void read_added_tokens(const Field& added, WordPieceSettings& settings) {
  if (added.absent()) return;
  for (const Field& token : added.elements()) {
    if (token["normalized"].flag_or(false)) {
      token["normalized"].fail("is true, only false is supported");
    }
    AddedToken read{.content = token["content"].text(),
                    .id = token["id"].id(),
                    .single_word = token["single_word"].flag_or(false),
                    .strip_left = token["lstrip"].flag_or(false),
                    .strip_right = token["rstrip"].flag_or(false)};
    if (read.content.empty()) token["content"].fail("is empty");
    settings.added.push_back(std::move(read));
  }
}

WordPieceSettings read_tokenizer_json(const std::filesystem::path& path) {
  const json::value document = parse_file(path);
  const Field root("tokenizer.json", "", &document);
  WordPieceSettings settings;
  const Field model = root["model"];
  if (!model["type"].absent()) model.require_type("WordPiece");
  read_vocabulary(model["vocab"], settings);
  settings.continuing_prefix = model["continuing_subword_prefix"].text_or("##");
  if (!model["max_input_chars_per_word"].absent()) {
    settings.max_word_characters =
        static_cast<std::size_t>(model["max_input_chars_per_word"].number(kMaxWordCharacters));
  }
  read_normalizer(root["normalizer"], settings);
  root["pre_tokenizer"].require_type("BertPreTokenizer");
  read_template(root["post_processor"], settings);
  read_added_tokens(root["added_tokens"], settings);

  const std::string unknown = model["unk_token"].text_or("[UNK]");
  const auto unknown_id = find_piece(settings, unknown);
  if (!unknown_id) model["unk_token"].fail(fmt::format("\"{}\" is not in the vocabulary", unknown));
  settings.unknown_id = *unknown_id;
  if (const Field pad = root["padding"]["pad_id"]; !pad.absent()) {
    settings.pad_id = pad.id();
  } else {
    settings.pad_id = find_piece(settings, "[PAD]").value_or(0);
  }
  return settings;
}

WordPieceSettings read_vocabulary_text(const std::filesystem::path& folder) {
  WordPieceSettings settings;
  const std::string content = read_file(folder / "vocab.txt", kMaxFileBytes);
  std::unordered_map<std::string, std::int32_t> ids;
  std::int32_t line = 0;
  for (std::size_t begin = 0; begin < content.size(); ++line) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    std::string piece = content.substr(begin, end - begin);
    if (!piece.empty() && piece.back() == '\r') piece.pop_back();
    if (line > kMaxId) throw Error(ErrorKind::corrupt, "vocab.txt has too many lines");
    ids.insert_or_assign(std::move(piece), line);  // The last of equal lines counts, as in Python.
    begin = end + 1;
  }
  settings.vocabulary.assign(ids.begin(), ids.end());
  std::sort(settings.vocabulary.begin(), settings.vocabulary.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });

  json::value document = json::object();
  if (std::filesystem::exists(folder / "tokenizer_config.json")) {
    document = parse_file(folder / "tokenizer_config.json");
  }
  const Field config("tokenizer_config.json", "", &document);
  settings.lower_case = config["do_lower_case"].flag_or(true);
  settings.strip_accents = config["strip_accents"].flag_or(settings.lower_case);
  settings.handle_ideographs = config["tokenize_chinese_chars"].flag_or(true);
  const auto special = [&](std::string_view key, std::string_view fallback) {
    const Field field = config[key];
    // Newer files write {"content": "[CLS]", ...} instead of the string.
    const Field content_field = field["content"];
    const std::string piece =
        content_field.absent() ? field.text_or(fallback) : content_field.text();
    const auto found = ids.find(piece);
    if (found == ids.end()) {
      throw Error(ErrorKind::corrupt, fmt::format("vocab.txt has no line \"{}\"", piece));
    }
    settings.added.push_back({.content = piece, .id = found->second});
    return found->second;
  };
  settings.unknown_id = special("unk_token", "[UNK]");
  settings.cls_id = special("cls_token", "[CLS]");
  settings.sep_id = special("sep_token", "[SEP]");
  settings.pad_id = special("pad_token", "[PAD]");
  if (ids.contains("[MASK]")) special("mask_token", "[MASK]");
  return settings;
}

}  // namespace

WordPieceSettings read_word_piece_settings(const std::filesystem::path& model_folder) {
  if (std::filesystem::exists(model_folder / "tokenizer.json")) {
    return read_tokenizer_json(model_folder / "tokenizer.json");
  }
  if (std::filesystem::exists(model_folder / "vocab.txt")) {
    return read_vocabulary_text(model_folder);
  }
  throw Error(ErrorKind::not_found,
              fmt::format("the model folder {} has no tokenizer.json and no vocab.txt",
                          model_folder.filename().string()),
              model_folder.string());
}

}  // namespace anireco
