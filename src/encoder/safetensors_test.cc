#include "encoder/safetensors.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace anireco {
namespace {

std::string file_of(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string file(reinterpret_cast<const char*>(&length), sizeof(length));
  return file + header + data;
}

std::span<const std::byte> bytes_of(const std::string& file) {
  return std::as_bytes(std::span(file));
}

std::string floats(std::initializer_list<float> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(float)};
}

std::string sound_file() {
  return file_of(R"({"__metadata__":{"format":"pt"},)"
                 R"("a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
                 R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]},)"
                 R"("c":{"dtype":"F16","shape":[],"data_offsets":[22,24]},)"
                 R"("d":{"dtype":"I64","shape":[0,5],"data_offsets":[24,24]}})",
                 floats({1, 2, 3, 4}) + std::string("\x80\x3f\x00\xc0\x00\x00\x00\x3c", 8));
}

// The message when a file is refused; a test failure when it is not, or not as corrupt.
std::string refusal(const std::string& file) {
  try {
    Safetensors::parse(bytes_of(file));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << file.substr(8, 200);
  return {};
}

TEST(Safetensors, ReadsEveryTensorOfASoundFile) {
  const std::string file = sound_file();
  const Safetensors read = Safetensors::parse(bytes_of(file));
  ASSERT_EQ(read.tensors().size(), 4U);
  const TensorView& a = read.at("a", std::array<uint64_t, 2>{2, 2});
  EXPECT_EQ(a.to_floats(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(a.elements(), 4U);
  EXPECT_EQ(read.at("b", std::array<uint64_t, 1>{3}).to_floats(), (std::vector<float>{1, -2, 0}));
  EXPECT_EQ(read.at("c", {}).to_floats(), std::vector<float>{1});
  EXPECT_EQ(read.at("d", std::array<uint64_t, 2>{0, 5}).elements(), 0U);
  EXPECT_TRUE(read.contains("a"));
  EXPECT_FALSE(read.contains("__metadata__"));
}

TEST(Safetensors, MapsAFileAndKeepsItsFloatsInPlace) {
  const std::string path = testing::TempDir() + "/sound.safetensors";
  // Padded to a multiple of 8, as writers of the format do.
  std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::ofstream(path, std::ios::binary) << file_of(header, floats({5, 6}));
  Safetensors opened = Safetensors::open(path);
  const Safetensors moved = std::move(opened);
  const auto in_place = moved.at("a", std::array<uint64_t, 1>{2}).mapped_floats();
  ASSERT_EQ(in_place.size(), 2U);
  EXPECT_EQ(in_place[1], 6.0F);
  moved.release_pages();
  EXPECT_EQ(in_place[1], 6.0F);
}

TEST(Safetensors, NamesAMissingFile) {
  try {
    Safetensors::open(testing::TempDir() + "/absent.safetensors");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST(Safetensors, RefusesAMissingTensorOrAnotherShape) {
  const std::string file = sound_file();
  const Safetensors read = Safetensors::parse(bytes_of(file));
  EXPECT_THROW(read.at("x", {}), Error);
  EXPECT_THROW(read.at("a", std::array<uint64_t, 1>{4}), Error);
  EXPECT_THROW(read.at("d", std::array<uint64_t, 2>{0, 5}).to_floats(), Error);
}

TEST(Safetensors, HalfPrecisionCoversSubnormalsInfinityAndSign) {
  const std::string file = file_of(R"({"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]}})",
                                   std::string("\x01\x00\x00\x7c\x00\xbc\xff\x7b\x00\x80", 10));
  const Safetensors read = Safetensors::parse(bytes_of(file));
  const std::vector<float> h = read.at("h", std::array<uint64_t, 1>{5}).to_floats();
  EXPECT_EQ(h[0], 0x1p-24F);
  EXPECT_TRUE(std::isinf(h[1]));
  EXPECT_EQ(h[2], -1.0F);
  EXPECT_EQ(h[3], 65504.0F);
  EXPECT_TRUE(std::signbit(h[4]));
}

TEST(Safetensors, RefusesEveryKindOfBrokenHeader) {
  const std::string eight(8, '\0');
  const std::pair<std::string, std::string> cases[] = {
      {"", "shorter"},
      {std::string(7, '\0'), "shorter"},
      {std::string(8, '\xff'), "longer"},
      {file_of("", ""), "not a JSON object"},
      {file_of("[]", ""), "not a JSON object"},
      {file_of(" {}", ""), "not a JSON object"},
      {file_of("{", ""), "not JSON"},
      {file_of("{}x", ""), "follows"},
      {file_of("{}", "x"), "bytes follow"},
      {file_of(R"({"a":1})", ""), "number out of place"},
      {file_of(R"({"a":"x"})", ""), "text out of place"},
      {file_of(R"({"a":[]})", ""), "list out of place"},
      {file_of(R"({"a":null})", ""), "null"},
      {file_of(R"({"a":{}})", ""), "lacks"},
      {file_of(R"({"a":{"dtype":true}})", ""), "truth value"},
      {file_of(R"({"a":{"dtype":{}}})", ""), "nested"},
      {file_of(R"({"a":{"dtype":"F8","shape":[],"data_offsets":[0,1]}})", "x"), "number type"},
      {file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}})", "x"),
       "out of place"},
      {file_of(R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", "x"), "number"},
      {file_of(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", "x"), "negative"},
      {file_of(R"({"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}})", "x"), "out of place"},
      {file_of(R"({"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}})", "x"), "out of place"},
      {file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})", "x"), "lacks"},
      {file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", "x"), "beyond"},
      {file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "x"), "beyond"},
      {file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}})", "x"), "does not fit"},
      {file_of(R"({"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}})",
               eight),
       "overflows"},
      {file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
               "xy"),
       "two tensors"},
      {file_of(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
               R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
               "xyz"),
       "overlap"},
      {file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
               "xyz"),
       "hole"},
      {file_of(R"({"__metadata__":{},"__metadata__":{}})", ""), "twice"},
  };
  for (const auto& [file, reason] : cases) {
    EXPECT_NE(refusal(file).find(reason), std::string::npos)
        << refusal(file) << " is not about: " << reason;
  }
}

