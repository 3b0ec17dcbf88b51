#include "torch_file.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <array>
#include <cstring>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "pickle_reader.h"

namespace anireco::trainer {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 31U;

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
    if (call == nullptr || call->arguments.empty()) return {};
    if (call->name == "torch._utils._rebuild_parameter") return tensor(*call->arguments[0]);
    if (call->name != "torch._utils._rebuild_tensor_v2") return {};
    if (call->arguments.size() < 4) refuse("has a tensor without a shape", path_);
    const PickleValue::Stored* stored = call->arguments[0]->stored();
    const std::int64_t* offset = call->arguments[1]->number();
    if (stored == nullptr || offset == nullptr) refuse("has a tensor without bytes", path_);
    const std::vector<std::int64_t> sizes = numbers(*call->arguments[2]);
    const std::vector<std::int64_t> strides = numbers(*call->arguments[3]);
    const torch::Tensor all = storage(*stored);
    // What the furthest element needs.
    std::int64_t last = *offset;
    bool empty = false;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (i >= strides.size()) refuse("has a tensor without strides", path_);
      empty = empty || sizes[i] == 0;
      last += (sizes[i] - 1) * strides[i];
      if (last > kMostElements) break;
    }
    if (!empty && (*offset < 0 || last >= all.numel())) {
      refuse("has a tensor beyond its bytes", path_);
    }
    if (empty) return torch::zeros(sizes);
    const torch::Tensor view = all.as_strided(sizes, strides, *offset);
    return view.is_floating_point() ? view.to(torch::kFloat32).clone() : view.clone();
  }

 private:
  std::vector<std::int64_t> numbers(const PickleValue& value) {
    std::vector<std::int64_t> result;
    if (value.list() == nullptr) refuse("has a shape that is no tuple", path_);
    for (const PickleValue::Ptr& item : *value.list()) {
      const std::int64_t* number = item->number();
      if (number == nullptr || *number < 0 || *number > kMostElements) {
        refuse("has a shape out of range", path_);
      }
      result.push_back(*number);
    }
    return result;
  }

  /// Named by ("storage", type, key, device, elements).
  torch::Tensor storage(const PickleValue::Stored& stored) {
    if (stored.key.size() < 5) refuse("names bytes in an unknown way", path_);
    const auto* type = std::get_if<PickleValue::Global>(&stored.key[1]->value);
    const std::string* key = stored.key[2]->text();
    const auto found = type == nullptr ? storage_types().end() : storage_types().find(type->name);
    if (found == storage_types().end() || key == nullptr) {
      refuse("has numbers of an unknown type", path_);
    }
    const std::string bytes = record("data/" + *key);
    const auto width = static_cast<std::int64_t>(torch::elementSize(found->second));
    torch::Tensor values =
        torch::empty({static_cast<std::int64_t>(bytes.size()) / width}, found->second);
    std::memcpy(values.data_ptr(), bytes.data(), static_cast<std::size_t>(values.nbytes()));
    return values;
  }

  std::filesystem::path path_;
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
