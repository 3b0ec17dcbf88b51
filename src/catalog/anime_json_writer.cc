#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "catalog/anime_enums.h"
#include "catalog/anime_json.h"

namespace anireco {
namespace {

/// Writes one JSON object with the keys in the order of the calls, leaving unknown values out.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  void end() { out_ += '}'; }

  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    string(out_, name);
    out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    key(name);
    string(out_, value);
  }
  void number(std::string_view name, std::uint32_t value) {
    if (value == 0) return;
    key(name);
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  template <typename T>
  void name(std::string_view key_name, T value) {
    if (value != T::unknown) text(key_name, to_string(value));
  }
  void list(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    key(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i != 0) out_ += ',';
      string(out_, values[i]);
    }
    out_ += ']';
  }
  /// A list whose items `write(item)` appends.
  template <typename T, typename Write>
  void items(std::string_view name, const std::vector<T>& values, Write write) {
    if (values.empty()) return;
    key(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i != 0) out_ += ',';
      write(values[i]);
    }
    out_ += ']';
  }

  static void string(std::string& out, std::string_view value) {
    out += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const char c = value[i];
      if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
      out.append(value, copied, i - copied);
      copied = i + 1;
      switch (c) {
        case '"':
          out += "\\\"";
          break;
        case '\\':
          out += "\\\\";
          break;
        case '\n':
          out += "\\n";
          break;
        case '\t':
          out += "\\t";
          break;
        case '\r':
          out += "\\r";
          break;
        default:
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      }
    }
    out.append(value, copied, value.size() - copied);
    out += '"';
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void write_ids(std::string& out, const ExternalIds& ids) {
  ObjectWriter w(out);
  w.number("mal", ids.mal);
  w.number("anilist", ids.anilist);
  w.number("kitsu", ids.kitsu);
  w.number("anidb", ids.anidb);
  w.number("shikimori", ids.shikimori);
  w.text("imdb", ids.imdb);
  w.end();
}

void write_titles(std::string& out, const Titles& titles) {
  ObjectWriter w(out);
  w.text("romaji", titles.romaji);
  w.text("english", titles.english);
  w.text("native", titles.native);
  w.text("russian", titles.russian);
  w.list("synonyms", titles.synonyms);
  w.end();
}

void write_remembered(std::string& out, const std::vector<RememberedPhrase>& phrases) {
  ObjectWriter w(out);
  for (std::size_t begin = 0; begin < phrases.size();) {
    std::size_t end = begin;
    w.key(phrases[begin].language);
    out += '[';
    for (; end < phrases.size() && phrases[end].language == phrases[begin].language; ++end) {
      if (end != begin) out += ',';
      if (phrases[end].spoiler) {
        out += "{\"text\":";
        ObjectWriter::string(out, phrases[end].text);
        out += ",\"spoiler\":true}";
      } else {
        ObjectWriter::string(out, phrases[end].text);
      }
    }
    out += ']';
    begin = end;
  }
  w.end();
}

std::string score_text(float score) {
  std::string text = fmt::format("{:.2f}", score);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

template <typename T, typename Key>
void remove_duplicates(std::vector<T>& values, Key key) {
  if (values.empty()) return;
  std::unordered_set<std::string> seen;
  std::erase_if(values, [&](const T& value) { return !seen.insert(key(value)).second; });
}

void remove_duplicates(std::vector<std::string>& values) {
  std::erase(values, "");
  remove_duplicates(values, [](const std::string& value) { return value; });
}

}  // namespace

