// Kills an import at every fault point and at random moments, runs it again, and holds the outcome
// against an undisturbed one.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/child_process.h"
#include "base/file.h"
#include "ingest/canonical_export.h"
#include "ingest/import_fixture.h"

namespace anireco {
namespace {

class KilledImport : public ImportFixture {
 protected:
  KilledImport() : relations_(write_text("relations.tsv", "1\t2\tSEQUEL\t1\n3\t4\tPARENT\t1\n")) {
    files_ = {write_lines("a.jsonl", 1, 150), write_lines("b.jsonl", 100, 150)};
  }

  ImportOptions options() const {
    ImportOptions options;
    options.relations = {relations_};
    options.batch_lines = 40;
    options.batch_texts = 100;
    return options;
  }

  /// Starts an import in a child. The parent has no threads of its own at that time.
  pid_t start(const std::filesystem::path& folder, const std::string& fault) const {
    return start_child([&] {
      Setup setup(folder, kill_at(fault));
      setup.run(files_, options());
    });
  }

  static bool was_killed(pid_t child) {
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      return false;
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  /// Hash of everything, after a run to the end.
  std::string finish(const std::filesystem::path& folder) const {
    Setup setup(folder);
    const ImportReport report = setup.run(files_, options());
    EXPECT_TRUE(report.generation.vectors_complete);
    EXPECT_EQ(report.bad_lines, 0U);
    setup.store.check_integrity();
    const auto files = setup.publisher.files(report.generation);
    EXPECT_TRUE(files);
    EXPECT_EQ(setup.publisher.read_records(*files).size(), 249U);
    for (const auto& entry : std::filesystem::directory_iterator(folder / "generations")) {
      const std::string name = entry.path().filename().string();
      EXPECT_FALSE(name.starts_with(".writing")) << name << " was left behind";
    }
    return canonical_export_hash(setup.store, {setup.encoder->fingerprint()});
  }

  std::vector<std::filesystem::path> files_;
  std::filesystem::path relations_;
};

TEST_F(KilledImport, AtAnyFaultPointEndsAsIfNothingHadHappenedWhenRunAgain) {
  const std::string undisturbed = finish(folder_.path() / "undisturbed");
  int number = 0;
  for (const char* fault :
       {"store.before_commit:1", "store.before_commit:5", "store.after_commit:3",
        "store.before_commit:12", "store.after_commit:14", "store.in_publish:1",
        "store.in_publish:2", "publish.before_vectors:1", "publish.before_vectors:2",
        "publish.before_postings:1", "publish.before_rename:1", "publish.before_rename:2",
        "publish.before_commit:1", "publish.before_commit:2", "publish.after_commit:1",
        "publish.after_commit:2"}) {
    const auto folder = folder_.path() / std::to_string(number++);
    EXPECT_TRUE(was_killed(start(folder, fault))) << fault;
    EXPECT_EQ(finish(folder), undisturbed) << fault;
  }
}

TEST_F(KilledImport, AtARandomMomentEndsAsIfNothingHadHappenedWhenRunAgain) {
  const auto began = std::chrono::steady_clock::now();
  const std::string undisturbed = finish(folder_.path() / "undisturbed");
  const auto whole = std::chrono::steady_clock::now() - began;
  int killed = 0;
  for (int round = 0; round < 8; ++round) {
    const auto folder = folder_.path() / std::to_string(round);
    const pid_t child = start(folder, "");
    std::this_thread::sleep_for(whole * (round + 1) / 10);
    ::kill(child, SIGKILL);
    killed += was_killed(child) ? 1 : 0;
    EXPECT_EQ(finish(folder), undisturbed) << "round " << round;
  }
  EXPECT_GT(killed, 0);
}

TEST_F(KilledImport, LeavesTheLockFree) {
  const auto folder = folder_.path() / "data";
  EXPECT_TRUE(was_killed(start(folder, "store.before_commit:3")));
  Setup setup(folder);
  EXPECT_NO_THROW(setup.store.lock_for_writing());
}

}  // namespace
}  // namespace anireco
