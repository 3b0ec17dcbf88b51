#include "index/vector_file.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian");

constexpr std::array<char, 8> kMagic = {'A', 'N', 'I', 'R', 'V', 'E', 'C', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint32_t kMaxFingerprintBytes = 256;
constexpr float kMaxMagnitude = 2.0F;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t dimension = 0;
  std::uint64_t generation = 0;
  std::uint32_t documents = 0;
  std::uint32_t rows = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t checksum = 0;
  std::uint32_t fingerprint_bytes = 0;
  std::array<std::uint32_t, 19> reserved{};
};
static_assert(sizeof(Header) == 128);

struct Layout {
  std::uint64_t exact, quantised, scales, errors, first_row, fingerprint, end;
};

constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

// The counts alone fix where everything lies, so a file holds no offset that could be wrong.
Layout layout_of(const Header& header) {
  const std::uint64_t rows = header.rows;
  Layout layout{};
  layout.exact = sizeof(Header);
  layout.quantised = aligned(layout.exact + rows * header.dimension * sizeof(bfloat16));
  layout.scales = aligned(layout.quantised + rows * header.dimension);
  layout.errors = aligned(layout.scales + rows * sizeof(float));
  layout.first_row = aligned(layout.errors + rows * sizeof(float));
  layout.fingerprint =
      aligned(layout.first_row + (std::uint64_t{header.documents} + 1) * sizeof(std::uint32_t));
  layout.end = layout.fingerprint + header.fingerprint_bytes;
  return layout;
}

[[noreturn]] void throw_corrupt(const std::string& what) {
  throw Error(ErrorKind::corrupt, "the vector file is damaged: " + what);
}

std::uint64_t checksum_of(Xxh3Stream& body, Header header) {
  header.checksum = 0;
  body.update(std::as_bytes(std::span(&header, 1)));
  return body.digest();
}

template <typename T>
std::span<const T> section(std::span<const std::byte> bytes, std::uint64_t offset,
                           std::size_t count) {
  return {reinterpret_cast<const T*>(bytes.data() + offset), count};
}

}  // namespace

struct VectorFileWriter::State {
  State(std::filesystem::path path, VectorFileInfo about)
      : file(std::move(path)), info(std::move(about)) {}

  void append(std::span<const std::byte> bytes) {
    file.append(bytes);
    body.update(bytes);
  }

  void pad_to(std::uint64_t offset) {
    static constexpr std::array<std::byte, kAlignment> kZeros{};
    append(std::span(kZeros).first(offset - file.size()));
  }

  void add_row(std::span<const std::uint16_t> bits) {
    for (std::size_t i = 0; i < bits.size(); ++i) {
      values[i] = to_float(bfloat16{bits[i]});
      if (!(std::abs(values[i]) <= kMaxMagnitude)) {
        throw Error(ErrorKind::invalid_argument, "a vector has a value beyond [-2, 2]");
      }
    }
    const std::size_t start = quantised.size();
    quantised.resize(start + bits.size());
    const float scale = quantize_i8(values.data(), values.size(), quantised.data() + start);
    double squares = 0;
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const double error = static_cast<double>(values[i]) -
                           static_cast<double>(scale) * static_cast<double>(quantised[start + i]);
      squares += error * error;
    }
    scales.push_back(scale);
    errors.push_back(std::nextafter(static_cast<float>(std::sqrt(squares)),
                                    std::numeric_limits<float>::infinity()));
    append(std::as_bytes(bits));
  }

  AtomicFileWriter file;
  VectorFileInfo info;
  Xxh3Stream body;
  std::vector<float> values;  // one row
  std::vector<std::int8_t> quantised;
  std::vector<float> scales;
  std::vector<float> errors;
  std::vector<std::uint32_t> first_row = {0};
};

VectorFileWriter::VectorFileWriter(std::filesystem::path path, VectorFileInfo info) {
  if (info.dimension == 0 || info.dimension > VectorFileInfo::kMaxDimension) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("a vector's dimension must be 1 to {}, not {}",
                            VectorFileInfo::kMaxDimension, info.dimension));
  }
  if (info.model_fingerprint.empty() || info.model_fingerprint.size() > kMaxFingerprintBytes) {
    throw Error(ErrorKind::invalid_argument, "a model's fingerprint must have 1 to 256 bytes");
  }
  state_ = std::make_unique<State>(std::move(path), std::move(info));
  state_->values.resize(state_->info.dimension);
  const Header placeholder;
  state_->file.append(std::as_bytes(std::span(&placeholder, 1)));
}

VectorFileWriter::~VectorFileWriter() = default;
VectorFileWriter::VectorFileWriter(VectorFileWriter&&) noexcept = default;

