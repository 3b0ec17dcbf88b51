#include "torch_file.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

#include "base/error.h"
#include "base/file.h"
#include "pickle_reader.h"

namespace anireco::trainer {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 31U;
constexpr std::size_t kMostDimensions = 64;

[[noreturn]] void refuse(const std::string& reason, const std::filesystem::path& path) {
  throw Error(ErrorKind::corrupt, "the file of tensors " + reason, path.string());
}

const std::map<std::string, torch::ScalarType>& storage_types() {
  static const std::map<std::string, torch::ScalarType> types = {
      {"torch.FloatStorage", torch::kFloat32}, {"torch.DoubleStorage", torch::kFloat64},
      {"torch.HalfStorage", torch::kFloat16},  {"torch.BFloat16Storage", torch::kBFloat16},
      {"torch.LongStorage", torch::kInt64},    {"torch.IntStorage", torch::kInt32},
      {"torch.ByteStorage", torch::kUInt8},    {"torch.BoolStorage", torch::kBool}};
  return types;
}

class Archive {
 public:
  explicit Archive(const std::filesystem::path& path) : path_(path), reader_(path.string()) {}

  std::string record(const std::string& name) {
    if (!reader_.hasRecord(name)) refuse("lacks " + name, path_);
    const auto [data, size] = reader_.getRecord(name);
    return {static_cast<const char*>(data.get()), size};
  }

  /// Null unless the value is a tensor.
  torch::Tensor tensor(const PickleValue& value) {
    const PickleValue::Call* call = value.call();
    if (call == nullptr || call->arguments->list()->empty()) return {};
    const PickleValue::List& arguments = *call->arguments->list();
    if (call->name == "torch._utils._rebuild_parameter") return tensor(*arguments[0]);
    if (call->name != "torch._utils._rebuild_tensor_v2") return {};
    if (arguments.size() < 4) refuse("has a tensor without a shape", path_);
    const PickleValue::Stored* stored = arguments[0]->stored();
    const std::int64_t* offset = arguments[1]->number();
    if (stored == nullptr || offset == nullptr) refuse("has a tensor without bytes", path_);
    const std::vector<std::int64_t> sizes = numbers(*arguments[2]);
    const std::vector<std::int64_t> strides = numbers(*arguments[3]);
    const torch::Tensor all = storage(*stored);
    check_within(sizes, strides, *offset, all.numel());
    if (std::ranges::find(sizes, 0) != sizes.end()) return torch::zeros(sizes, all.options());
    return all.as_strided(sizes, strides, *offset);
  }

 private:
  /// No number is above kMostElements, so no sum or product here leaves 64 bits.
  void check_within(std::span<const std::int64_t> sizes, std::span<const std::int64_t> strides,
                    std::int64_t offset, std::int64_t available) const {
    if (offset < 0 || offset > kMostElements) refuse("has a tensor beyond its bytes", path_);
    if (strides.size() != sizes.size()) refuse("has a tensor without strides", path_);
    std::int64_t last = offset;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      last += std::max<std::int64_t>(0, sizes[i] - 1) * strides[i];
      elements *= std::max<std::int64_t>(1, sizes[i]);
      if (last > kMostElements || elements > kMostElements) {
        refuse("has a tensor beyond its bytes", path_);
      }
    }
    if (std::ranges::find(sizes, 0) != sizes.end()) return;
    // A stride of 0 would make many numbers of few bytes.
    if (last >= available || elements > available) refuse("has a tensor beyond its bytes", path_);
  }

  std::vector<std::int64_t> numbers(const PickleValue& value) const {
    std::vector<std::int64_t> result;
    if (value.list() == nullptr) refuse("has a shape that is no tuple", path_);
    if (value.list()->size() > kMostDimensions) refuse("has a shape out of range", path_);
    for (const PickleValue::Ptr& item : *value.list()) {
      const std::int64_t* number = item->number();
      if (number == nullptr || *number < 0 || *number > kMostElements) {
        refuse("has a shape out of range", path_);
      }
      result.push_back(*number);
    }
    return result;
  }

