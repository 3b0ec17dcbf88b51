#include "encoder/safetensors_writer.h"

#include <boost/json.hpp>
#include <cstring>
#include <set>

#include "base/error.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

constexpr std::size_t kAlignment = 8;

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorKind::invalid_argument, "The tensors cannot be written: " + reason + ".");
}

void check(const NamedTensor& tensor, std::set<std::string>& names) {
  std::uint64_t elements = 1;
  for (const std::uint64_t length : tensor.shape) elements *= length;
  if (elements != tensor.values.size()) refuse(tensor.name + " does not fit its shape");
  if (!names.insert(tensor.name).second) refuse(tensor.name + " is there twice");
}

}  // namespace

std::string format_safetensors(const std::vector<NamedTensor>& tensors, TensorType type) {
  if (type != TensorType::f32 && type != TensorType::bf16) refuse("only F32 and BF16 are written");
  const std::size_t width = type == TensorType::f32 ? sizeof(float) : sizeof(bfloat16);
  boost::json::object header;
  std::set<std::string> names;
  std::uint64_t offset = 0;
  for (const NamedTensor& tensor : tensors) {
    check(tensor, names);
    const std::uint64_t end = offset + tensor.values.size() * width;
    header[tensor.name] = {{"dtype", type == TensorType::f32 ? "F32" : "BF16"},
                           {"shape", boost::json::array(tensor.shape.begin(), tensor.shape.end())},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = boost::json::serialize(header);
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes += text;
  bytes.reserve(bytes.size() + offset);
  for (const NamedTensor& tensor : tensors) {
    for (const float value : tensor.values) {
      const bfloat16 narrow = to_bfloat16(value);
      const char* from = type == TensorType::f32 ? reinterpret_cast<const char*>(&value)
                                                 : reinterpret_cast<const char*>(&narrow);
      bytes.append(from, width);
    }
  }
  return bytes;
}

}  // namespace anireco
