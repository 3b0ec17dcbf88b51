#include "torch_file.h"

#include <caffe2/serialize/inline_container.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "model_folder.h"
#include "pickle_reader.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

fs::path file_of(const std::string& name) {
  const fs::path path = fs::path(testing::TempDir()) / name;
  fs::remove(path);
  return path;
}

ErrorKind kind_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST(TorchFile, GivesBackWhatWasWritten) {
  torch::manual_seed(1);
  const StateDict written = {{"encoder.weight", torch::randn({3, 4})},
                             {"a.turned", torch::randn({4, 2}).t()},
                             {"count", torch::tensor(7)},
                             {"half", torch::randn({5}).to(torch::kBFloat16)}};
  const fs::path path = file_of("state.pt");
  write_torch_file(path, written);
  const StateDict read = read_torch_file(path);
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].first, written[i].first);
    EXPECT_EQ(read[i].second.sizes(), written[i].second.sizes());
    EXPECT_TRUE(torch::equal(read[i].second, written[i].second.to(read[i].second.scalar_type())));
  }
  EXPECT_EQ(read[3].second.scalar_type(), torch::kFloat32);
}

TEST(TorchFile, ThatIsDamagedIsRefused) {
  const fs::path path = file_of("damaged.pt");
  EXPECT_EQ(kind_of([&] { read_torch_file(path); }), ErrorKind::not_found);
  write_torch_file(path, {{"a", torch::ones({100})}});
  const std::string whole = read_file(path);
  for (const std::size_t keep : {std::size_t{0}, std::size_t{10}, whole.size() / 2}) {
    write_file_atomic(path, std::string_view(whole).substr(0, keep));
    EXPECT_EQ(kind_of([&] { read_torch_file(path); }), ErrorKind::corrupt) << keep;
  }
}

TEST(TorchFile, WithAShapeBeyondItsBytesIsRefused) {
  const fs::path path = file_of("beyond.pt");
  write_torch_file(path, {{"a", torch::ones({100})}});
  std::string bytes = read_file(path);
  // A tuple of 100 alone: the shape.
  const std::size_t at = bytes.find("(Kdt");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 2] = '\xff';
  write_file_atomic(path, bytes);
  EXPECT_EQ(kind_of([&] { read_torch_file(path); }), ErrorKind::corrupt);
}

std::string number(std::int64_t n) {
  return "\x8a\x08" + std::string(reinterpret_cast<const char*>(&n), sizeof n);
}

std::string tuple(const std::vector<std::int64_t>& numbers) {
  std::string code = "(";
  for (const std::int64_t n : numbers) code += number(n);
  return code + "t";
}

struct View {
  std::string name;
  std::int64_t offset = 0;
  std::vector<std::int64_t> sizes = {};
  std::vector<std::int64_t> strides = {};
  std::string type = "FloatStorage";
};

/// A file whose tensors are these views of one storage: 0, 1, ... 99.
fs::path file_of_views(const std::string& name, const std::vector<View>& views) {
  using namespace std::string_literals;
  std::string pickle = "\x80\x02}"s;
  for (const View& view : views) {
    pickle += "X\x01\0\0\0"s + view.name + "ctorch._utils\n_rebuild_tensor_v2\n(" +
              "(X\x07\0\0\0storagectorch\n"s + view.type +
              "\nX\x01\0\0\0"
              "0X\x03\0\0\0cpuKdtQ"s +
              number(view.offset) + tuple(view.sizes) + tuple(view.strides) +
              "\x89"
              "ccollections\nOrderedDict\n)RtRs";
  }
  pickle += ".";
  const torch::Tensor values = torch::arange(100, torch::kFloat32);
  std::string bytes;
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  writer.writeRecord("data/0", values.data_ptr(), values.nbytes());
  writer.writeEndOfFile();
  const fs::path path = file_of(name);
  write_file_atomic(path, std::string_view(bytes));
  return path;
}

TEST(TorchFile, GivesTensorsThatLieWithinTheirBytes) {
  const StateDict read = read_torch_file(file_of_views("views.pt", {{"a", 90, {2, 5}, {5, 1}},
                                                                    {"b", 3, {4, 2}, {1, 4}},
                                                                    {"c", 0, {0, 7}, {7, 1}},
                                                                    {"d", 99, {}, {}}}));
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(read[0].second[1][4].item<float>(), 99);
  EXPECT_EQ(read[1].second[3][1].item<float>(), 10);
  EXPECT_EQ(read[2].second.sizes(), (std::vector<std::int64_t>{0, 7}));
  EXPECT_EQ(read[3].second.item<float>(), 99);
  EXPECT_EQ(read[0].second.storage().data(), read[1].second.storage().data());
}