TEST(Safetensors, EveryTruncationIsCorrupt) {
  const std::string file = sound_file();
  for (size_t length = 0; length < file.size(); ++length) refusal(file.substr(0, length));
}

TEST(Safetensors, ADeepHeaderDoesNotExhaustTheStack) {
  refusal(file_of("{" + std::string(1'000'000, '['), ""));
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "{\"a\":";
  refusal(file_of(nested, ""));
}

TEST(Safetensors, AThousandMutationsAreReadOrCorruptAndNothingElse) {
  std::mt19937 random(20240229);
  const std::string sound = sound_file();
  int refused = 0;
  for (int i = 0; i < 1'000; ++i) {
    std::string file = sound;
    const auto at = [&] {
      return std::uniform_int_distribution<size_t>(0, file.size() - 1)(random);
    };
    const size_t changes = 1 + random() % 4;
    for (size_t change = 0; change < changes && !file.empty(); ++change) {
      switch (random() % 5) {
        case 0:
          file[at()] = static_cast<char>(random());
          break;
        case 1:
          file[at()] = static_cast<char>(file[at()] ^ (1 << (random() % 8)));
          break;
        case 2:
          file.erase(at(), 1 + random() % 8);
          break;
        case 3:
          file.insert(at(), file.substr(at(), 1 + random() % 30));
          break;
        default:
          file[at()] = static_cast<char>('0' + random() % 10);
          break;
      }
    }
    // On the heap and no longer than it must be, so that a sanitizer sees the first byte beyond.
    const std::vector<char> exact(file.begin(), file.end());
    try {
      const Safetensors read = Safetensors::parse(std::as_bytes(std::span(exact)));
      for (const auto& [name, tensor] : read.tensors()) {
        for (const std::byte b : tensor.bytes) static_cast<void>(b);
        if (tensor.type == TensorType::f32) {
          EXPECT_EQ(tensor.to_floats().size(), tensor.elements());
        }
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

}  // namespace
}  // namespace anireco