  /// Named by ("storage", type, key, device, elements). Read once, however many tensors share it.
  torch::Tensor storage(const PickleValue::Stored& stored) {
    const PickleValue::List& names = *stored.key->list();
    if (names.size() < 5) refuse("names bytes in an unknown way", path_);
    const auto* type = std::get_if<PickleValue::Global>(&names[1]->value);
    const std::string* key = names[2]->text();
    const auto found = type == nullptr ? storage_types().end() : storage_types().find(type->name);
    if (found == storage_types().end() || key == nullptr) {
      refuse("has numbers of an unknown type", path_);
    }
    const auto [entry, is_new] = storages_.try_emplace(*key, found->second, torch::Tensor());
    auto& [kept_type, kept] = entry->second;
    if (kept_type != found->second) refuse("has bytes of two types", path_);
    if (!is_new) return kept;
    const std::string bytes = record("data/" + *key);
    const auto width = static_cast<std::int64_t>(torch::elementSize(found->second));
    torch::Tensor values =
        torch::empty({static_cast<std::int64_t>(bytes.size()) / width}, found->second);
    std::memcpy(values.data_ptr(), bytes.data(), static_cast<std::size_t>(values.nbytes()));
    kept = values.is_floating_point() ? values.to(torch::kFloat32) : values;
    return kept;
  }

  std::filesystem::path path_;
  std::map<std::string, std::pair<torch::ScalarType, torch::Tensor>> storages_;
  caffe2::serialize::PyTorchStreamReader reader_;
};

StateDict tensors_of(const PickleValue& dict, Archive& archive) {
  StateDict tensors;
  for (const auto& [key, value] : *dict.dict()) {
    if (key->text() == nullptr) continue;
    torch::Tensor tensor = archive.tensor(*value);
    if (tensor.defined()) tensors.emplace_back(*key->text(), std::move(tensor));
  }
  return tensors;
}

StateDict read(const std::filesystem::path& path) {
  Archive archive(path);
  const PickleValue::Ptr root = read_pickle(archive.record("data.pkl"));
  if (root->dict() == nullptr) {
    refuse("holds no dict of tensors; save model.state_dict(), not the model", path);
  }
  for (const char* wrapper : {"model_state_dict", "state_dict", "model"}) {
    for (const auto& [key, value] : *root->dict()) {
      if (key->text() == nullptr || *key->text() != wrapper || value->dict() == nullptr) continue;
      return tensors_of(*value, archive);
    }
  }
  return tensors_of(*root, archive);
}

}  // namespace

void write_torch_file(const std::filesystem::path& path, const StateDict& tensors) {
  c10::impl::GenericDict dict(c10::StringType::get(), c10::TensorType::get());
  for (const auto& [name, tensor] : tensors) {
    dict.insert(name, tensor.detach().to(torch::kCPU).contiguous());
  }
  // As torch::pickle_save does, but without tags of types, which Python refuses when it is to load
  // weights only.
  std::string pickle;
  torch::jit::Pickler pickler(
      [&](const char* data, std::size_t size) { pickle.append(data, size); }, nullptr, nullptr,
      nullptr, nullptr, false);
  pickler.protocol();
  pickler.pushIValue(dict);
  pickler.stop();
  std::string bytes;
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  for (std::size_t i = 0; i < pickler.tensorData().size(); ++i) {
    const auto data = torch::jit::getWriteableTensorData(pickler.tensorData()[i]);
    writer.writeRecord("data/" + std::to_string(i), data.data(), data.sizeInBytes());
  }
  writer.writeEndOfFile();
  write_file_atomic(path, std::string_view(bytes));
}

StateDict read_torch_file(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw Error(ErrorKind::not_found, "there is no such file of tensors", path.string());
  }
  try {
    StateDict tensors = read(path);
    if (tensors.empty()) refuse("holds no tensor by name", path);
    return tensors;
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::corrupt, "the file of tensors cannot be read",
                path.string() + ": " + error.what_without_backtrace());
  }
}

}  // namespace anireco::trainer
