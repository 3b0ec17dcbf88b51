// Exports and their way back: records, vectors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "base/npy_file.h"
#include "catalog/anime_json.h"
#include "catalog/memory_store.h"
#include "ingest/canonical_export.h"
#include "ingest/catalogue_export.h"
#include "ingest/columnar_record.h"
#include "ingest/import_fixture.h"
#include "ingest/vector_folder.h"

namespace anireco {
namespace {

using ::testing::HasSubstr;

class Export : public ImportFixture {
 protected:
  static std::string exported(const CatalogStore& store,
                              const CatalogueExportOptions& options = {}) {
    std::string text;
    export_catalogue(store, options, [&](std::string_view line) { text += line; });
    return text;
  }

  /// Three sources, titles that proved to be one, relations, a title without any other id.
  void fill(Setup& setup) const {
    setup.run({write_lines("a.jsonl", 1, 20)});
    setup.run({write_text("b.jsonl",
                          "{\"ids\":{\"anilist\":7},\"titles\":{\"romaji\":\"Lone\"}}\n"
                          "{\"titles\":{\"romaji\":\"Nameless\"},\"year\":1999}\n")},
              {.source = "second", .relations = {write_text("r.tsv", "1\t2\tSEQUEL\t1\n")}});
    setup.run({write_text("c.jsonl",
                          "{\"ids\":{\"mal\":3,\"anilist\":7},\"titles\":{\"english\":\"Third\","
                          "\"romaji\":\"Title 3\"},\"score\":8.65,\"members\":12345,"
                          "\"adult\":true}\n")},
              {.source = "third"});
  }
};

TEST_F(Export, ComesBackAsTheSameCatalogueWithWhatEachSourceSays) {
  Setup setup(folder_.path() / "one");
  fill(setup);
  const std::string text = exported(setup.store);
  EXPECT_THAT(text, HasSubstr("former_ids"));
  EXPECT_THAT(text, HasSubstr("\"contributions\":[{\"source\":\"anireco\"}]"));
  Setup back(folder_.path() / "two");
  const ImportReport report = back.run({write_text("export.jsonl", text)});
  EXPECT_EQ(report.bad_lines, 0U);
  EXPECT_EQ(report.warnings, 0U);
  const CanonicalExportOptions options{back.encoder->fingerprint()};
  EXPECT_EQ(canonical_export_hash(setup.store, options),
            canonical_export_hash(back.store, options));
  EXPECT_EQ(exported(back.store), text);
  // The sources go on where they were: a later word replaces the earlier one.
  const auto later = write_text("later.jsonl",
                                "{\"ids\":{\"mal\":3},\"titles\":{\"romaji\":\"Title 3\"}}\n"
                                "{\"titles\":{\"romaji\":\"Nameless\"},\"year\":1999}\n");
  for (Setup* each : {&setup, &back}) each->run({later}, {.source = "second"});
  EXPECT_EQ(canonical_export_hash(setup.store), canonical_export_hash(back.store));
}

TEST_F(Export, TakenTwiceChangesNothing) {
  Setup setup(folder_.path());
  fill(setup);
  const auto file = write_text("export.jsonl", exported(setup.store));
  const ImportReport again = setup.run({file});
  EXPECT_EQ(again.titles.added, 0U);
  EXPECT_EQ(again.titles.changed, 0U);
  EXPECT_FALSE(again.published);
}

TEST_F(Export, IsTheSameFromBothStores) {
  Setup setup(folder_.path());
  fill(setup);
  const auto titles = setup.store.load_titles();
  MemoryStore memory;
  EXPECT_EQ(memory.upsert_titles(titles).added, titles.size());
  EXPECT_EQ(memory.load_titles(), titles);
  EXPECT_EQ(memory.upsert_titles(titles).unchanged, titles.size());
}

TEST_F(Export, MergedRecordsAloneComeBackEqualToo) {
  Setup setup(folder_.path() / "one");
  fill(setup);
  const std::string text = exported(setup.store, {.contributions = false});
  EXPECT_EQ(text.find("contributions"), std::string::npos);
  Setup back(folder_.path() / "two");
  back.run({write_text("export.jsonl", text)});
  EXPECT_EQ(canonical_export_hash(setup.store), canonical_export_hash(back.store));
}

TEST_F(Export, LeavesOutWhatIsAboveTheLevelAskedFor) {
  Setup setup(folder_.path());
  fill(setup);
  EXPECT_THAT(exported(setup.store), HasSubstr("Third"));
  EXPECT_EQ(exported(setup.store, {.level = Level::standard}).find("Third"), std::string::npos);
}

TEST_F(Export, RefusesContributionsThatAreNone) {
  for (const char* bad :
       {R"({"titles":{"romaji":"X"},"contributions":[{"record":{}}]})",
        R"({"titles":{"romaji":"X"},"contributions":[{"source":"a b"}]})",
        R"({"titles":{"romaji":"X"},"contributions":[{"source":"a"},{"source":"b"}]})",
        R"({"titles":{"romaji":"X"},"contributions":[{"source":"a","record":{"score":77}}]})",
        R"({"titles":{"romaji":"X"},"contributions":["a"]})"}) {
    EXPECT_THROW(parse_anime_json(bad), Error) << bad;
  }
  Setup setup(folder_.path());
  const auto blank = write_text(
      "a.jsonl", R"({"titles":{"romaji":"X"},"contributions":[{"source":"a","record":{}}]})");
  EXPECT_EQ(setup.run({blank}).bad_lines, 1U);
  // The same source and key twice: the later one holds.
  const auto twice = write_text(
      "b.jsonl", R"({"titles":{"romaji":"X"},"contributions":[)"
                 R"({"source":"a","record":{"ids":{"mal":1},"titles":{"romaji":"Y"}}},)"
                 R"({"source":"a","record":{"ids":{"mal":1},"titles":{"romaji":"Z"}}}]})");
  EXPECT_EQ(setup.run({twice}).titles.added, 1U);
  EXPECT_EQ(setup.store.load().front().titles.romaji, "Z");
}

TEST_F(Export, ColumnsComeBackAsTheRecord) {
  Setup setup(folder_.path());
  fill(setup);
  for (const TitleRecord& title : setup.store.load_titles()) {
    const std::string line = to_json(title);
    const std::string back = from_columnar(to_columnar(line));
    const ParsedAnime parsed = parse_anime_json(back);
    EXPECT_EQ(to_json(TitleRecord{parsed.anime, parsed.contributions}), line);
  }
  EXPECT_THROW(from_columnar("[]"), Error);
  EXPECT_EQ(from_columnar(R"({"remembered":{"en":["x"]},"provenance":["y"]})"),
            R"({"remembered":{"en":["x"]},"provenance":["y"]})");
}

TEST_F(Export, VectorsComeBackWithoutEncodingAgain) {
  Setup setup(folder_.path() / "one");
  const auto lines = write_lines("a.jsonl", 1, 30);
  setup.run({lines});
  const auto folder = folder_.path() / "vectors";
  const VectorFolderInfo info =
      write_vector_folder(setup.store, setup.encoder->fingerprint(), Level::adult, folder);
  EXPECT_EQ(info.titles, 30U);
  EXPECT_EQ(info.missing, 0U);
  EXPECT_EQ(NpyFile(folder / "vectors.npy").rows(), 30U);
  EXPECT_EQ(NpyFile(folder / "windows.npy").rows(), info.windows);
  Setup back(folder_.path() / "two");
  const ImportReport report = back.run({lines}, {.vectors = folder});
  EXPECT_EQ(report.vectors_taken, report.texts);
  EXPECT_EQ(report.texts_encoded, 0U);
  EXPECT_TRUE(report.generation.vectors_complete);
  const CanonicalExportOptions options{back.encoder->fingerprint()};
  EXPECT_EQ(canonical_export_hash(setup.store, options),
            canonical_export_hash(back.store, options));
}

TEST_F(Export, VectorsComeBackWithoutAnEncoderToo) {
  Setup setup(folder_.path() / "one");
  const auto lines = write_lines("a.jsonl", 1, 10);
  setup.run({lines});
  const auto folder = folder_.path() / "vectors";
  write_vector_folder(setup.store, setup.encoder->fingerprint(), Level::adult, folder);
  Setup back(folder_.path() / "two");
  Importer importer(back.store, back.publisher, nullptr);
  const std::vector<std::filesystem::path> files = {lines};
  const ImportReport report = importer.run(files, {.vectors = folder});
  EXPECT_TRUE(report.generation.vectors_complete);
  EXPECT_EQ(report.generation.model_fingerprint, setup.encoder->fingerprint());
}

TEST_F(Export, VectorsOfAnotherModelAreRefusedBeforeAnythingIsChanged) {
  Setup setup(folder_.path() / "one");
  const auto lines = write_lines("a.jsonl", 1, 3);
  setup.run({lines});
  const auto folder = folder_.path() / "vectors";
  write_vector_folder(setup.store, setup.encoder->fingerprint(), Level::adult, folder);
  std::string manifest = read_file(folder / "manifest.json");
  const std::string& own = setup.encoder->fingerprint();
  manifest.replace(manifest.find(own), own.size(), "another");
  write_file_atomic(folder / "manifest.json", manifest);
  Setup back(folder_.path() / "two");
  try {
    back.run({lines}, {.vectors = folder});
    FAIL() << "took them";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
  EXPECT_EQ(back.store.count(), 0U);
}

TEST_F(Export, DamagedVectorsAreRefused) {
  Setup setup(folder_.path() / "one");
  setup.run({write_lines("a.jsonl", 1, 5)});
  const auto folder = folder_.path() / "vectors";
  write_vector_folder(setup.store, setup.encoder->fingerprint(), Level::adult, folder);
  EXPECT_EQ(read_vector_folder(folder / "vectors.npy").info.titles, 5U);
  std::mt19937 random(7);  // NOLINT: a fixed seed, so that a failure can be repeated.
  for (const char* name : {"vectors.npy", "windows.npy", "texts.txt", "ids.txt", "manifest.json"}) {
    const std::string whole = read_file(folder / name);
    std::string flipped = whole;
    flipped[random() % flipped.size()] ^= 0x11;
    for (const std::string& bad : {whole.substr(0, whole.size() / 2), std::string(), flipped}) {
      write_file_atomic(folder / name, bad);
      try {
        read_vector_folder(folder);
        FAIL() << name;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::corrupt) << name << ": " << error.what();
      }
    }
    write_file_atomic(folder / name, whole);
  }
}

}  // namespace
}  // namespace anireco
