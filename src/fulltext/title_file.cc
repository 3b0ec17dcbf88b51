#include "fulltext/title_file.h"

#include <algorithm>
#include <array>
#include <future>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "fulltext/hash_slots.h"

namespace anireco {
namespace {

enum TitleSection : std::size_t {
  kNames,
  kNameDocs,
  kNameNumbers,
  kKeyOffsets,
  kKeyText,
  kEntryOffsets,
  kEntries,
  kNameSlots,
  kWordStarts,
  kWordKeys,
  kTitleSections
};

constexpr SectionFormat kTitleFormat = {.magic = {'A', 'N', 'I', 'R', 'T', 'T', 'L', '\n'},
                                        .version = 1,
                                        .sections = kTitleSections,
                                        .name = "title file"};
constexpr std::size_t kMostNames = std::numeric_limits<std::uint16_t>::max();

// Ties a file to its catalogue: all names in order, each ended by a zero byte, records by another.
std::uint64_t hash_of_names(const Catalog& catalog) {
  Xxh3Stream stream;
  std::string names;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const std::size_t count = std::min(name_count(catalog[doc]), kMostNames);
    for (std::size_t i = 0; i < count; ++i) {
      names += name_of(catalog[doc], i);
      names += '\0';
    }
    names += '\0';
    if (names.size() > 65536) {
      stream.update(names);
      names.clear();
    }
  }
  stream.update(names);
  return stream.digest();
}

// Names and their keys of a range of documents.
struct NamePart {
  struct KeyUse {
    std::string key;      // class byte and text
    std::uint32_t entry;  // name * 2 + head, the name's number within the part
  };
  std::vector<std::uint32_t> docs;
  std::vector<std::uint16_t> numbers;
  std::vector<KeyUse> uses;
};

NamePart make_part(const Catalog& catalog, std::size_t begin, std::size_t end) {
  NamePart part;
  TitleKeyMaker maker;
  std::vector<TitleKey> keys;
  for (std::size_t d = begin; d < end; ++d) {
    const auto doc = static_cast<DocId>(d);
    const std::size_t count = std::min(name_count(catalog[doc]), kMostNames);
    for (std::size_t i = 0; i < count; ++i) {
      keys.clear();
      maker.keys_of_name(name_of(catalog[doc], i), i == 0, keys);
      const auto name = static_cast<std::uint32_t>(part.docs.size());
      for (const TitleKey& key : keys) {
        part.uses.push_back(
            {static_cast<char>(key.key_class) + key.text, name * 2 + (key.head ? 1U : 0U)});
      }
      if (keys.empty()) continue;
      part.docs.push_back(doc);
      part.numbers.push_back(static_cast<std::uint16_t>(i));
    }
  }
  std::sort(part.uses.begin(), part.uses.end(), [](const auto& a, const auto& b) {
    return a.key < b.key || (a.key == b.key && a.entry < b.entry);
  });
  return part;
}

// Everything the file holds, while it is put together.
struct TitleTables {
  std::vector<std::uint32_t> name_docs;
  std::vector<std::uint16_t> name_numbers;
  std::vector<std::uint32_t> key_offsets = {0};
  std::string key_text;
  std::vector<std::uint32_t> entry_offsets;
  std::vector<std::uint32_t> entries;
  std::vector<std::uint32_t> word_starts;
  std::vector<std::uint32_t> word_keys;

  std::string_view key(std::size_t number) const {
    return std::string_view(key_text).substr(key_offsets[number],
                                             key_offsets[number + 1] - key_offsets[number]);
  }
  std::size_t keys() const { return key_offsets.size() - 1; }

  void add_use(const std::string& key_of_use, std::uint32_t entry) {
    if (keys() == 0 || key(keys() - 1) != key_of_use) {
      entry_offsets.push_back(static_cast<std::uint32_t>(entries.size()));
      key_text += key_of_use;
      key_offsets.push_back(static_cast<std::uint32_t>(key_text.size()));
    } else if (entries.size() > entry_offsets.back() && entries.back() == entry) {
      return;
    }
    entries.push_back(entry);
  }

