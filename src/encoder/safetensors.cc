#include "encoder/safetensors.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/basic_parser_impl.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "base/error.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

static_assert(std::endian::native == std::endian::little, "The format is little-endian.");

[[noreturn]] void fail(const std::string& reason) {
  throw Error(ErrorKind::corrupt, "The safetensors file is damaged: " + reason + ".");
}

struct NamedType {
  std::string_view name;
  TensorType type;
  uint64_t bytes;
};

constexpr std::array<NamedType, 13> kTypes = {{{"BOOL", TensorType::boolean, 1},
                                               {"U8", TensorType::u8, 1},
                                               {"I8", TensorType::i8, 1},
                                               {"U16", TensorType::u16, 2},
                                               {"I16", TensorType::i16, 2},
                                               {"U32", TensorType::u32, 4},
                                               {"I32", TensorType::i32, 4},
                                               {"U64", TensorType::u64, 8},
                                               {"I64", TensorType::i64, 8},
                                               {"F16", TensorType::f16, 2},
                                               {"BF16", TensorType::bf16, 2},
                                               {"F32", TensorType::f32, 4},
                                               {"F64", TensorType::f64, 8}}};

const NamedType& info(TensorType type) { return kTypes[static_cast<size_t>(type)]; }

// Enough of a name to find it; a hostile one may be huge.
std::string shown(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 60)) out += c >= ' ' && c <= '~' ? c : '?';
  return '"' + out + '"';
}

float half_to_float(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000U) << 16;
  const uint32_t exponent = (half >> 10) & 0x1fU;
  const uint32_t fraction = half & 0x3ffU;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 0xffU : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

template <typename Number, typename Convert>
std::vector<float> convert(std::span<const std::byte> bytes, Convert to) {
  std::vector<float> out(bytes.size() / sizeof(Number));
  for (size_t i = 0; i < out.size(); ++i) {
    Number number;
    std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
    out[i] = to(number);
  }
  return out;
}

struct Entry {
  std::string name;
  std::optional<TensorType> type;
  std::optional<std::vector<uint64_t>> shape;
  std::optional<std::vector<uint64_t>> offsets;
};

// Receives the header's JSON piece by piece; a document tree would hide duplicate names.
// NOLINTBEGIN(readability-convert-member-functions-to-static)
class HeaderHandler {
 public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  std::vector<Entry> entries;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    if (array_ || depth_ > 1) fail("its header is nested too deeply");
    if (++depth_ == 2 && !in_metadata_) entries.push_back({text_, {}, {}, {}});
    return true;
  }
  bool on_object_end(size_t, error_code&) {
    if (--depth_ == 1) in_metadata_ = false;
    return true;
  }
  bool on_array_begin(error_code&) {
    std::optional<std::vector<uint64_t>>* target = nullptr;
    if (depth_ == 2 && !in_metadata_ && !array_) {
      if (text_ == "shape") target = &entries.back().shape;
      if (text_ == "data_offsets") target = &entries.back().offsets;
    }
    if (target == nullptr || target->has_value()) fail("its header has a list out of place");
    target->emplace();
    array_ = &**target;
    return true;
  }
  bool on_array_end(size_t, error_code&) {
    array_ = nullptr;
    return true;
  }
  bool on_key_part(string_view part, size_t, error_code&) { return append(part); }
  bool on_key(string_view part, size_t, error_code&) {
    append(part);
    text_ = std::exchange(partial_, {});
    if (depth_ == 1) {
      in_metadata_ = text_ == "__metadata__";
      if (in_metadata_ && std::exchange(has_metadata_, true)) fail("it has metadata twice");
    }
    return true;
  }
  bool on_string_part(string_view part, size_t, error_code&) { return append(part); }
  bool on_string(string_view part, size_t, error_code&) {
    append(part);
    const std::string value = std::exchange(partial_, {});
    if (depth_ != 2 || array_) fail("its header has a text out of place");
    if (in_metadata_) return true;
    Entry& entry = entries.back();
    if (text_ != "dtype" || entry.type) fail("its header has a text out of place");
    const auto found = std::ranges::find(kTypes, value, &NamedType::name);
    if (found == kTypes.end()) fail("unknown number type " + shown(value));
    entry.type = found->type;
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(int64_t value, string_view, error_code&) {
    if (value < 0) fail("its header has a negative number");
    return number(static_cast<uint64_t>(value));
  }
  bool on_uint64(uint64_t value, string_view, error_code&) { return number(value); }
  bool on_double(double, string_view, error_code&) { fail("its header has a broken number"); }
  bool on_bool(bool, error_code&) { fail("its header has a truth value"); }
  bool on_null(error_code&) { fail("its header has a null"); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool append(string_view part) {
    partial_.append(part.data(), part.size());
    return true;
  }
  bool number(uint64_t value) {
    if (!array_) fail("its header has a number out of place");
    array_->push_back(value);
    return true;
  }

  int depth_ = 0;
  bool in_metadata_ = false;
  bool has_metadata_ = false;
  std::vector<uint64_t>* array_ = nullptr;
  std::string partial_;
  std::string text_;  // the last key
};
// NOLINTEND(readability-convert-member-functions-to-static)

std::vector<Entry> read_header(std::string_view header) {
  if (header.empty() || header.front() != '{') fail("its header is not a JSON object");
  boost::json::parse_options options;
  options.max_depth = 4;
  boost::json::basic_parser<HeaderHandler> parser(options);
  boost::json::error_code code;
  const size_t used = parser.write_some(false, header.data(), header.size(), code);
  if (code) fail("its header is not JSON");
  if (header.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    fail("something follows its header");
  }
  return std::move(parser.handler().entries);
}

TensorView make_view(const Entry& entry, std::span<const std::byte> data) {
  const std::string name = shown(entry.name);
  if (!entry.type || !entry.shape || !entry.offsets || entry.offsets->size() != 2) {
    fail("tensor " + name + " lacks its type, shape or offsets");
  }
  const uint64_t begin = entry.offsets->front();
  const uint64_t end = entry.offsets->back();
  if (begin > end || end > data.size()) fail("tensor " + name + " reaches beyond the file");
  uint64_t size = info(*entry.type).bytes;
  for (const uint64_t length : *entry.shape) {
    if (__builtin_mul_overflow(size, length, &size)) fail("the shape of " + name + " overflows");
  }
  if (size != end - begin) fail("the shape of tensor " + name + " does not fit its bytes");
  return {*entry.type, *entry.shape, data.subspan(begin, size)};
}

}  // namespace

