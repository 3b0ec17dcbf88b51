#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"
#include "catalog/memory_store.h"
#include "encoder/hashing_encoder.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/document_text.h"
#include "fulltext/title_index.h"
#include "index/exact_vector_index.h"
#include "ingest/canonical_export.h"
#include "ingest/clean_record.h"
#include "ingest/encoded_texts.h"
#include "ingest/import_fixture.h"
#include "ingest/manifest.h"
#include "ingest/records_file.h"
#include "ingest/relations_file.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void write_gzip(const std::filesystem::path& path, const std::string& text) {
  gzFile file = ::gzopen(path.c_str(), "wb");
  ASSERT_EQ(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  ::gzclose(file);
}

TEST(CleanRecord, CleansEveryTextAndDropsWhatSaysNothing) {
  Anime a;
  a.titles.romaji = "  Mushi\nshi ";
  a.synopses = {{"en", "He walks.\n\n[Written by MAL Rewrite]", "m"},
                {"en", "There is currently no synopsis for this title.", "m"}};
  a.tags = {{" ", false}, {"spirits ", false}};
  a.genres = {"Mystery", " Mystery"};
  clean_record(a);
  EXPECT_EQ(a.titles.romaji, "Mushi shi");
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"en", "He walks.", "m"}));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"spirits", false}));
  EXPECT_THAT(a.genres, ElementsAre("Mystery"));
  Anime again = a;
  clean_record(again);
  EXPECT_EQ(again, a);
}

TEST(EncodedTexts, AreTheDocumentAndItsWindowsInTheOrderThatExplanationsCount) {
  Anime a;
  a.titles.romaji = "Mushishi";
  a.genres = {"Mystery"};
  a.synopses = {{"en", "He walks. He sees. He heals.", "m"}, {"ru", "Он идёт.", "m"}};
  a.remembered = {{"en", "one green eye", false}, {"ru", "глаз", false}};
  const auto texts = encoded_texts(a);
  ASSERT_THAT(texts, SizeIs(4));
  EXPECT_THAT(texts[0], HasSubstr("Genres: Mystery"));
  for (std::size_t window = 0; window + 1 < texts.size(); ++window) {
    EXPECT_EQ(window_text(a, window), texts[window + 1]);
  }
  EXPECT_NE(text_hash(texts[0]), text_hash(texts[1]));
  EXPECT_EQ(to_string(text_hash("")), "e3b0c44298fc1c149afbf4c8996fb924");
}

TEST(RelationsFile, ReadsRowsAndReportsTheBadOnes) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "relations.tsv";
  write_file_atomic(path,
                    "mal_id\trelated_mal_id\trelation\tstated\n1\t5\tSIDE_STORY\t1\n1\t6\tsequel\n"
                    "x\t5\tSEQUEL\t1\n1\t5\tCOUSIN\t1\n1\n\n2\t1\tPARENT\t0\n");
  std::vector<std::uint64_t> bad;
  const RelationsFile read = read_relations_file(
      path, [&](std::uint64_t line, const std::string&) { bad.push_back(line); });
  EXPECT_EQ(read.rows, 3U);
  EXPECT_THAT(bad, ElementsAre(4, 5, 6));
  ASSERT_THAT(read.records, SizeIs(2));
  EXPECT_THAT(read.records[0].relations, SizeIs(2));
  EXPECT_EQ(read.records[1].relations[0].kind, RelationKind::parent);
}

TEST(Manifest, IsReadBackAndRefusesWhatItDidNotWrite) {
  Manifest manifest;
  manifest.generation = {7, "abc", "model", true};
  manifest.files["vectors.bin"] = {123, 0xDEADBEEF12345678U};
  EXPECT_EQ(parse_manifest(to_json(manifest)), manifest);
  const std::string good = to_json(manifest);
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"version\":1", "\"version\":2"},
                                                        {"vectors.bin", "../vectors"},
                                                        {"deadbeef", "deadbeeg"},
                                                        {"\"generation\":7", "\"generation\":-7"},
                                                        {"true", "1"},
                                                        {"{", ""}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_THROW(parse_manifest(bad), Error) << bad;
  }
}

class Import : public ImportFixture {};

