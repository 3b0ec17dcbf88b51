#include <expat.h>
#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <limits>
#include <memory>

#include "base/error.h"
#include "gather/list_forms.h"

namespace anireco::list_detail {
namespace {

/// Of one field; more of it is dropped (notes may be long, titles are not).
constexpr std::size_t kMaxField = 4096;
constexpr int kMaxDepth = 32;

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

/// Follows the elements of a MyAnimeList export: myanimelist > anime > fields.
class MalXmlReader {
 public:
  explicit MalXmlReader(const ListLimits& limits) : limits_(limits) {
    list_.form = ListForm::mal_xml;
    parser_.reset(XML_ParserCreate(nullptr));
    if (!parser_) throw Error(ErrorKind::internal, "out of memory");
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &on_start, &on_end);
    XML_SetCharacterDataHandler(parser_.get(), &on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &on_doctype);
  }

  ListFile read(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
      throw Error(ErrorKind::invalid_argument, "the list is too large");
    }
    const auto status =
        XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (failure_) std::rethrow_exception(failure_);
    if (status != XML_STATUS_OK) {
      refuse(place(),
             fmt::format("broken XML: {}", XML_ErrorString(XML_GetErrorCode(parser_.get()))));
    }
    return std::move(list_);
  }

 private:
  std::string place() const {
    return fmt::format("line {}", XML_GetCurrentLineNumber(parser_.get()));
  }

  /// Runs a handler; what it throws waits until the parser, which is C, has returned.
  template <typename Body>
  static void guarded(void* user, Body body) {
    auto& self = *static_cast<MalXmlReader*>(user);
    if (self.failure_) return;
    try {
      body(self);
    } catch (...) {
      self.failure_ = std::current_exception();
      XML_StopParser(self.parser_.get(), XML_FALSE);
    }
  }

  static void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char**) {
    guarded(user, [name](MalXmlReader& self) { self.start(name); });
  }
  static void XMLCALL on_end(void* user, const XML_Char*) {
    guarded(user, [](MalXmlReader& self) { self.end(); });
  }
  static void XMLCALL on_text(void* user, const XML_Char* text, int size) {
    guarded(user, [text, size](MalXmlReader& self) {
      if (self.target_ == nullptr) return;
      const std::size_t room = kMaxField - std::min(kMaxField, self.target_->size());
      self.target_->append(text, std::min(room, static_cast<std::size_t>(size)));
    });
  }
  static void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int) {
    guarded(user, [](MalXmlReader& self) {
      refuse(self.place(), "a document type declaration has no place in a list");
    });
  }

  void start(std::string_view name) {
    if (++depth_ > kMaxDepth) refuse(place(), "nested too deeply");
    if (depth_ == 1 && name != "myanimelist") {
      refuse(place(), "this XML is no anime list: it does not begin with <myanimelist>");
    }
    if (depth_ == 2) {
      if (name == "manga") refuse(place(), "this is a list of manga; export the anime list");
      in_anime_ = name == "anime";
      if (in_anime_) fields_ = {};
    }
    if (depth_ == 3 && in_anime_) target_ = fields_.find(name);
    if (depth_ > 3) target_ = nullptr;
  }

  void end() {
    if (depth_ == 2 && in_anime_) {
      finish_entry();
      in_anime_ = false;
    }
    target_ = nullptr;
    --depth_;
  }

  struct AnimeFields {
    std::string id = {};
    std::string title = {};
    std::string status = {};
    std::string score = {};

    std::string* find(std::string_view name) {
      if (name == "series_animedb_id") return &id;
      if (name == "series_title") return &title;
      if (name == "my_status") return &status;
      if (name == "my_score") return &score;
      return nullptr;
    }
  };

  static std::string_view trimmed(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
  }

  std::uint32_t number(std::string_view name, std::string_view text, std::uint32_t most) const {
    text = trimmed(text);
    if (text.empty()) return 0;
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || value > most) {
      refuse(place(), fmt::format("{} of title {} must be a whole number from 0 to {}", name,
                                  list_.entries.size() + list_.skipped + 1, most));
    }
    return value;
  }

  void finish_entry() {
    ListEntry entry;
    entry.ids.mal = number("series_animedb_id", fields_.id, kMaxId);
    entry.title = list_title(trimmed(fields_.title));
    entry.score = static_cast<std::uint8_t>(number("my_score", fields_.score, 10));
    const auto status = parse_list_status(trimmed(fields_.status));
    if (!status) {
      refuse(place(), fmt::format("my_status of title {} is none that MyAnimeList has",
                                  list_.entries.size() + list_.skipped + 1));
    }
    entry.status = *status;
    add_entry(list_, std::move(entry), place(), limits_);
  }

  std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser_;
  ListLimits limits_;
  ListFile list_;
  std::exception_ptr failure_;
  AnimeFields fields_;
  std::string* target_ = nullptr;
  int depth_ = 0;
  bool in_anime_ = false;
};

}  // namespace

ListFile read_mal_xml(std::string_view text, const ListLimits& limits) {
  return MalXmlReader(limits).read(text);
}

}  // namespace anireco::list_detail