uint64_t TensorView::elements() const { return bytes.size() / info(type).bytes; }

std::span<const float> TensorView::mapped_floats() const {
  const auto address = reinterpret_cast<uintptr_t>(bytes.data());
  if (type != TensorType::f32 || address % alignof(float) != 0) return {};
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

std::vector<float> TensorView::to_floats() const {
  switch (type) {
    case TensorType::f16:
      return convert<uint16_t>(bytes, half_to_float);
    case TensorType::bf16:
      return convert<uint16_t>(bytes, [](uint16_t bits) { return to_float(bfloat16{bits}); });
    case TensorType::f32:
      return convert<float>(bytes, [](float value) { return value; });
    case TensorType::f64:
      return convert<double>(bytes, [](double value) { return static_cast<float>(value); });
    default:
      throw Error(ErrorKind::corrupt, "A tensor holds " + std::string(info(type).name) +
                                          " where the model needs floating point numbers.");
  }
}

Safetensors Safetensors::open(const std::filesystem::path& path) {
  MappedFile file(path);
  try {
    Safetensors result = parse(file.bytes());
    result.file_ = std::move(file);
    return result;
  } catch (const Error& error) {
    throw Error(error.kind(), error.what(), path.string());
  }
}

Safetensors Safetensors::parse(std::span<const std::byte> bytes) {
  uint64_t header_bytes = 0;
  if (bytes.size() < sizeof(header_bytes)) fail("it is shorter than 8 bytes");
  std::memcpy(&header_bytes, bytes.data(), sizeof(header_bytes));
  const std::span<const std::byte> rest = bytes.subspan(sizeof(header_bytes));
  if (header_bytes > kMaxHeaderBytes || header_bytes > rest.size()) {
    fail("its header is longer than allowed or than the file");
  }
  const std::string_view header(reinterpret_cast<const char*>(rest.data()), header_bytes);
  const std::span<const std::byte> data = rest.subspan(header_bytes);

  Safetensors result;
  result.bytes_ = bytes;
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (Entry& entry : read_header(header)) {
    const TensorView view = make_view(entry, data);
    ranges.emplace_back(entry.offsets->front(), entry.offsets->back());
    const std::string name = shown(entry.name);
    if (!result.tensors_.emplace(std::move(entry.name), view).second) {
      fail("two tensors are named " + name);
    }
  }
  std::ranges::sort(ranges);
  uint64_t expected = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != expected) fail("its tensors overlap or leave a hole");
    expected = end;
  }
  if (expected != data.size()) fail("bytes follow its last tensor, or are missing");
  return result;
}

void Safetensors::release_pages() const {
  const std::span<const std::byte> mapped = file_.bytes();
  // A hint; the mapping is read-only, so nothing can be lost.
  if (!mapped.empty()) madvise(const_cast<std::byte*>(mapped.data()), mapped.size(), MADV_DONTNEED);
}

bool Safetensors::contains(std::string_view name) const { return tensors_.contains(name); }

const TensorView& Safetensors::at(std::string_view name, std::span<const uint64_t> shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) fail("tensor " + shown(name) + " is missing");
  if (!std::ranges::equal(found->second.shape, shape)) {
    fail("tensor " + shown(name) + " has another shape than the model's settings say");
  }
  return found->second;
}

}  // namespace anireco