TEST_F(Import, MakesTitlesThatAnswerByWordsAndByVectors) {
  Setup setup(folder_.path());
  const ImportReport report = setup.run({write_lines("a.jsonl", 1, 40)});
  EXPECT_EQ(report.lines, 40U);
  EXPECT_EQ(report.bad_lines, 0U);
  EXPECT_EQ(report.titles.added, 40U);
  EXPECT_TRUE(report.published);
  EXPECT_EQ(report.texts_encoded, report.texts);
  const Generation generation = setup.store.generation();
  EXPECT_EQ(generation, report.generation);
  EXPECT_EQ(generation.number, 2U) << "one for the words, one with vectors";
  EXPECT_TRUE(generation.vectors_complete);
  EXPECT_EQ(generation.model_fingerprint, setup.encoder->fingerprint());

  const auto files = setup.publisher.files(generation);
  ASSERT_TRUE(files);
  const Catalog catalog(setup.publisher.read_records(*files));
  EXPECT_EQ(catalog.size(), 40U);
  EXPECT_EQ(ExactVectorIndex::open(files->vectors).size(), 40U);
  EXPECT_EQ(Bm25fIndex::open(files->postings).size(), 40U);
  EXPECT_EQ(TitleIndex::open(files->titles, catalog).generation(), 2U);
  EXPECT_EQ(generation.content_hash, content_hash(setup.store.load()));
}

TEST_F(Import, OfTheSameFilesAgainChangesNothing) {
  Setup setup(folder_.path());
  const auto file = write_lines("a.jsonl", 1, 30);
  setup.run({file});
  const Generation before = setup.store.generation();
  const ImportReport again = setup.run({file});
  EXPECT_EQ(again.titles.unchanged, 30U);
  EXPECT_FALSE(again.published);
  EXPECT_EQ(again.texts_encoded, 0U);
  EXPECT_EQ(setup.store.generation(), before);
}

TEST_F(Import, EncodesOnlyWhatHasChanged) {
  Setup setup(folder_.path());
  setup.run({write_lines("a.jsonl", 1, 30)});
  auto lines = record_lines(1, 30);
  lines[3].replace(lines[3].find("wanders"), 7, "marches");
  const ImportReport report = setup.run({write_text("a.jsonl", joined(lines))});
  EXPECT_EQ(report.titles.changed, 1U);
  EXPECT_GT(report.texts_encoded, 0U);
  EXPECT_LT(report.texts_encoded, 6U);
  EXPECT_TRUE(report.generation.vectors_complete);
}

TEST_F(Import, TakesEachFileAsOfItsOwnSource) {
  Setup setup(folder_.path());
  const std::vector<std::filesystem::path> files = {write_lines("a.jsonl", 1, 1),
                                                    write_lines("b.jsonl", 2, 1)};
  ImportOptions options;
  options.file_sources = {"kitsu", "mal"};
  setup.run(files, options);
  for (const Anime& anime : setup.store.load()) {
    EXPECT_EQ(anime.synopses.at(0).source, anime.ids.mal == 1 ? "kitsu" : "mal");
  }
  options.file_sources = {"kitsu"};
  EXPECT_THROW(setup.run(files, options), Error);
}

TEST_F(Import, ReportsBadLinesByFileLineAndFieldAndGoesOn) {
  auto lines = record_lines(1, 6);
  lines[1] = "{";
  lines[3] = R"({"titles":{"romaji":"X"},"episodes":"many"})";
  lines[4] = R"({"titles":{"romaji":"Y"},"colour":1})";
  const auto file = write_text("a.jsonl", joined(lines) + "\n  \n");
  Setup setup(folder_.path());
  std::vector<LineProblem> problems;
  ImportOptions options;
  options.on_problem = [&](const LineProblem& p) { problems.push_back(p); };
  const ImportReport report = setup.run({file}, options);
  EXPECT_EQ(report.lines, 6U);
  EXPECT_EQ(report.bad_lines, 2U);
  EXPECT_EQ(report.warnings, 1U);
  EXPECT_EQ(report.titles.added, 4U);
  ASSERT_THAT(problems, SizeIs(3));
  EXPECT_EQ(problems[0].line, 2U);
  EXPECT_EQ(problems[0].file, file.string());
  EXPECT_EQ(problems[1].line, 4U);
  EXPECT_THAT(problems[1].reason, HasSubstr("episodes"));
  EXPECT_FALSE(problems[2].skipped);
}

TEST_F(Import, RefusesARecordWhoseTitlesAreBlank) {
  const auto file = write_text("a.jsonl", "{\"titles\":{\"romaji\":\"   \"}}\n");
  Setup setup(folder_.path());
  const ImportReport report = setup.run({file}, {});
  EXPECT_EQ(report.bad_lines, 1U);
  EXPECT_EQ(report.titles.added, 0U);
}

