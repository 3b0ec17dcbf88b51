// Backups and their way back.

#include "ingest/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "base/child_process.h"
#include "base/error.h"
#include "base/file.h"
#include "catalog/lock_file.h"
#include "ingest/archive.h"
#include "ingest/canonical_export.h"
#include "ingest/import_fixture.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Backup : public ImportFixture {
 protected:
  Backup() {
    Setup setup(data());
    setup.run({write_lines("a.jsonl", 1, 25)});
    content_ = content(data());
    write_file_atomic(data() / "anireco.ini", "port = 8081\n");
    write_file_atomic(data() / "posters/abcdefghij-0000000000000001.jpg", "\xFF\xD8\xFF");
  }

  fs::path data() const { return folder_.path() / "data"; }
  fs::path other() const { return folder_.path() / "other"; }
  fs::path file() const { return folder_.path() / "backup.tar.zst"; }

  static std::string content(const fs::path& folder) {
    const SqliteStore store(folder / "catalogue.sqlite");
    return canonical_export_hash(store, {store.generation().model_fingerprint});
  }

  static std::set<std::string> names(const fs::path& folder) {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) {
      out.insert(entry.path().filename().string());
    }
    return out;
  }

  static ErrorKind kind_of(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  }

  std::string content_;
};

TEST_F(Backup, ComesBackAsTheSameDataFolder) {
  const BackupManifest made = write_backup(data(), file(), {.posters = true});
  EXPECT_EQ(made.titles, 25U);
  EXPECT_EQ(verify_backup(file()), made);
  EXPECT_EQ(restore_backup(file(), other()), made);
  EXPECT_EQ(content(other()), content_);
  EXPECT_EQ(read_file(other() / "anireco.ini"), "port = 8081\n");
  EXPECT_TRUE(fs::exists(other() / "posters/abcdefghij-0000000000000001.jpg"));
  SqliteStore store(other() / "catalogue.sqlite");
  EXPECT_TRUE(Publisher(store, other()).files(store.generation())) << "index files are made";
  EXPECT_EQ(names(folder_.path()),
            (std::set<std::string>{"a.jsonl", "backup.tar.zst", "data", "other"}));
}

TEST_F(Backup, IsWrittenWhileAnImportHoldsTheCatalogue) {
  Setup setup(data());
  const auto lock = setup.store.lock_for_writing();
  const auto serving = lock_for_serving(data());
  EXPECT_EQ(write_backup(data(), file()).titles, 25U);
}

TEST_F(Backup, GzipAndPlainTarWorkToo) {
  for (const char* name : {"b.tar.gz", "b.tar"}) {
    write_backup(data(), folder_.path() / name);
    EXPECT_EQ(verify_backup(folder_.path() / name).titles, 25U);
  }
  EXPECT_EQ(read_file(folder_.path() / "b.tar.gz").substr(0, 2), "\x1f\x8b");
}

TEST_F(Backup, LeavesNothingUnderItsNameWhenItEndsEarly) {
  EXPECT_THROW(write_backup(data(), file(),
                            {.fault =
                                 [](std::string_view point) {
                                   if (point == "backup.before_commit") throw std::bad_alloc();
                                 }}),
               std::bad_alloc);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(write_backup(data(), file(), {.stop = stop.get_token()}), Error);
  EXPECT_EQ(names(folder_.path()), (std::set<std::string>{"a.jsonl", "data"}));
  const pid_t child = start_child([&] {
    write_backup(data(), file(), {.fault = [](std::string_view point) {
                   if (point == "backup.before_commit") ::kill(::getpid(), SIGKILL);
                 }});
  });
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_EQ(content(data()), content_);
}

TEST_F(Backup, IsRefusedWhenAnyByteIsNotWhatItWas) {
  write_backup(data(), folder_.path() / "plain.tar");
  const std::string whole = read_file(folder_.path() / "plain.tar");
  std::mt19937 random(3);  // NOLINT: a fixed seed, so that a failure can be repeated.
  // Beyond the parts' bytes a tar file has padding, which says nothing; so aim at the database.
  const std::size_t begin = whole.find("SQLite format 3");
  for (int round = 0; round < 12; ++round) {
    std::string bad = whole;
    bad[begin + random() % 60000] ^= 0x40;
    write_file_atomic(file(), bad);
    EXPECT_EQ(kind_of([&] { verify_backup(file()); }), ErrorKind::corrupt) << round;
    EXPECT_EQ(kind_of([&] { restore_backup(file(), other()); }), ErrorKind::corrupt);
    EXPECT_FALSE(fs::exists(other()));
  }
  write_backup(data(), file());
  const std::string packed = read_file(file());
  for (std::size_t size = 0; size < packed.size(); size += packed.size() / 9 + 1) {
    write_file_atomic(file(), packed.substr(0, size));
    EXPECT_EQ(kind_of([&] { verify_backup(file()); }), ErrorKind::corrupt) << size;
  }
  write_file_atomic(file(), "not a backup at all");
  EXPECT_EQ(kind_of([&] { verify_backup(file()); }), ErrorKind::corrupt);
  EXPECT_EQ(kind_of([&] { verify_backup(folder_.path() / "none"); }), ErrorKind::not_found);
}