TEST(TorchFile, WhoseTensorsReachBeyondTheirBytesIsRefused) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 31U;
  const std::vector<View> outside = {
      {"a", 91, {2, 5}, {5, 1}},
      {"a", -1, {2}, {1}},
      {"a", INT64_MAX, {2}, {1}},
      {"a", INT64_MAX - 3, {3, 3}, {2, 1}},
      {"a", INT64_MIN, {0}, {1}},
      {"a", 100, {}, {}},
      {"a", 0, {2, 2}, {1}},
      {"a", 0, {2}, {kHuge}},
      {"a", 0, {kHuge, kHuge, kHuge, kHuge, 5}, {0, 0, 0, 0, 1}},
      {"a", 0, {0, kHuge, kHuge, kHuge}, {1, 1, 1, 1}},
      {"a", 0, {1'000'000'000}, {0}},
      {"a", 0, {101}, {0}},
      {"a", 0, {11, 10}, {1, 1}},
      {"a", 0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)}};
  for (std::size_t i = 0; i < outside.size(); ++i) {
    const fs::path path = file_of_views("outside.pt", {outside[i]});
    EXPECT_EQ(kind_of([&] { read_torch_file(path); }), ErrorKind::corrupt) << i;
  }
  const fs::path path =
      file_of_views("types.pt", {{"a", 0, {2}, {1}}, {"b", 0, {2}, {1}, "LongStorage"}});
  EXPECT_EQ(kind_of([&] { read_torch_file(path); }), ErrorKind::corrupt);
}

TEST(PickleReader, CallsNothingAndStopsAtDamage) {
  using namespace std::string_literals;
  // os.system("x"), as a hostile file would have it.
  const auto value = read_pickle("cos\nsystem\n(X\x01\0\0\0xtR."s);
  ASSERT_NE(value->call(), nullptr);
  EXPECT_EQ(value->call()->name, "os.system");
}

TEST(PickleReader, RefusesWhatIsNoPickle) {
  using namespace std::string_literals;
  for (const std::string& bytes : {""s, "."s, "K"s, "t."s, "h\x05."s, "X\xff\xff\xff\x7fx."s,
                                   "\xfe."s, "}K\x01s."s, "N" + std::string(1000, '\x85') + "."}) {
    EXPECT_EQ(kind_of([&] { read_pickle(bytes); }), ErrorKind::corrupt) << bytes.substr(0, 8);
  }
}

TEST(PickleReader, RefusesToFillWhatIsPartOfAnotherValue) {
  using namespace std::string_literals;
  // A list that holds itself; one in a tuple, filled later; a chain that grows from the inside; a
  // dict in a dict; the arguments of a call.
  std::string chain = "]q\0"s;
  for (int i = 0; i < 200; ++i)
    chain +=
        "]q\x01h\0h\x01"
        "a0h\x01q\0"s;
  for (const std::string& bytes : {"]q\0h\0a."s,
                                   "]q\0\x85h\0K\x01"
                                   "a."s,
                                   chain + "."s, "}q\0}q\x01K\x01h\0sh\0K\x01K\x01s."s,
                                   "ca\nb\n]q\0Rh\0K\x01"
                                   "a."s}) {
    EXPECT_EQ(kind_of([&] { read_pickle(bytes); }), ErrorKind::corrupt) << bytes.substr(0, 12);
  }
  // Filled first, as Python does.
  EXPECT_EQ(read_pickle("]q\0K\x01"
                        "ah\0\x86."s)
                ->list()
                ->size(),
            2U);
}

