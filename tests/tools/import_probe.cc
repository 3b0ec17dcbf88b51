// For tools/verify_kills.py; not part of the product.
//
//   import_probe hash DATA_DIR MODEL_DIR    sha256 of the canonical export, vectors included
//   import_probe hash DATA_DIR              the same of the records alone
//   import_probe import DATA_DIR MODEL_DIR POINT[:N] FILE...
//       an import that kills itself at the N-th visit of a fault point

#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/fault_point.h"
#include "catalog/sqlite/sqlite_store.h"
#include "encoder/encoder_scheduler.h"
#include "encoder/sentence_encoder.h"
#include "ingest/canonical_export.h"
#include "ingest/importer.h"
#include "ingest/publisher.h"

namespace {

namespace fs = std::filesystem;
using namespace anireco;

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || (arguments.size() < 3 && arguments[0] != "hash")) {
    std::cerr << "usage: import_probe hash|import DATA_DIR [MODEL_DIR [POINT[:N] FILE...]]\n";
    return 2;
  }
  const fs::path data_dir = arguments[1];
  if (arguments.size() == 2) {
    const SqliteStore store(data_dir / "catalogue.sqlite");
    std::cout << canonical_export_hash(store) << ' ' << store.count() << '\n';
    return 0;
  }
  const auto encoder = SentenceEncoder::load(arguments[2]);
  if (arguments[0] == "hash") {
    const SqliteStore store(data_dir / "catalogue.sqlite");
    std::cout << canonical_export_hash(store, {.model_fingerprint = encoder->fingerprint()}) << ' '
              << store.count() << '\n';
    return 0;
  }
  const FaultHook fault = kill_at(arguments.at(3));
  fs::create_directories(data_dir);
  SqliteStore store(data_dir / "catalogue.sqlite", {.fault = fault});
  Publisher publisher(store, data_dir, {.fault = fault});
  EncoderScheduler scheduler(encoder);
  Importer importer(store, publisher, &scheduler);
  const std::vector<fs::path> files(arguments.begin() + 4, arguments.end());
  importer.run(files);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
