#pragma once

// For the tests of this module: small catalogues on disk and everything an import needs.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/fault_point.h"
#include "catalog/sqlite/sqlite_store.h"
#include "catalog/temporary_folder_test.h"
#include "encoder/encoder_scheduler.h"
#include "encoder/hashing_encoder.h"
#include "ingest/importer.h"
#include "ingest/publisher.h"

namespace anireco {

class ImportFixture : public ::testing::Test {
 protected:
  /// A store, a publisher and an importer over one data folder.
  struct Setup {
    explicit Setup(const std::filesystem::path& folder, const FaultHook& fault = {})
        : store(folder / "catalogue.sqlite", {.fault = fault}),
          publisher(store, folder, {.fault = fault}),
          encoder(std::make_shared<HashingEncoder>(32)),
          scheduler(encoder, {.threads = 2}),
          importer(store, publisher, &scheduler) {}

    ImportReport run(const std::vector<std::filesystem::path>& files,
                     const ImportOptions& options = {}) {
      return importer.run(files, options);
    }

    SqliteStore store;
    Publisher publisher;
    std::shared_ptr<HashingEncoder> encoder;
    EncoderScheduler scheduler;
    Importer importer;
  };

  static std::vector<std::string> record_lines(std::uint32_t first, std::uint32_t count) {
    std::vector<std::string> lines;
    for (std::uint32_t i = first; i < first + count; ++i) {
      const std::string n = std::to_string(i);
      lines.push_back(
          R"({"ids":{"mal":)" + n + R"(},"titles":{"romaji":"Title )" + n +
          R"("},"type":"tv","genres":["Mystery"],"members":)" + n +
          R"(,"synopsis":{"en":"Number )" + n + R"( wanders through a forest. It meets spirit )" +
          n + R"(. They talk until dawn."},"remembered":{"en":["the lamp of )" + n + R"("]}})");
    }
    return lines;
  }

  static std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }

  std::filesystem::path write_text(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::filesystem::path write_lines(const std::string& name, std::uint32_t first,
                                    std::uint32_t count) const {
    return write_text(name, joined(record_lines(first, count)));
  }

  TemporaryFolder folder_;
};

}  // namespace anireco