  void add_words() {
    struct Word {
      std::string_view text;
      std::uint32_t start;
      std::uint32_t key;
    };
    std::vector<Word> words;
    for (std::size_t number = 0; number < keys(); ++number) {
      const std::string_view text = key(number);
      if (text.front() != static_cast<char>(TitleKeyClass::folded)) continue;
      for (std::size_t at = 1; at < text.size(); ++at) {
        if (at > 1 && text[at - 1] != ' ') continue;
        words.push_back({text.substr(at), static_cast<std::uint32_t>(key_offsets[number] + at),
                         static_cast<std::uint32_t>(number)});
      }
    }
    std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) {
      const int order = a.text.compare(b.text);
      return order < 0 || (order == 0 && a.start < b.start);
    });
    for (const Word& word : words) {
      word_starts.push_back(word.start);
      word_keys.push_back(word.key);
    }
  }
};

std::vector<NamePart> make_parts(const Catalog& catalog) {
  const std::size_t count =
      catalog.size() < 2000 ? 1
                            : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
  std::vector<std::future<NamePart>> futures;
  for (std::size_t i = 0; i < count; ++i) {
    futures.push_back(std::async(i == 0 ? std::launch::deferred : std::launch::async, make_part,
                                 std::cref(catalog), catalog.size() * i / count,
                                 catalog.size() * (i + 1) / count));
  }
  std::vector<NamePart> parts;
  for (auto& future : futures) parts.push_back(future.get());
  return parts;
}

TitleTables make_tables(const Catalog& catalog) {
  TitleTables tables;
  const std::vector<NamePart> parts = make_parts(catalog);
  std::vector<std::uint32_t> first_name;
  for (const NamePart& part : parts) {
    first_name.push_back(static_cast<std::uint32_t>(tables.name_docs.size()));
    tables.name_docs.insert(tables.name_docs.end(), part.docs.begin(), part.docs.end());
    tables.name_numbers.insert(tables.name_numbers.end(), part.numbers.begin(), part.numbers.end());
  }
  // Parts are sorted; the least of their heads comes next, of equal keys the earlier part's.
  std::vector<std::size_t> next(parts.size(), 0);
  while (true) {
    std::size_t least = parts.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (next[i] == parts[i].uses.size()) continue;
      if (least == parts.size() ||
          parts[i].uses[next[i]].key < parts[least].uses[next[least]].key) {
        least = i;
      }
    }
    if (least == parts.size()) break;
    const auto& use = parts[least].uses[next[least]++];
    tables.add_use(use.key, use.entry + first_name[least] * 2);
  }
  tables.entry_offsets.push_back(static_cast<std::uint32_t>(tables.entries.size()));
  tables.add_words();
  return tables;
}

// The numbers below `count` for which compare(number), which never falls, is 0.
template <typename Compare>
NumberRange range_of(std::size_t count, const Compare& compare) {
  const auto first_not_below = [&](std::uint32_t begin, int least) {
    auto end = static_cast<std::uint32_t>(count);
    while (begin < end) {
      const std::uint32_t middle = begin + (end - begin) / 2;
      if (compare(middle) < least) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  };
  const std::uint32_t begin = first_not_below(0, 0);
  return {begin, first_not_below(begin, 1)};
}

// For make_hash_slots.
struct KeyList {
  const TitleTables& tables;
  std::size_t size() const { return tables.keys(); }
  std::string_view operator[](std::size_t number) const { return tables.key(number); }
};

}  // namespace

AlignedBytes serialise_titles(const Catalog& catalog, std::uint64_t generation) {
  const TitleTables tables = make_tables(catalog);
  const std::uint64_t names = hash_of_names(catalog);
  const std::vector<std::uint32_t> slots = make_hash_slots(KeyList{tables});
  std::array<std::span<const std::byte>, kTitleSections> sections;
  sections[kNames] = std::as_bytes(std::span(&names, 1));
  sections[kNameDocs] = std::as_bytes(std::span(tables.name_docs));
  sections[kNameNumbers] = std::as_bytes(std::span(tables.name_numbers));
  sections[kKeyOffsets] = std::as_bytes(std::span(tables.key_offsets));
  sections[kKeyText] = std::as_bytes(std::span(tables.key_text));
  sections[kEntryOffsets] = std::as_bytes(std::span(tables.entry_offsets));
  sections[kEntries] = std::as_bytes(std::span(tables.entries));
  sections[kNameSlots] = std::as_bytes(std::span(slots));
  sections[kWordStarts] = std::as_bytes(std::span(tables.word_starts));
  sections[kWordKeys] = std::as_bytes(std::span(tables.word_keys));
  return write_sections(kTitleFormat, generation, sections);
}

