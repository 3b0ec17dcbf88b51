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

import tiny_model

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

    def test_what_was_asked_of_the_program_reaches_the_trainer(self):
        shutil.copy(PROGRAM, self.folder / "anireco")
        stand_in = self.folder / "anireco-train"
        stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
        stand_in.chmod(0o755)
        done = run("train", "query", "--recipe", "r", "--franchises", "f", "--out", "o", "--precision", "fp32", "--log-level", "error", "--threads", "3",
                   "--model", "m", "--data-dir", "d", program=self.folder / "anireco")
        self.assertEqual(done.returncode, 0, done.stderr)
        handed = done.stdout.splitlines()
        for option, value in (("--precision", "fp32"), ("--log-level", "error"), ("--threads", "3"), ("--model", "m"), ("--data-dir", "d")):
            self.assertEqual(handed[handed.index(option) + 1], value)
        self.assertEqual(run("--precision", "half", "query", "--recipe", "r", "--franchises", "f", "--out", "o", program=PROGRAM.parent / "anireco-train").returncode, 2)

    def test_a_catalogue_on_servers_is_refused_by_its_setting(self):
        done = run("train", "query", "--recipe", self.folder / "recipe.json", "--franchises", self.folder / "franchises.tsv", "--out", self.folder / "out",
                   ANIRECO_DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("database_url", done.stderr)


class PlainCatalogue(unittest.TestCase):
    """A catalogue of a hundred titles without any remembered phrase, and a toy encoder."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        records = [json.loads(line) for line in (ROOT / "data/starter/0901-1000.jsonl").read_text(encoding="utf-8").splitlines()]
        for record in records:
            record.pop("remembered", None)
        lines = [json.dumps(record) for record in records]
        (cls.folder / "titles.jsonl").write_text("\n".join(lines) + "\n")
        tiny_model.write(cls.folder / "tiny", lines)
        (cls.folder / "franchises.tsv").write_text("mal_id\tfranchise_id\n")
        known = {record["ids"]["mal"] for record in records}
        requests = [json.loads(line) for line in REQUESTS.read_text(encoding="utf-8").splitlines()]
        cls.requests = [request for request in requests if request["mal"] in known]
        done = run("import", cls.folder / "titles.jsonl", "--data-dir", cls.folder / "data", "--model", cls.folder / "tiny")
        assert done.returncode == 0, done.stderr

    def train(self, out, requests=None, model="tiny", **changes):
        text = "".join(json.dumps(request) + "\n" for request in (self.requests if requests is None else requests))
        (self.folder / "requests.jsonl").write_text(text)
        (self.folder / "recipe.json").write_text(json.dumps({**RECIPE, **changes}))
        return run("train", "query", "--recipe", self.folder / "recipe.json", "--franchises", self.folder / "franchises.tsv", "--out", self.folder / out,
                   "--data-dir", self.folder / "data", "--model", f"{self.folder}/{model}")

    def report(self, out):
        return [line.split("\t") for line in (self.folder / out / "report.tsv").read_text().splitlines()[1:]]

    def test_trains_when_no_step_takes_words_of_ours(self):
        refused = self.train("refused")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("own_words", refused.stderr)
        done = self.train("plain", own_words=0)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "plain" / "adapter_model.safetensors").exists())
        self.assertRegex(self.report("plain")[-1][2], r"^[01]\.\d{4}$")

    def test_without_validation_the_report_has_no_figures_of_it(self):
        train = [request for request in self.requests if int(hashlib.sha256(str(request["mal"]).encode()).hexdigest(), 16) % 10 != 0]
        done = self.train("unseen", train, own_words=0)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no request validates", done.stdout)
        self.assertEqual([row[2:] for row in self.report("unseen")], [["-"] * 4] * 2)

    def test_the_model_is_named_however_its_folder_is_written(self):
        for number, model in enumerate(("tiny/", "tiny/.", "tiny/../tiny//")):
            self.assertEqual(self.train(f"named{number}", model=model, own_words=0).returncode, 0)
            config = json.loads((self.folder / f"named{number}" / "adapter_config.json").read_text())
            self.assertEqual(config["base_model_name_or_path"], "tiny", model)


if __name__ == "__main__":
    unittest.main()
