#include "fulltext/title_index.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/object_pool.h"
#include "fulltext/nearest_words.h"
#include "fulltext/title_file.h"
#include "text/edit_distance.h"
#include "text/keyboard_layout.h"
#include "text/transliterate.h"
#include "text/unicode.h"

namespace anireco {
namespace {

// A Latin text is also read by its sound ("Shippuden" for "Shippuuden"), unless it is so short that
// ordinary words would meet.
constexpr std::size_t kLeastSoundBytes = 8;
// Letters that a mistyped beginning must share with the title's.
constexpr std::size_t kFirmLetters = 2;
constexpr std::size_t kMostTextBytes = 512;
constexpr float kWordHandicap = 0.15F;

struct Candidate {
  TitleMatchKind kind = TitleMatchKind::exact;
  int typos = 0;
  float popularity = 0;
  DocId doc = 0;
  std::uint32_t name = 0;
  bool switched_layout = false;

  // Suggestions by a title's beginning and by a later word are one list, in which the beginning
  // is worth some popularity: "alchem" means Fullmetal Alchemist rather than Alchemy Supreme.
  auto rank() const {
    const bool word = kind == TitleMatchKind::word;
    return std::tuple(word ? TitleMatchKind::prefix : kind, typos,
                      (word ? kWordHandicap : 0) - popularity, doc, kind, name);
  }
  bool operator<(const Candidate& other) const { return rank() < other.rank(); }
};

// What one search collects.
struct Collection {
  const DocSet* allowed = nullptr;
  bool switched_layout = false;
  std::vector<Candidate> candidates;
};

}  // namespace

struct TitleIndex::Impl {
  Impl(std::span<const std::byte> bytes, const Catalog& of)
      : catalog(of), view(bytes, of), popularity(of.size()) {
    for (DocId doc = 0; doc < of.size(); ++doc) popularity[doc] = of.popularity(doc);
    folded = nearest_of(TitleKeyClass::folded);
    sounds = nearest_of(TitleKeyClass::sound);
  }

  NearestWords nearest_of(TitleKeyClass key_class) const {
    const NumberRange range = view.keys(key_class);
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t key = range.begin; key < range.end; ++key) {
      if (view.key(key).size() > 3) numbers.push_back(key);
    }
    return {numbers, [this](std::uint32_t key) { return view.key(key); }};
  }

  void add(Collection& found, std::uint32_t key, TitleMatchKind kind, std::size_t typos) const {
    for (std::size_t i = 0; i < view.entry_count(key); ++i) {
      const TitleEntry entry = view.entry(key, i);
      const DocId doc = view.doc(entry.name);
      if (found.allowed != nullptr && !found.allowed->contains(doc)) continue;
      const bool head = entry.head && kind < TitleMatchKind::head;
      found.candidates.push_back({.kind = head ? TitleMatchKind::head : kind,
                                  .typos = static_cast<int>(typos),
                                  .popularity = popularity[doc],
                                  .doc = doc,
                                  .name = entry.name,
                                  .switched_layout = found.switched_layout});
    }
  }

  /// A key by sound; empty when most of the text's letters repeat their neighbours ("рррр"), which
  /// such keys drop: what is left names whatever begins so.
  static std::string unless_hollow(std::string key, std::string_view folded_text) {
    if (2 * key.size() < count_code_points(folded_text)) key.clear();
    return key;
  }

  static std::string sound_of(std::string_view text, std::string_view folded_text) {
    return unless_hollow(cyrillic_to_romaji_key(text), folded_text);
  }

  void add_key(Collection& found, TitleKeyClass key_class, std::string_view text,
               TitleMatchKind kind, std::size_t typos = 0) const {
    if (text.empty()) return;
    const std::uint32_t key = view.find(key_class, text);
    if (key != TitleFileView::kUnknown) add(found, key, kind, typos);
  }