TEST_F(Import, StopsAtTheFirstBadLineWhenStrict) {
  auto lines = record_lines(1, 6);
  lines[2] = "nonsense";
  const auto file = write_text("a.jsonl", joined(lines));
  Setup setup(folder_.path());
  ImportOptions options;
  options.strict = true;
  try {
    setup.run({file}, options);
    FAIL() << "went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("a.jsonl:3"));
  }
}

TEST_F(Import, ReadsGzipAndKeepsWhatCameBeforeADamagedEnd) {
  const std::string text = joined(record_lines(1, 400));
  const auto whole = folder_.path() / "whole.jsonl.gz";
  write_gzip(whole, text);
  const std::string bytes = read_file(whole);
  const auto cut = write_text("cut.jsonl.gz", bytes.substr(0, bytes.size() * 2 / 3));
  Setup setup(folder_.path());
  try {
    setup.run({cut});
    FAIL() << "took a truncated file";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_THAT(error.what(), HasSubstr("cut.jsonl.gz"));
  }
  EXPECT_GT(setup.store.count(), 100U);
  EXPECT_EQ(setup.run({whole}).bad_lines, 0U);
  EXPECT_EQ(setup.store.count(), 400U);
}

TEST_F(Import, ChangesNothingWhenAFileIsMissing) {
  Setup setup(folder_.path());
  EXPECT_THROW(setup.run({write_lines("a.jsonl", 1, 3), folder_.path() / "none.jsonl"}), Error);
  EXPECT_EQ(setup.store.count(), 0U);
}

TEST_F(Import, RefusesToWriteBesideAnotherWriter) {
  Setup setup(folder_.path());
  const auto lock = setup.store.lock_for_writing();
  EXPECT_THROW(setup.run({write_lines("a.jsonl", 1, 3)}), Error);
}

TEST_F(Import, AddsRelationsOfKnownTitles) {
  Setup setup(folder_.path());
  ImportOptions options;
  options.relations = {write_text("r.tsv", "1\t2\tSEQUEL\t1\n99\t1\tSEQUEL\t1\n")};
  const ImportReport report = setup.run({write_lines("a.jsonl", 1, 3)}, options);
  EXPECT_EQ(report.relations, 2U);
  EXPECT_EQ(report.relations_unknown, 1U);
  const Catalog catalog(setup.store.load());
  EXPECT_EQ(catalog.franchise(*catalog.find("mal:1")), catalog.franchise(*catalog.find("mal:2")));
}

TEST_F(Import, WithoutAnEncoderPublishesWordsAlone) {
  Setup setup(folder_.path());
  Importer importer(setup.store, setup.publisher, nullptr);
  const std::vector<std::filesystem::path> files = {write_lines("a.jsonl", 1, 5)};
  const ImportReport report = importer.run(files);
  EXPECT_EQ(report.generation.number, 1U);
  EXPECT_EQ(report.generation.model_fingerprint, "");
  const auto published = setup.publisher.files(report.generation);
  ASSERT_TRUE(published);
  EXPECT_TRUE(published->vectors.empty());
  // With an encoder later, refresh() fills in.
  const ImportReport later = setup.importer.refresh();
  EXPECT_TRUE(later.generation.vectors_complete);
}

TEST_F(Import, StopsInGoodOrderWhenAskedTo) {
  Setup setup(folder_.path());
  const auto file = write_lines("a.jsonl", 1, 200);
  std::stop_source stop;
  ImportOptions options;
  options.stop = stop.get_token();
  options.batch_texts = 16;
  options.on_progress = [&](const ImportProgress& p) {
    if (p.stage == ImportStage::encoding && p.done > 0) stop.request_stop();
  };
  const ImportReport report = setup.run({file}, options);
  EXPECT_TRUE(report.stopped);
  EXPECT_LT(report.texts_encoded, report.texts);
  const ImportReport rest = setup.run({file});
  EXPECT_EQ(rest.texts_encoded, report.texts - report.texts_encoded);
  EXPECT_TRUE(rest.generation.vectors_complete);
}

TEST_F(Import, TellsHowFarItIs) {
  Setup setup(folder_.path());
  std::vector<ImportProgress> seen;
  ImportOptions options;
  options.on_progress = [&](const ImportProgress& p) { seen.push_back(p); };
  setup.run({write_lines("a.jsonl", 1, 50)}, options);
  ASSERT_FALSE(seen.empty());
  for (const ImportProgress& p : seen) EXPECT_LE(p.done, p.total);
  EXPECT_EQ(seen.back().stage, ImportStage::publishing);
}