TEST(PickleReader, SharesTheArgumentsOfManyCalls) {
  using namespace std::string_literals;
  std::string bytes = "ca\nb\nq\0("s;
  for (int i = 0; i < 10'000; ++i) bytes += "K\x01";
  bytes += "tq\x01(";
  // Copied, these would be 200 million parts.
  for (int i = 0; i < 10'000; ++i) bytes += "h\0h\x01Rh\x01Q"s;
  const auto value = read_pickle(bytes + "t.");
  ASSERT_EQ(value->list()->size(), 20'000U);
  EXPECT_EQ((*value->list())[0]->call()->arguments, (*value->list())[19'998]->call()->arguments);
  EXPECT_EQ((*value->list())[1]->stored()->key, (*value->list())[19'999]->stored()->key);
}

TEST(PickleReader, ReadsOrderedDictsAndSharedParts) {
  using namespace std::string_literals;
  // OrderedDict with state, then {"a": 1, "b": the same 1}.
  const std::string bytes = "\x80\x02"s + "ccollections\nOrderedDict\n)Rq\0("s + "X\x01\0\0\0a"s +
                            "K\x01q\x01"s + "X\x01\0\0\0b"s + "h\x01u}b."s;
  const auto value = read_pickle(bytes);
  ASSERT_NE(value->dict(), nullptr);
  ASSERT_EQ(value->dict()->size(), 2U);
  EXPECT_EQ(*(*value->dict())[1].second->number(), 1);
  EXPECT_EQ((*value->dict())[0].second, (*value->dict())[1].second);
}

StateDict encoder_and(const std::vector<std::string>& head, const std::string& prefix) {
  StateDict state = {{prefix + "embeddings.word_embeddings.weight", torch::ones({2})},
                     {prefix + "embeddings.position_ids", torch::ones({2}, torch::kInt64)},
                     {prefix + "encoder.layer.0.output.dense.bias", torch::ones({2})}};
  float number = 0;
  for (const std::string& name : head) state.emplace_back(name, torch::full({1}, ++number));
  return state;
}

TEST(ModelTensors, AreFoundUnderOthersNames) {
  const std::vector<std::string> ours = {"fc1.weight", "fc1.bias",        "bn.weight",
                                         "bn.bias",    "bn.running_mean", "bn.running_var",
                                         "fc2.weight", "fc2.bias"};
  std::vector<std::string> sequence;
  for (const char* name : {"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean",
                           "1.running_var", "4.weight", "4.bias"}) {
    sequence.push_back(std::string("module.projection.") + name);
  }
  for (const std::string prefix : {"", "encoder.", "bert.", "module.0.auto_model."}) {
    for (const auto& head : {ours, sequence}) {
      const ModelTensors found = split_state(encoder_and(head, prefix));
      ASSERT_EQ(found.encoder.size(), 2U) << prefix;
      EXPECT_EQ(found.encoder[1].first, "encoder.layer.0.output.dense.bias");
      ASSERT_EQ(found.head.size(), ours.size());
      for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_EQ(found.head[i].first, ours[i]);
        EXPECT_EQ(found.head[i].second.item<float>(), static_cast<float>(i + 1));
      }
    }
  }
  EXPECT_TRUE(split_state(encoder_and({}, "bert.")).head.empty());
}

TEST(ModelTensors, OfAnotherFormAreRefused) {
  EXPECT_EQ(kind_of([] { split_state({{"fc1.weight", torch::ones({1})}}); }), ErrorKind::corrupt);
  EXPECT_EQ(kind_of([] { split_state(encoder_and({"head.weight", "head.bias"}, "")); }),
            ErrorKind::corrupt);
  const std::vector<std::string> one = {"fc1.weight", "fc1.bias",        "bn.weight",
                                        "bn.bias",    "bn.running_mean", "bn.running_var",
                                        "fc2.weight", "fc2.bias"};
  const auto with = [&](const std::vector<std::string>& more, const std::string& prefix = "") {
    std::vector<std::string> names;
    for (const std::string& name : one) names.push_back(prefix + name);
    names.insert(names.end(), more.begin(), more.end());
    return encoder_and(names, "encoder.");
  };
  EXPECT_EQ(split_state(with({"head.bn.num_batches_tracked"}, "head.")).head.size(), one.size());
  std::vector<std::string> second;
  for (const std::string& name : one) second.push_back("other." + name);
  std::vector<std::string> apart = one;
  for (std::size_t i = 2; i < 6; ++i) apart[i] = "norms." + apart[i];
  // A third layer, a second head, a scale, a head in two places, a counter of something else.
  for (const StateDict& state :
       {with({"fc3.weight", "fc3.bias"}), with(second), with(second, "head."), with({"scale"}),
        encoder_and(apart, ""), with({"other.num_batches_tracked"})}) {
    EXPECT_EQ(kind_of([&] { split_state(state); }), ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace anireco::trainer