  // Whole names as they stand, in another spelling, in another case form.
  void find_whole(Collection& found, std::string_view text, std::string_view folded_text) const {
    add_key(found, TitleKeyClass::folded, folded_text, TitleMatchKind::exact);
    if (has_cyrillic(text)) {
      add_key(found, TitleKeyClass::sound, sound_of(text, folded_text), TitleMatchKind::exact);
      const auto maker = makers.take();
      add_key(found, TitleKeyClass::stemmed, unless_hollow(maker->stemmed_key(text), folded_text),
              TitleMatchKind::inflected);
    } else if (has_latin(text)) {
      const std::string sound = romaji_key(text);
      if (sound.size() >= kLeastSoundBytes) {
        add_key(found, TitleKeyClass::sound, sound, TitleMatchKind::near, 1);
      }
    }
  }

  void find_near(Collection& found, std::string_view text, std::string_view folded_text) const {
    const auto key_of = [this](std::uint32_t key) { return view.key(key); };
    const auto scan = [&](const NearestWords& words, std::string_view wanted) {
      const std::size_t allowed = typos_allowed(count_code_points(wanted));
      if (allowed == 0) return;
      for (const auto& [key, typos] : words.within(wanted, allowed, key_of)) {
        if (typos > 0) add(found, key, TitleMatchKind::near, typos);
      }
    };
    scan(folded, folded_text);
    if (has_cyrillic(text)) scan(sounds, sound_of(text, folded_text));
  }

  void find_prefixes(Collection& found, std::string_view text, std::string_view folded_text) const {
    // One letter begins tens of thousands of words and says nothing about them.
    const bool later_words = count_code_points(folded_text) > 1;
    const NumberRange words = view.words_with_prefix(folded_text);
    for (std::uint32_t word = words.begin; word < words.end; ++word) {
      if (!later_words && !view.begins_key(word)) continue;
      add(found, view.word_key(word),
          view.begins_key(word) ? TitleMatchKind::prefix : TitleMatchKind::word, 0);
    }
    if (!has_cyrillic(text)) return;
    const std::string sound = sound_of(text, folded_text);
    if (sound.empty()) return;
    const NumberRange keys = view.keys_with_prefix(TitleKeyClass::sound, sound);
    for (std::uint32_t key = keys.begin; key < keys.end; ++key) {
      add(found, key, TitleMatchKind::prefix, 0);
    }
  }

  // Beginnings with typos: among words that share the first letters, their beginnings of about the
  // text's length are compared.
  void find_near_prefixes(Collection& found, std::string_view folded_text) const {
    const std::u32string wanted = to_code_points(folded_text);
    const std::size_t allowed = typos_allowed(wanted.size());
    if (allowed == 0) return;
    const NumberRange words =
        view.words_with_prefix(to_utf8(std::u32string_view(wanted).substr(0, kFirmLetters)));
    std::u32string other;
    for (std::uint32_t word = words.begin; word < words.end; ++word) {
      other.clear();
      const std::string_view rest = view.word_text(word);
      for (std::size_t at = 0; at < rest.size() && other.size() < wanted.size() + allowed;) {
        const CodePoint c = decode_utf8(rest, at);
        other.push_back(c.value);
        at += c.bytes;
      }
      std::size_t typos = allowed + 1;
      for (std::size_t cut = 0; cut <= 2 * allowed && other.size() + allowed >= wanted.size();
           ++cut) {
        typos = std::min(typos, edit_distance(wanted, other, allowed));
        if (other.empty()) break;
        other.pop_back();
      }
      if (typos > allowed) continue;
      add(found, view.word_key(word),
          view.begins_key(word) ? TitleMatchKind::prefix : TitleMatchKind::word, typos);
    }
  }

  void find_all(Collection& found, std::string_view text, const TitleQuery& query) const {
    const std::string folded_text = fold_for_matching(text);
    if (folded_text.empty()) return;
    find_whole(found, text, folded_text);
    if (query.typos) find_near(found, text, folded_text);
    if (!query.prefixes) return;
    find_prefixes(found, text, folded_text);
    if (query.typos && found.candidates.empty()) find_near_prefixes(found, folded_text);
  }

