"""tools/verify.sh in a tree of its own with a stand-in for the program: which catalogue each step measures, and how a missed figure is told."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# A catalogue is the list of what was imported into it; search is better with the starter in it.
PROGRAM = r"""#!/bin/sh
held=$(cat "$ANIRECO_DATA_DIR/held" 2>/dev/null)
case "$1 $2" in
  "import "*) mkdir -p "$ANIRECO_DATA_DIR" && echo real >>"$ANIRECO_DATA_DIR/held" ;;
  "eval search")
    hit=0.532 mrr=0.321
    case "$held" in *starter*) hit=0.581 mrr=0.435 ;; esac
    case "$held" in *real*) ;; *) exit 1 ;; esac
    printf 'all\t134\t0.4 [0.3, 0.5]\t0.1 [0.1, 0.1]\t0.1 [0.1, 0.1]\t0.4 [0.3, 0.5]\t0.6 [0.5, 0.7]\n'
    printf 'english\t124\t0.4 [0.3, 0.5]\t%s [0.4, 0.6]\t%s [0.2, 0.5]\t0.4 [0.3, 0.5]\t0.6 [0.5, 0.7]\n' $hit $mrr ;;
  "eval similar") printf 'all\t2841\t0.1 [0.1, 0.2]\t0.4 [0.4, 0.5]\t0.2 [0.2, 0.3]\t0.186 [0.1, 0.2]\t0.4 [0.4, 0.5]\n' ;;
  "bench search") echo '{"n":402,"p50_ms":2.5,"p99_ms":11.5,"titles":28163,"machine":"x"}' ;;
  bench*) echo '{}' ;;
esac
"""
SETUP = """#!/bin/sh
[ -f "$ANIRECO_DATA_DIR/starter.stamp" ] && exit 0
mkdir -p "$ANIRECO_DATA_DIR" && echo starter >>"$ANIRECO_DATA_DIR/held" && echo stamp >"$ANIRECO_DATA_DIR/starter.stamp"
"""
START = "#!/bin/sh\necho 'start to ready 0.50 s (median of 5, first 0.51 s), resident 360 MiB after 30 requests, peak 387 MiB'\n"


class Verify(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = pathlib.Path(scratch.name) / "tree"
        (self.tree / "tools").mkdir(parents=True)
        (self.tree / "docs").mkdir()
        for name in ("verify.sh", "lib.sh", "fetch_weights.py"):
            shutil.copy(ROOT / "tools" / name, self.tree / "tools" / name)
        for name, text in (("tools/setup.sh", SETUP), ("tools/measure_start.py", START), ("build/release/anireco", PROGRAM)):
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        shared = self.tree.parent / "shared" / "data"
        shared.mkdir(parents=True)
        for name in ("catalogue.jsonl.gz", "relations.tsv"):
            (shared / name).write_text("x")
        self.git("init", "--quiet")
        self.git("add", "tools")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "a")

    def git(self, *arguments):
        subprocess.run(["git", "-C", str(self.tree), *arguments], check=True)

    def verify(self, *steps):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANIRECO_", "GIT_"))}
        done = subprocess.run([str(self.tree / "tools/verify.sh"), *steps], capture_output=True, text=True, timeout=120, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.tree / "docs/verification.md").read_text()

    def assert_quality(self, text):
        self.assertIn("by itself: search, English requests, hit@10 0.532 (wanted at least 0.50)\n", text)
        self.assertIn("by itself: search, English requests, MRR 0.321 (wanted at least 0.35), **below**\n", text)
        self.assertIn("with our words: search, English requests, hit@10 0.581 (wanted at least 0.50)\n", text)
        self.assertIn("with our words: search, English requests, MRR 0.435 (wanted at least 0.35)\n", text)
        self.assertIn("by itself: similar titles, all, nDCG@10 0.186 (wanted at least 0.20), **below**\n", text)

    def test_quality_measures_both_catalogues_whether_or_not_import_ran_before(self):
        self.assert_quality(self.verify("quality"))
        self.assert_quality(self.verify("import", "quality"))
        held = {name: (self.tree / "build/verify" / name / "held").read_text().split() for name in ("data", "by-itself")}
        self.assertEqual(held, {"data": ["starter", "real"], "by-itself": ["real"]})

    def test_a_missed_figure_stands_in_the_table_and_fails_no_step(self):
        text = self.verify("import", "quality", "speed")
        self.assertRegex(text, r"\| import \| passed \|")
        self.assertRegex(text, r"\| quality \| passed, \*\*below\*\* \|")
        self.assertRegex(text, r"\| speed \| passed, \*\*above\*\* \|")
        self.assertIn("bench search, p50 in ms: 2.5 (wanted at most 3)\n", text)
        self.assertIn("bench search, p99 in ms: 11.5 (wanted at most 8), **above**\n", text)
        self.assertIn("start to ready, s: 0.50 (wanted at most 1.5)\n", text)

    def test_what_another_machine_ran_is_kept_and_told_as_such(self):
        self.verify("quality", "speed")
        shutil.rmtree(self.tree / "build/verify")
        for _ in range(2):
            text = self.verify("import")
            self.assertRegex(text, r"\| import \| passed \| \d+ s \| [^|]*\d \|\n")
            self.assertRegex(text, r"\| quality \| passed, \*\*below\*\* \| \d+ s \| [0-9a-f]{12}, [0-9-]*, another machine \|\n")
            self.assertRegex(text, r"\| kills \| never run \| \| \|\n")
            self.assert_quality(text)
        self.assertNotIn(", another machine |", self.verify("quality", "speed"))


if __name__ == "__main__":
    unittest.main()
