"""The trainer beside the real program: a short run over the starter catalogue, what comes of it, and what is refused.

Environment: ANIRECO_TEST_PROGRAM (anireco-train lies beside it), ANIRECO_DATA_DIR (the starter catalogue, encoded).
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ["ANIRECO_TEST_PROGRAM"])
REQUESTS = ROOT / "data" / "training" / "requests.en.jsonl"
RECIPE = {"requests": ["requests.jsonl"], "rank": 2, "alpha": 4, "steps": 4, "batch": 8, "learning_rate": 0.001, "validate_every": 4}


def run(*arguments, program=PROGRAM, **environment):
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, timeout=600, env={**os.environ, **environment})


class Training(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        lines = REQUESTS.read_text(encoding="utf-8").splitlines()[:240]
        (self.folder / "requests.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        # Every title is its own franchise but for what the file names.
        (self.folder / "franchises.tsv").write_text("mal_id\tfranchise_id\n")
        self.write_recipe()

    def write_recipe(self, **changes):
        (self.folder / "recipe.json").write_text(json.dumps({**RECIPE, **changes}))

    def train(self, *more, out="out"):
        return run("train", "query", "--recipe", self.folder / "recipe.json", "--franchises", self.folder / "franchises.tsv",
                   "--out", self.folder / out, *more)

    def digest(self, out):
        return hashlib.sha256((self.folder / out / "adapter_model.safetensors").read_bytes()).hexdigest()

    def test_a_run_gives_an_adapter_that_search_uses(self):
        done = self.train()
        self.assertEqual(done.returncode, 0, done.stderr)
        stopped = self.train("--stop-after", 2, out="resumed")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertFalse((self.folder / "resumed" / "adapter_model.safetensors").exists())
        resumed = self.train(out="resumed")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        self.assertEqual(self.digest("out"), self.digest("resumed"))

        config = json.loads((self.folder / "out" / "adapter_config.json").read_text())
        self.assertEqual(config["r"], 2)
        self.assertEqual(config["training"]["sha256"]["requests.jsonl"], hashlib.sha256((self.folder / "requests.jsonl").read_bytes()).hexdigest())
        report = (self.folder / "out" / "report.tsv").read_text().splitlines()
        self.assertEqual([line.split("\t")[0] for line in report], ["step", "0", "4"])

        text = "a boy finds a notebook that kills"
        plain = json.loads(run("embed", text, "--json").stdout)
        adapted = json.loads(run("embed", text, "--query", "--json", ANIRECO_QUERY_ADAPTER=str(self.folder / "out")).stdout)
        self.assertEqual(plain["model"], adapted["model"])
        cosine = sum(a * b for a, b in zip(plain["vector"], adapted["vector"]))
        self.assertGreater(cosine, 0.5)
        self.assertLess(cosine, 0.999999)
        found = run("search", text, "--limit", "1", ANIRECO_QUERY_ADAPTER=str(self.folder / "out"))
        self.assertIn("Death Note", found.stdout)

    def test_a_request_of_an_excluded_franchise_is_refused(self):
        first = json.loads((self.folder / "requests.jsonl").read_text(encoding="utf-8").splitlines()[0])["mal"]
        (self.folder / "exclude.txt").write_text(f"{first}\n")
        done = self.train("--exclude", self.folder / "exclude.txt")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"mal:{first}", done.stderr)

    def test_what_cannot_be_used_is_named(self):
        for changes, word in [({"rank": 0}, "rank"), ({"batches": 3}, "batches"), ({"requests": []}, "requests"), ({"temperature": "warm"}, "temperature")]:
            self.write_recipe(**changes)
            done = self.train()
            self.assertEqual(done.returncode, 2, changes)
            self.assertIn(word, done.stderr)
        self.write_recipe()
        lines = (self.folder / "requests.jsonl").read_text(encoding="utf-8").splitlines()
        (self.folder / "requests.jsonl").write_text("\n".join(lines[:20]) + "\n", encoding="utf-8")
        few = self.train()
        self.assertEqual(few.returncode, 2)
        self.assertIn("at least 100", few.stderr)

    def test_a_named_adapter_that_is_not_there_stops_the_start(self):
        for command in (["serve", "--port", "0"], ["search", "a notebook"]):
            done = run(*command, ANIRECO_QUERY_ADAPTER=str(self.folder / "absent"))
            self.assertEqual(done.returncode, 1, command)
            self.assertIn("adapter_config.json", done.stderr)

    def test_wrong_use_ends_with_2(self):
        trainer = PROGRAM.parent / "anireco-train"
        self.assertEqual(run("query", program=trainer).returncode, 2)
        self.assertEqual(run("--help", program=trainer).returncode, 0)

    def test_without_the_trainer_the_program_says_how_to_get_it(self):
        alone = self.folder / "anireco"
        shutil.copy(PROGRAM, alone)
        done = run("train", "query", "--recipe", "r", "--franchises", "f", "--out", "o", program=alone)
        self.assertEqual(done.returncode, 1)
        self.assertIn("make trainer", done.stderr)


if __name__ == "__main__":
    unittest.main()
