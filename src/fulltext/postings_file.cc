#include "fulltext/postings_file.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "fulltext/hash_slots.h"

namespace anireco {
namespace {

enum SectionNumber : std::size_t {
  kMeta,
  kDocumentTerms,
  kTermOffsets,
  kTermText,
  kListOffsets,
  kSlots,
  kDocs,
  kImpacts,
  kFields,
  kSectionCount
};

constexpr SectionFormat kFormat = {.magic = {'A', 'N', 'I', 'R', 'P', 'S', 'T', '\n'},
                                   .version = 1,
                                   .sections = kSectionCount,
                                   .name = "postings file"};

struct Meta {
  std::uint32_t max_corrections = 0;
  std::array<std::array<float, 2>, kTextFieldCount> fields{};  // weight, b
  float k1 = 0;
  float k3 = 0;
  float typo_discount = 0;
  std::uint32_t cyrillic_titles = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(Meta) == 64);

bool in_range(float value, float least, float greatest) {
  return value >= least && value <= greatest;
}

}  // namespace

void check_options(const Bm25fOptions& options, ErrorKind kind) {
  const auto require = [kind](bool condition, const char* name, const char* range) {
    if (!condition) throw Error(kind, fmt::format("bm25f: {} must be {}", name, range));
  };
  for (const Bm25fField& field : options.fields) {
    require(in_range(field.weight, 0, 1000), "a field's weight", "0 to 1000");
    require(in_range(field.b, 0, 1), "b", "0 to 1");
  }
  require(in_range(options.k1, 0.01F, 100), "k1", "0.01 to 100");
  require(in_range(options.k3, 0, 1000), "k3", "0 to 1000");
  require(in_range(options.typo_discount, 0, 1), "typo_discount", "0 to 1");
}

AlignedBytes serialise_postings(const PostingsData& data) {
  Meta meta;
  meta.max_corrections = data.options.max_corrections;
  for (std::size_t i = 0; i < kTextFieldCount; ++i) {
    meta.fields[i] = {data.options.fields[i].weight, data.options.fields[i].b};
  }
  meta.k1 = data.options.k1;
  meta.k3 = data.options.k3;
  meta.typo_discount = data.options.typo_discount;
  meta.cyrillic_titles = data.options.cyrillic_titles ? 1 : 0;

  std::vector<std::uint32_t> term_offsets = {0};
  std::string term_text;
  for (const std::string& term : data.terms) {
    term_text += term;
    term_offsets.push_back(static_cast<std::uint32_t>(term_text.size()));
  }
  const std::vector<std::uint32_t> slots = make_hash_slots(data.terms);
  std::vector<std::uint32_t> document_terms(data.documents, 0);
  for (const std::uint32_t doc : data.docs) ++document_terms[doc];

  std::array<std::span<const std::byte>, kSectionCount> sections;
  sections[kMeta] = std::as_bytes(std::span(&meta, 1));
  sections[kDocumentTerms] = std::as_bytes(std::span(document_terms));
  sections[kTermOffsets] = std::as_bytes(std::span(term_offsets));
  sections[kTermText] = std::as_bytes(std::span(term_text));
  sections[kListOffsets] = std::as_bytes(std::span(data.list_offsets));
  sections[kSlots] = std::as_bytes(std::span(slots));
  sections[kDocs] = std::as_bytes(std::span(data.docs));
  sections[kImpacts] = std::as_bytes(std::span(data.impacts));
  sections[kFields] = std::as_bytes(std::span(data.fields));
  return write_sections(kFormat, data.generation, sections);
}

PostingsView::PostingsView(std::span<const std::byte> bytes) {
  const SectionReader file(kFormat, bytes);
  generation_ = file.generation();
  const auto metas = file.section<Meta>(kMeta);
  file.require(metas.size() == 1, "its settings have a wrong size");
  const Meta& meta = metas.front();
  options_.max_corrections = meta.max_corrections;
  for (std::size_t i = 0; i < kTextFieldCount; ++i) {
    options_.fields[i] = {meta.fields[i][0], meta.fields[i][1]};
  }
  options_.k1 = meta.k1;
  options_.k3 = meta.k3;
  options_.typo_discount = meta.typo_discount;
  options_.cyrillic_titles = meta.cyrillic_titles != 0;
  check_options(options_, ErrorKind::corrupt);

  // Counted, not merely claimed: a made-up number of documents could ask for any amount of memory.
  std::uint64_t postings = 0;
  const auto document_terms = file.section<std::uint32_t>(kDocumentTerms);
  for (const std::uint32_t terms : document_terms) postings += terms;
  documents_ = document_terms.size();

  term_offsets_ = file.section<std::uint32_t>(kTermOffsets);
  term_text_ = file.section<char>(kTermText);
  list_offsets_ = file.section<std::uint32_t>(kListOffsets);
  slots_ = file.section<std::uint32_t>(kSlots);
  docs_ = file.section<std::uint32_t>(kDocs);
  impacts_ = file.section<std::uint16_t>(kImpacts);
  fields_ = file.section<std::uint8_t>(kFields);

  file.require(!list_offsets_.empty(), "it has no lists");
  const std::size_t count = list_offsets_.size() - 1;
  file.check_offsets(term_offsets_, count, term_text_.size());
  file.check_offsets(list_offsets_, count, docs_.size());
  file.require(
      postings == docs_.size() && impacts_.size() == docs_.size() && fields_.size() == docs_.size(),
      "its lists differ in length");
  file.require(valid_hash_slots(slots_, count), "its table of terms is wrong");
  for (std::size_t number = 0; number < count; ++number) {
    std::int64_t previous = -1;
    for (std::size_t i = list_offsets_[number]; i < list_offsets_[number + 1]; ++i) {
      file.require(docs_[i] > previous && docs_[i] < documents_, "a list is out of order");
      previous = docs_[i];
    }
  }
  for (const std::uint8_t field : fields_) {
    file.require(field != 0 && field < (1U << kTextFieldCount), "a field is unknown");
  }
}

std::string_view PostingsView::term(std::uint32_t number) const {
  const std::uint32_t begin = term_offsets_[number];
  return {term_text_.data() + begin, term_offsets_[number + 1] - begin};
}

std::uint32_t PostingsView::find(std::string_view term) const {
  static_assert(kEmptySlot == kUnknown);
  return find_in_slots(slots_, term, [this](std::uint32_t number) { return this->term(number); });
}

PostingsList PostingsView::list(std::uint32_t number) const {
  const std::size_t begin = list_offsets_[number];
  const std::size_t count = list_offsets_[number + 1] - begin;
  return {docs_.subspan(begin, count), impacts_.subspan(begin, count),
          fields_.subspan(begin, count)};
}

}  // namespace anireco
