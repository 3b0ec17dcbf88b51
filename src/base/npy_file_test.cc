#include "base/npy_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/error.h"

namespace anireco {
namespace {

class Npy : public ::testing::Test {
 protected:
  Npy() {
    std::string pattern = (std::filesystem::temp_directory_path() / "anireco-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Npy() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& bytes) const {
    write_file_atomic(folder_ / "a.npy", bytes);
    return folder_ / "a.npy";
  }

  std::filesystem::path folder_;
};

std::string two_by_three() {
  const std::array<float, 6> values = {1, 2, 3, 4, 5, 6.5};
  std::string file = npy_header(2, 3);
  file.append(reinterpret_cast<const char*>(values.data()), sizeof values);
  return file;
}

TEST_F(Npy, ComesBack) {
  const std::string file = two_by_three();
  EXPECT_EQ((file.size() - 24) % 64, 0U);
  const NpyFile read(write(file));
  EXPECT_EQ(read.rows(), 2U);
  EXPECT_EQ(read.columns(), 3U);
  std::vector<float> row(3);
  read.read_row(1, row);
  EXPECT_EQ(row, (std::vector<float>{4, 5, 6.5}));
}

TEST_F(Npy, RefusesWhatIsNoSuchArray) {
  const std::string good = two_by_three();
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"NUMPY", "NUMPI"},
                                                        {"'<f4'", "'<f8'"},
                                                        {"False", "True "},
                                                        {"(2, 3)", "(3, 3)"},
                                                        {"(2, 3)", "(2,)  "},
                                                        {"(2, 3)", "(-2,3)"},
                                                        {"'shape'", "'shapf'"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_THROW(NpyFile(write(bad)), Error) << to;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(NpyFile(write(good.substr(0, size))), Error) << size;
  }
  EXPECT_THROW(NpyFile(write(npy_header(std::size_t{1} << 62, 4))), Error);
  EXPECT_THROW(NpyFile(folder_ / "none.npy"), Error);
}

}  // namespace
}  // namespace anireco
