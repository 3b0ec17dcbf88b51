#include "fulltext/section_file.h"

#include <fmt/format.h>

#include <bit>
#include <cassert>
#include <cstring>

#include "base/error.h"
#include "base/hash.h"

namespace anireco {
namespace {

static_assert(std::endian::native == std::endian::little, "our files are little-endian");

constexpr std::uint64_t kAlignment = 64;

struct Header {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t sections = 0;
  std::uint64_t generation = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t checksum = 0;
  std::array<std::uint64_t, 3> reserved{};
};
static_assert(sizeof(Header) == 64);

struct Section {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint64_t checksum_of(std::span<const std::byte> file, Header header) {
  header.checksum = 0;
  Xxh3Stream stream;
  stream.update(std::as_bytes(std::span(&header, 1)));
  stream.update(file.subspan(sizeof(header)));
  return stream.digest();
}

void copy(std::span<std::byte> file, std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!bytes.empty()) std::memcpy(file.data() + offset, bytes.data(), bytes.size());
}

}  // namespace

AlignedBytes write_sections(const SectionFormat& format, std::uint64_t generation,
                            std::span<const std::span<const std::byte>> sections) {
  assert(sections.size() == format.sections);
  std::vector<Section> table;
  std::uint64_t end = sizeof(Header) + sections.size() * sizeof(Section);
  for (const auto& bytes : sections) {
    table.push_back({aligned(end), bytes.size()});
    end = table.back().offset + bytes.size();
  }
  Header header;
  header.magic = format.magic;
  header.version = format.version;
  header.sections = format.sections;
  header.generation = generation;
  header.file_bytes = end;

  AlignedBytes result(end);
  const std::span<std::byte> file = result.bytes();
  copy(file, sizeof(header), std::as_bytes(std::span(table)));
  for (std::size_t i = 0; i < sections.size(); ++i) copy(file, table[i].offset, sections[i]);
  header.checksum = checksum_of(file, header);
  copy(file, 0, std::as_bytes(std::span(&header, 1)));
  return result;
}

SectionReader::SectionReader(const SectionFormat& format, std::span<const std::byte> bytes)
    : name_(format.name) {
  Header header;
  require(bytes.size() >= sizeof(header), "it is shorter than its header");
  std::memcpy(&header, bytes.data(), sizeof(header));
  require(header.magic == format.magic, "it does not begin as such a file does");
  if (header.version != format.version) {
    fail(fmt::format("its format has version {}, this program reads {}", header.version,
                     format.version));
  }
  require(header.sections == format.sections, "its number of sections is wrong");
  require(header.file_bytes == bytes.size(), "its size is not the one it was written with");
  const std::uint64_t table_end = sizeof(header) + format.sections * sizeof(Section);
  require(bytes.size() >= table_end, "it is shorter than its table of sections");
  require(checksum_of(bytes, header) == header.checksum, "the checksum differs");
  generation_ = header.generation;

  std::vector<Section> table(format.sections);
  std::memcpy(table.data(), bytes.data() + sizeof(header), table.size() * sizeof(Section));
  std::uint64_t end = table_end;
  for (const Section& section : table) {
    require(section.offset % kAlignment == 0 && section.offset >= end &&
                section.offset <= bytes.size() && section.bytes <= bytes.size() - section.offset,
            "a section lies outside of its place");
    end = section.offset + section.bytes;
    sections_.push_back(bytes.subspan(section.offset, section.bytes));
  }
}

void SectionReader::check_offsets(std::span<const std::uint32_t> offsets, std::size_t count,
                                  std::size_t end) const {
  require(offsets.size() == count + 1 && offsets.front() == 0 && offsets.back() == end,
          "a table of offsets does not fit its section");
  for (std::size_t i = 0; i < count; ++i) {
    require(offsets[i] <= offsets[i + 1], "a table of offsets is out of order");
  }
}

void SectionReader::fail(const std::string& what) const {
  throw Error(ErrorKind::corrupt, fmt::format("the {} is damaged: {}", name_, what));
}

}  // namespace anireco