TEST_F(Import, SurvivesAThousandMutatedLines) {
  std::mt19937 random(42);  // NOLINT: a fixed seed, so that a failure can be repeated.
  std::string text = joined(record_lines(1, 1000));
  for (int edit = 0; edit < 3000; ++edit) {
    text[random() % text.size()] = static_cast<char>(random() % 256);
  }
  const auto file = write_text("a.jsonl", text);
  Setup setup(folder_.path());
  const ImportReport report = setup.run({file});
  EXPECT_GT(report.bad_lines, 100U);
  EXPECT_GT(report.titles.added, 10U);
  EXPECT_TRUE(report.generation.vectors_complete);
}

TEST_F(Import, KeepsThePreviousGenerationOnly) {
  Setup setup(folder_.path());
  for (std::uint32_t round = 1; round <= 3; ++round) {
    setup.run({write_lines("a.jsonl", 1, 5 * round)});
  }
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "generations")) {
    if (entry.is_directory()) folders.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(folders, ::testing::UnorderedElementsAre("00000005", "00000006"));
}

TEST_F(Import, FilesOfAGenerationAreRebuiltEqualAfterDamage) {
  Setup setup(folder_.path());
  setup.run({write_lines("a.jsonl", 1, 60)});
  const Generation generation = setup.store.generation();
  const GenerationFiles files = setup.publisher.files(generation).value();
  for (const auto& path : {files.records, files.vectors, files.postings, files.titles}) {
    const std::string before = read_file(path);
    std::string damaged = before;
    damaged[damaged.size() / 2] ^= 0x20;
    write_file_atomic(path, damaged);
    EXPECT_TRUE(setup.publisher.files(generation)) << "sizes alone are looked at";
    if (path == files.records) {
      EXPECT_THROW(setup.publisher.read_records(files), Error);
    }
    setup.publisher.rebuild(generation);
    EXPECT_EQ(read_file(path), before);
    write_file_atomic(path, before.substr(0, before.size() / 2));
    EXPECT_FALSE(setup.publisher.files(generation));
    setup.publisher.rebuild(generation);
    EXPECT_EQ(read_file(path), before);
    remove_file(path);
    EXPECT_FALSE(setup.publisher.files(generation));
    EXPECT_TRUE(std::filesystem::exists(setup.publisher.rebuild(generation).records));
  }
  Generation other = generation;
  other.content_hash = "of something else";
  EXPECT_FALSE(setup.publisher.files(other)) << "stale";
}

TEST_F(Import, SearchesKeepTheirGenerationWhileTheStoreMovesOn) {
  Setup setup(folder_.path());
  setup.run({write_lines("a.jsonl", 1, 10)});
  const Generation generation = setup.store.generation();
  std::vector<Anime> more;
  for (const std::string& line : record_lines(11, 10)) more.push_back(parse_anime_json(line).anime);
  setup.store.upsert("anireco", more);
  const auto files = setup.publisher.files(generation);
  ASSERT_TRUE(files);
  EXPECT_THAT(setup.publisher.read_records(*files), SizeIs(10));
}

TEST_F(Import, ExportsTheSameWhateverTheOrderOfTheFiles) {
  const auto first = write_lines("a.jsonl", 1, 20);
  const auto second = write_lines("b.jsonl", 21, 20);
  Setup forward(folder_.path() / "forward");
  forward.run({first, second});
  Setup backward(folder_.path() / "backward");
  backward.run({second});
  backward.run({first});
  const CanonicalExportOptions options{forward.encoder->fingerprint()};
  EXPECT_EQ(canonical_export_hash(forward.store, options),
            canonical_export_hash(backward.store, options));
  EXPECT_NE(canonical_export_hash(forward.store), canonical_export_hash(forward.store, options));

  // Records of an export can be imported again.
  std::string text;
  canonical_export(forward.store, {}, [&](std::string_view line) { text += line; });
  Setup copy(folder_.path() / "copy");
  EXPECT_EQ(copy.run({write_text("export.jsonl", text)}).warnings, 0U);
  EXPECT_EQ(canonical_export_hash(copy.store, options),
            canonical_export_hash(forward.store, options));
}

}  // namespace
}  // namespace anireco