TEST_F(Backup, NeverWritesOutsideOfItsFolder) {
  BackupManifest manifest;
  manifest.parts["catalogue.sqlite"] = {1, std::string(64, 'a')};
  for (const char* name : {"../evil", "/tmp/evil", "posters/../../evil", "serving.lock"}) {
    EXPECT_FALSE(is_backup_part(name));
    BackupManifest bad = manifest;
    bad.parts[name] = {1, std::string(64, 'a')};
    EXPECT_THROW(parse_backup_manifest(to_json(bad)), Error) << name;
    ArchiveWriter archive(file());
    const std::string list = to_json(manifest);
    archive.begin_file("manifest.json", list.size(), 0);
    archive.append(list);
    archive.begin_file(name, 1, 0);
    archive.append("x");
    archive.commit();
    EXPECT_EQ(kind_of([&] { restore_backup(file(), other()); }), ErrorKind::corrupt) << name;
  }
  EXPECT_EQ(parse_backup_manifest(to_json(manifest)), manifest);
}

TEST_F(Backup, ReplacesAFolderOnlyWhenForced) {
  write_backup(data(), file());
  Setup(other()).run({write_lines("b.jsonl", 100, 3)});
  const std::string before = content(other());
  EXPECT_EQ(kind_of([&] { restore_backup(file(), other()); }), ErrorKind::invalid_argument);
  EXPECT_EQ(content(other()), before);
  write_file_atomic(other() / "posters/bbbbbbbbbb-0000000000000001.jpg", "\xFF\xD8\xFF");
  restore_backup(file(), other(), {.force = true});
  EXPECT_EQ(content(other()), content_);
  EXPECT_TRUE(fs::exists(other() / "posters/bbbbbbbbbb-0000000000000001.jpg")) << "kept";
  const fs::path home = folder_.path() / "home";
  write_file_atomic(home / "letter.txt", "mine");
  EXPECT_EQ(kind_of([&] { restore_backup(file(), home, {.force = true}); }),
            ErrorKind::invalid_argument);
  EXPECT_EQ(read_file(home / "letter.txt"), "mine");
}

TEST_F(Backup, IsNotPutBackUnderAServerOrAnImport) {
  write_backup(data(), file());
  {
    const auto serving = lock_for_serving(data());
    const auto another = lock_for_serving(data());
    EXPECT_EQ(kind_of([&] { restore_backup(file(), data(), {.force = true}); }),
              ErrorKind::unavailable);
  }
  {
    Setup setup(data());
    const auto lock = setup.store.lock_for_writing();
    EXPECT_EQ(kind_of([&] { restore_backup(file(), data(), {.force = true}); }),
              ErrorKind::unavailable);
  }
  const auto restoring = lock_file(data() / "serving.lock");
  EXPECT_EQ(kind_of([&] { lock_for_serving(data()); }), ErrorKind::unavailable);
}

TEST_F(Backup, AnInterruptedRestoreLeavesTheOldFolderOrTheNewOne) {
  write_backup(data(), file());
  for (const char* point : {"restore.before_swap", "restore.after_swap"}) {
    fs::remove_all(other());
    Setup(other()).run({write_lines("b.jsonl", 100, 3)});
    const std::string before = content(other());
    const pid_t child = start_child([&] {
      restore_backup(file(), other(), {.force = true, .fault = [&](std::string_view at) {
                                         if (at == point) ::kill(::getpid(), SIGKILL);
                                       }});
    });
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(content(other()),
              std::string_view(point) == "restore.before_swap" ? before : content_);
  }
}

TEST_F(Backup, OfAnEmptyPlaceIsRefused) {
  EXPECT_EQ(kind_of([&] { write_backup(other(), file()); }), ErrorKind::not_found);
  EXPECT_FALSE(fs::exists(other()));
}

}  // namespace
}  // namespace anireco