std::string to_json(const Anime& a) {
  std::string out;
  out.reserve(2048);
  ObjectWriter w(out);
  w.text("id", a.id);
  w.list("former_ids", a.former_ids);
  if (!(a.ids == ExternalIds{})) {
    w.key("ids");
    write_ids(out, a.ids);
  }
  if (!(a.titles == Titles{})) {
    w.key("titles");
    write_titles(out, a.titles);
  }
  w.name("type", a.type);
  w.name("status", a.status);
  w.number("episodes", a.episodes);
  w.number("duration_minutes", a.duration_minutes);
  w.text("aired_from", a.aired_from);
  w.text("aired_to", a.aired_to);
  w.name("season", a.season);
  w.number("year", a.year);
  if (a.score > 0) {
    w.key("score");
    out += score_text(a.score);
  }
  w.number("scored_by", a.scored_by);
  w.number("members", a.members);
  w.text("figures_date", a.figures_date);
  w.list("genres", a.genres);
  w.list("themes", a.themes);
  w.list("demographics", a.demographics);
  w.items("tags", a.tags, [&](const Tag& tag) {
    ObjectWriter t(out);
    t.text("name", tag.name);
    if (tag.spoiler) {
      t.key("spoiler");
      out += "true";
    }
    t.end();
  });
  w.list("studios", a.studios);
  w.text("source_material", a.source_material);
  w.name("age_rating", a.age_rating);
  if (a.adult_flag) {
    w.key("adult");
    out += "true";
  }
  w.items("synopses", a.synopses, [&](const SourcedText& text) {
    ObjectWriter t(out);
    t.text("language", text.language);
    t.text("text", text.text);
    t.text("source", text.source);
    t.end();
  });
  if (!a.remembered.empty()) {
    w.key("remembered");
    write_remembered(out, a.remembered);
  }
  w.text("image_url", a.image_url);
  w.text("site_url", a.site_url);
  w.text("trailer_url", a.trailer_url);
  w.items("streaming", a.streaming, [&](const StreamingLink& link) {
    ObjectWriter l(out);
    l.text("name", link.name);
    l.text("url", link.url);
    l.end();
  });
  w.items("relations", a.relations, [&](const Relation& relation) {
    ObjectWriter r(out);
    r.text("kind", to_string(relation.kind));
    r.key("ids");
    write_ids(out, relation.target);
    r.end();
  });
  if (!a.provenance.empty()) {
    w.key("provenance");
    ObjectWriter p(out);
    for (const FieldSource& field : a.provenance) p.text(field.field, field.source);
    p.end();
  }
  w.end();
  return out;
}

void normalise(Anime& a) {
  remove_duplicates(a.former_ids);
  std::erase(a.former_ids, a.id);
  std::ranges::sort(a.former_ids);
  remove_duplicates(a.titles.synonyms);
  std::erase_if(a.titles.synonyms, [&](const std::string& name) {
    return name == a.titles.romaji || name == a.titles.english || name == a.titles.native ||
           name == a.titles.russian;
  });
  remove_duplicates(a.genres);
  remove_duplicates(a.themes);
  remove_duplicates(a.demographics);
  remove_duplicates(a.studios);
  // A spoiler flag given once holds, wherever the tag stands first.
  std::unordered_set<std::string> spoilers;
  for (const Tag& tag : a.tags) {
    if (tag.spoiler) spoilers.insert(tag.name);
  }
  remove_duplicates(a.tags, [](const Tag& tag) { return tag.name; });
  if (!spoilers.empty()) {
    for (Tag& tag : a.tags) tag.spoiler = spoilers.contains(tag.name);
  }
  remove_duplicates(a.synopses, [](const SourcedText& t) { return t.language + "\n" + t.text; });
  std::ranges::stable_sort(a.remembered, {}, &RememberedPhrase::language);
  remove_duplicates(a.remembered,
                    [](const RememberedPhrase& p) { return p.language + "\n" + p.text; });
  remove_duplicates(a.streaming, [](const StreamingLink& link) { return link.url; });
  remove_duplicates(a.relations, [](const Relation& r) {
    const ExternalIds& t = r.target;
    return fmt::format("{} {} {} {} {} {} {}", static_cast<int>(r.kind), t.mal, t.anilist, t.kitsu,
                       t.anidb, t.shikimori, t.imdb);
  });
  std::ranges::stable_sort(a.provenance, {}, &FieldSource::field);
  remove_duplicates(a.provenance, [](const FieldSource& f) { return f.field; });
}

}  // namespace anireco