TitleFileView::TitleFileView(std::span<const std::byte> bytes, const Catalog& catalog) {
  const SectionReader file(kTitleFormat, bytes);
  generation_ = file.generation();
  const auto names = file.section<std::uint64_t>(kNames);
  file.require(names.size() == 1 && names.front() == hash_of_names(catalog),
               "it was made of another catalogue");
  name_docs_ = file.section<std::uint32_t>(kNameDocs);
  name_numbers_ = file.section<std::uint16_t>(kNameNumbers);
  key_offsets_ = file.section<std::uint32_t>(kKeyOffsets);
  key_text_ = file.section<char>(kKeyText);
  entry_offsets_ = file.section<std::uint32_t>(kEntryOffsets);
  entries_ = file.section<std::uint32_t>(kEntries);
  slots_ = file.section<std::uint32_t>(kNameSlots);
  word_starts_ = file.section<std::uint32_t>(kWordStarts);
  word_keys_ = file.section<std::uint32_t>(kWordKeys);

  file.require(name_docs_.size() == name_numbers_.size(), "its names differ in number");
  for (std::size_t name = 0; name < name_docs_.size(); ++name) {
    file.require(name_docs_[name] < catalog.size() &&
                     name_numbers_[name] < name_count(catalog[name_docs_[name]]),
                 "a name is not in the catalogue");
  }
  file.require(!key_offsets_.empty(), "it has no keys");
  const std::size_t count = key_offsets_.size() - 1;
  file.check_offsets(key_offsets_, count, key_text_.size());
  file.check_offsets(entry_offsets_, count, entries_.size());
  for (std::size_t key = 0; key < count; ++key) {
    file.require(key_offsets_[key] < key_offsets_[key + 1], "a key is empty");
  }
  for (const std::uint32_t entry : entries_) {
    file.require(entry / 2 < name_docs_.size(), "a key has an unknown name");
  }
  file.require(valid_hash_slots(slots_, count), "its table of keys is wrong");
  file.require(word_starts_.size() == word_keys_.size(), "its words differ in number");
  for (std::size_t word = 0; word < word_starts_.size(); ++word) {
    const std::uint32_t key = word_keys_[word];
    file.require(key < count && word_starts_[word] > key_offsets_[key] &&
                     word_starts_[word] < key_offsets_[key + 1],
                 "a word lies outside of its key");
  }
}

std::uint32_t TitleFileView::find(TitleKeyClass key_class, std::string_view text) const {
  static_assert(kUnknown == kEmptySlot);
  std::string key(1, static_cast<char>(key_class));
  key += text;
  return find_in_slots(slots_, key, [this](std::uint32_t n) { return class_and_key(n); });
}

NumberRange TitleFileView::keys(TitleKeyClass key_class) const {
  return keys_with_prefix(key_class, {});
}

NumberRange TitleFileView::keys_with_prefix(TitleKeyClass key_class,
                                            std::string_view prefix) const {
  std::string wanted(1, static_cast<char>(key_class));
  wanted += prefix;
  return range_of(key_offsets_.size() - 1, [&](std::uint32_t key) {
    return class_and_key(key).substr(0, wanted.size()).compare(wanted);
  });
}

std::string_view TitleFileView::word_text(std::uint32_t word) const {
  const std::uint32_t begin = word_starts_[word];
  return {key_text_.data() + begin, key_offsets_[word_keys_[word] + 1] - begin};
}

NumberRange TitleFileView::words_with_prefix(std::string_view prefix) const {
  return range_of(word_starts_.size(), [&](std::uint32_t word) {
    return word_text(word).substr(0, prefix.size()).compare(prefix);
  });
}

}  // namespace anireco