  std::vector<TitleMatch> best(std::vector<Candidate>& candidates, std::size_t limit) const {
    // Mostly far more than are wanted, of which several may be of one document.
    std::vector<TitleMatch> matches;
    std::unordered_set<DocId> seen;
    std::size_t sorted = 0;
    for (std::size_t i = 0; i < candidates.size() && matches.size() < limit; ++i) {
      if (i == sorted) {
        sorted = std::min(candidates.size(), sorted + 4 * limit + 16);
        std::partial_sort(candidates.begin() + static_cast<std::ptrdiff_t>(i),
                          candidates.begin() + static_cast<std::ptrdiff_t>(sorted),
                          candidates.end());
      }
      const Candidate& candidate = candidates[i];
      if (!seen.insert(candidate.doc).second) continue;
      matches.push_back({.doc = candidate.doc,
                         .kind = candidate.kind,
                         .title = std::string(view.text(candidate.name, catalog)),
                         .typos = candidate.typos,
                         .popularity = candidate.popularity,
                         .switched_layout = candidate.switched_layout});
    }
    return matches;
  }

  const Catalog& catalog;
  std::optional<AlignedBytes> own_bytes;  // When built in memory.
  MappedFile file;                        // When opened.
  TitleFileView view;
  std::vector<float> popularity;
  NearestWords folded;
  NearestWords sounds;
  mutable ObjectPool<TitleKeyMaker> makers;
};

void write_title_file(const Catalog& catalog, const std::filesystem::path& path,
                      std::uint64_t generation) {
  const AlignedBytes bytes = serialise_titles(catalog, generation);
  write_file_atomic(path, bytes.bytes());
}

TitleIndex::TitleIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
TitleIndex::~TitleIndex() = default;
TitleIndex::TitleIndex(TitleIndex&&) noexcept = default;

TitleIndex::TitleIndex(const Catalog& catalog) {
  AlignedBytes bytes = serialise_titles(catalog, 0);
  auto impl = std::make_unique<Impl>(std::as_const(bytes).bytes(), catalog);
  impl->own_bytes = std::move(bytes);
  impl_ = std::move(impl);
}

TitleIndex TitleIndex::open(const std::filesystem::path& path, const Catalog& catalog) {
  MappedFile file(path);
  file.prefetch();
  auto impl = std::make_unique<Impl>(file.bytes(), catalog);
  impl->file = std::move(file);
  return TitleIndex(std::move(impl));
}

TitleIndex TitleIndex::over(std::span<const std::byte> bytes, const Catalog& catalog) {
  return TitleIndex(std::make_unique<Impl>(bytes, catalog));
}

std::uint64_t TitleIndex::generation() const { return impl_->view.generation(); }

std::vector<TitleMatch> TitleIndex::find(const TitleQuery& query) const {
  if (query.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
  const std::string_view text = truncate_utf8(query.text, kMostTextBytes);
  Collection found;
  found.allowed = query.allowed;
  impl_->find_all(found, text, query);
  const bool strong =
      std::any_of(found.candidates.begin(), found.candidates.end(), [](const Candidate& c) {
        return c.kind < TitleMatchKind::near || c.kind == TitleMatchKind::prefix;
      });
  if (!strong) {
    found.switched_layout = true;
    impl_->find_all(found, switch_layout(text), query);
  }
  return impl_->best(found.candidates, query.limit);
}

std::vector<TitleMatch> TitleIndex::resolve(std::string_view phrase, const DocSet* allowed,
                                            std::size_t limit) const {
  if (phrase.size() > kMostTextBytes) return {};
  const std::string folded_text = fold_for_matching(phrase);
  if (folded_text.empty()) return {};
  Collection found;
  found.allowed = allowed;
  impl_->find_whole(found, phrase, folded_text);
  return impl_->best(found.candidates, limit);
}

}  // namespace anireco