void VectorFileWriter::add(std::span<const std::uint16_t> document,
                           std::span<const std::uint16_t> windows) {
  State& state = *state_;
  const std::size_t dimension = state.info.dimension;
  if ((!document.empty() && document.size() != dimension) || windows.size() % dimension != 0) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("a vector must have {} values", dimension));
  }
  if (document.empty() && !windows.empty()) {
    throw Error(ErrorKind::invalid_argument, "a document with windows needs a vector of its own");
  }
  if (state.scales.size() + 1 + windows.size() / dimension >
          std::numeric_limits<std::uint32_t>::max() ||
      state.first_row.size() == std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::invalid_argument, "too many vectors for one file");
  }
  if (!document.empty()) state.add_row(document);
  for (std::size_t at = 0; at < windows.size(); at += dimension) {
    state.add_row(windows.subspan(at, dimension));
  }
  state.first_row.push_back(static_cast<std::uint32_t>(state.scales.size()));
}

std::size_t VectorFileWriter::size() const { return state_->first_row.size() - 1; }

void VectorFileWriter::commit() {
  State& state = *state_;
  Header header;
  header.dimension = static_cast<std::uint32_t>(state.info.dimension);
  header.generation = state.info.generation;
  header.documents = static_cast<std::uint32_t>(size());
  header.rows = static_cast<std::uint32_t>(state.scales.size());
  header.fingerprint_bytes = static_cast<std::uint32_t>(state.info.model_fingerprint.size());
  const Layout layout = layout_of(header);
  header.file_bytes = layout.end;

  state.pad_to(layout.quantised);
  state.append(std::as_bytes(std::span(state.quantised)));
  state.pad_to(layout.scales);
  state.append(std::as_bytes(std::span(state.scales)));
  state.pad_to(layout.errors);
  state.append(std::as_bytes(std::span(state.errors)));
  state.pad_to(layout.first_row);
  state.append(std::as_bytes(std::span(state.first_row)));
  state.pad_to(layout.fingerprint);
  state.append(std::as_bytes(std::span(state.info.model_fingerprint)));
  header.checksum = checksum_of(state.body, header);
  state.file.overwrite(0, std::as_bytes(std::span(&header, 1)));
  state.file.commit();
}

VectorFileView parse_vector_file(std::span<const std::byte> bytes) {
  Header header;
  if (bytes.size() < sizeof(header)) throw_corrupt("it is shorter than its header");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kMagic) throw_corrupt("it does not begin as a vector file does");
  if (header.version != kVersion) {
    throw_corrupt(
        fmt::format("its format has version {}, this program reads {}", header.version, kVersion));
  }
  if (header.dimension == 0 || header.dimension > VectorFileInfo::kMaxDimension) {
    throw_corrupt(fmt::format("dimension {} is out of range", header.dimension));
  }
  if (header.fingerprint_bytes == 0 || header.fingerprint_bytes > kMaxFingerprintBytes) {
    throw_corrupt("the model's fingerprint has a wrong length");
  }
  const Layout layout = layout_of(header);
  if (header.file_bytes != layout.end || bytes.size() != layout.end) {
    throw_corrupt(
        fmt::format("it has {} bytes where its counts ask for {}", bytes.size(), layout.end));
  }
  Xxh3Stream body;
  body.update(bytes.subspan(sizeof(header)));
  if (checksum_of(body, header) != header.checksum) throw_corrupt("the checksum differs");

  VectorFileView view;
  view.info.model_fingerprint.assign(
      reinterpret_cast<const char*>(bytes.data() + layout.fingerprint), header.fingerprint_bytes);
  view.info.dimension = header.dimension;
  view.info.generation = header.generation;
  view.documents = header.documents;
  view.rows = header.rows;
  const std::size_t values = view.rows * view.info.dimension;
  view.exact = section<bfloat16>(bytes, layout.exact, values).data();
  view.quantised = section<std::int8_t>(bytes, layout.quantised, values).data();
  view.scales = section<float>(bytes, layout.scales, view.rows);
  view.errors = section<float>(bytes, layout.errors, view.rows);
  view.first_row = section<std::uint32_t>(bytes, layout.first_row, view.documents + 1);

  if (view.first_row.front() != 0 || view.first_row.back() != view.rows) {
    throw_corrupt("the rows of its documents do not cover all rows");
  }
  for (std::size_t doc = 0; doc < view.documents; ++doc) {
    if (view.first_row[doc] > view.first_row[doc + 1]) throw_corrupt("its rows are out of order");
  }
  for (std::size_t row = 0; row < view.rows; ++row) {
    if (!(view.scales[row] > 0 && view.scales[row] <= 1)) throw_corrupt("a scale is out of range");
    if (!(view.errors[row] >= 0 && view.errors[row] <= 64)) {
      throw_corrupt("an error bound is out of range");
    }
  }
  return view;
}

}  // namespace anireco
