#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "fulltext/section_file.h"

/// What the tests of the postings and the title file share: damaged and crafted copies of a small
/// file.
namespace anireco {

using OpenFile = std::function<void(std::span<const std::byte>)>;

inline AlignedBytes aligned(const std::string& file) {
  AlignedBytes bytes(file.size());
  if (!file.empty()) std::memcpy(bytes.bytes().data(), file.data(), file.size());
  return bytes;
}

inline std::string to_string(const AlignedBytes& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

/// True if opened; false if refused as corrupt.
inline bool opens(const std::string& file, const OpenFile& open) {
  const AlignedBytes bytes = aligned(file);
  try {
    open(std::as_const(bytes).bytes());
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
    return false;
  }
}

/// The file with its checksum made right again, so that the checks behind it are reached.
inline std::string sealed(std::string file) {
  constexpr std::size_t kChecksumAt = 32;
  std::memset(file.data() + kChecksumAt, 0, 8);
  const std::uint64_t checksum = xxh3_64(file);
  std::memcpy(file.data() + kChecksumAt, &checksum, 8);
  return file;
}

inline void expect_truncations_refused(const std::string& file, const OpenFile& open) {
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(opens(file.substr(0, size), open)) << size;
  }
  EXPECT_FALSE(opens(file + '\0', open));
}

inline void expect_flips_refused(const std::string& file, const OpenFile& open) {
  for (std::size_t at = 0; at < file.size(); ++at) {
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x11);
    EXPECT_FALSE(opens(flipped, open)) << at;
  }
}

inline void expect_version_named(std::string file, const OpenFile& open) {
  file[8] = 77;
  const AlignedBytes bytes = aligned(sealed(file));
  try {
    open(std::as_const(bytes).bytes());
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_NE(std::string(error.what()).find("version 77"), std::string::npos) << error.what();
  }
}

/// Seeded changes behind a right checksum: opens and works, or is refused; never crashes.
inline void expect_crafted_survived(const std::string& file, const OpenFile& open) {
  std::mt19937 random(2026);
  int opened = 0;
  int refused = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string crafted = file;
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % 3 == 0 ? random() % 256 : random() % crafted.size();
      if (random() % 2 == 0) {
        crafted[at] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
      } else {
        // Numbers are mostly small: change one by a little.
        crafted[at] = static_cast<char>(crafted[at] + static_cast<char>(random() % 5) - 2);
      }
    }
    ++(opens(sealed(crafted), open) ? opened : refused);
  }
  EXPECT_GT(opened, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace anireco
