"""Triplets of genres beside the real program: a tiny encoder is taught, and import, search, serve and eval take what comes of it; `.pt` files go to PyTorch and back.

Environment: ANIRECO_TEST_PROGRAM (anireco-train lies beside it).
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
import xml.dom.minidom

import tiny_model

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ["ANIRECO_TEST_PROGRAM"])
# Debian's, which has the torch module.
PYTHON = "/usr/bin/python3"
RECIPE = {"triplets": 300, "least_triplets": 100, "least_score": 0, "max_tokens": 40, "head_width": 16, "dimension": 12, "epochs": 3, "batch": 16,
          "unfreeze_first": 0, "unfreeze_each": 1, "encoder_rate": 1e-3, "head_rate": 1e-2, "report_titles": 60}
CHECK_STATE = """
import sys, torch
state = torch.load(sys.argv[1])
assert state["encoder.encoder.layer.1.output.dense.weight"].shape == (32, 64), "shape"
assert state["fc2.weight"].shape == (12, 16)
assert all(torch.isfinite(t).all() for t in state.values())
# As a training of one's own would save it.
from collections import OrderedDict
own = OrderedDict(("module.bert." + k[len("encoder."):] if k.startswith("encoder.") else "module." + k, t) for k, t in state.items())
own._metadata = {"": {"version": 1}}
own["module.bn.num_batches_tracked"] = torch.tensor(5)
torch.save({"epoch": 3, "loss": 0.25, "model_state_dict": own, "optimizer_state_dict": {"state": {0: {"exp_avg": torch.ones(2)}}}}, sys.argv[2])
"""


def run(*arguments, program=PROGRAM, **environment):
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, timeout=600, env={**os.environ, **environment})


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Triplets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        lines = (ROOT / "data/starter/0001-0100.jsonl").read_text(encoding="utf-8").splitlines()
        cls.records = [json.loads(line) for line in lines]
        tiny_model.write(cls.folder / "tiny", [json.dumps(record) for record in cls.records])
        (cls.folder / "franchises.tsv").write_text("mal_id\tfranchise_id\n")
        cls.imported("data", "tiny")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @classmethod
    def imported(cls, data, model, titles=ROOT / "data/starter/0001-0100.jsonl"):
        done = run("import", titles, "--data-dir", cls.folder / data, "--model", cls.folder / model)
        assert done.returncode == 0, done.stderr

    def train(self, *more, out="out", recipe=None, franchises="franchises.tsv", data="data"):
        path = self.folder / "recipe.json"
        path.write_text(json.dumps({**RECIPE, **(recipe or {})}))
        return run("train", "triplet", "--recipe", path, "--franchises", self.folder / franchises, "--out", self.folder / out,
                   "--data-dir", self.folder / data, "--model", self.folder / "tiny", *more)

    def test_a_trained_model_is_imported_searched_served_and_measured(self):
        done = self.train()
        self.assertEqual(done.returncode, 0, done.stderr)
        out = self.folder / "out"
        self.imported("trained", "out/model")
        where = ("--data-dir", self.folder / "trained", "--model", out / "model")
        vector = json.loads(run("embed", "a boy and a notebook", "--json", *where).stdout)["vector"]
        self.assertEqual(len(vector), 12)
        self.assertEqual(run("search", "a boy and a notebook", *where).returncode, 0)
        known = [record["ids"]["mal"] for record in self.records]
        queries = self.folder / "queries.jsonl"
        queries.write_text(json.dumps({"id": "q", "query": "a boy and a notebook", "kind": "known-item", "answers": [{"title": "x", "mal_id": known[0]}]}) + "\n")
        measured = run("eval", "search", "--queries", queries, "--franchises", self.folder / "franchises.tsv", "--json", *where)
        self.assertEqual(measured.returncode, 0, measured.stderr)
        pairs = self.folder / "pairs.tsv"
        pairs.write_text(f"mal_id_a\tmal_id_b\tvotes\tsplit\n{min(known[:2])}\t{max(known[:2])}\t3\tdev\n")
        measured = run("eval", "similar", "--pairs", pairs, "--franchises", self.folder / "franchises.tsv", "--json", *where)
        self.assertEqual(measured.returncode, 0, measured.stderr)
        self.assert_triplets_are_measured(out / "triplets.tsv", where)
        self.assert_served(where)

    def assert_triplets_are_measured(self, triplets, where):
        figures = json.loads(run("eval", "triplets", "--triplets", triplets, "--json", *where).stdout)
        self.assertEqual(figures["set"], "validation")
        self.assertEqual(set(figures["methods"]), {"vectors", "affinity", "likeness"})
        sets = [line.split("\t")[3] for line in triplets.read_text().splitlines()[1:]]
        for figure in figures["methods"].values():
            self.assertEqual(figure["triplets"], sets.count("validation"))
            self.assertTrue(0 <= figure["nearer"]["low"] <= figure["nearer"]["value"] <= figure["nearer"]["high"] <= 1, figure)
        self.assertGreater(figures["methods"]["vectors"]["nearer"]["value"], 0.5)
        told = run("eval", "triplets", "--triplets", triplets, "--set", "train", *where)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual([line.split("\t")[:2] for line in told.stdout.splitlines()],
                         [[name, str(sets.count("train"))] for name in ("vectors", "affinity", "likeness")])
        alone = triplets.with_name("train.tsv")
        alone.write_text("".join(line for line in triplets.read_text().splitlines(keepends=True) if not line.endswith("\tvalidation\n")))
        none = run("eval", "triplets", "--triplets", alone, *where)
        self.assertEqual(none.returncode, 2)
        self.assertIn("validation", none.stderr)

    def assert_served(self, where):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen([str(PROGRAM), "serve", "--port", str(port), *map(str, where)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                        self.assertEqual(answer.status, 200)
                        break
                except OSError:
                    self.assertIsNone(server.poll(), "the server ended")
                    time.sleep(0.2)
            else:
                self.fail("the server is not ready")
        finally:
            server.terminate()
            self.assertEqual(server.wait(60), 0)

    def test_the_report_has_figures_curves_and_a_map(self):
        done = self.train(out="reported", recipe={"split": "franchise", "triplets": 200, "least_triplets": 50})
        self.assertEqual(done.returncode, 0, done.stderr)
        # Lines, not a bar, where no terminal is.
        self.assertNotIn("\r", done.stderr)
        self.assertRegex(done.stderr, r"step \d+ of \d+: loss ")
        report = self.folder / "reported" / "report"
        figures = json.loads((report / "report.json").read_text())
        self.assertEqual(figures["split"], "franchise")
        self.assertEqual(len(figures["epochs"]), 4)
        self.assertEqual(figures["record"]["triplets"], "sha256 " + digest(self.folder / "reported" / "triplets.tsv"))
        for side in ("raw", "trained"):
            for name in ("triplet_accuracy", "neighbour_agreement"):
                interval = figures[side][name]
                self.assertTrue(0 <= interval["low"] <= interval["value"] <= interval["high"] <= 1, interval)
        for name in ("loss.svg", "accuracy.svg", "map.svg"):
            self.assertEqual(xml.dom.minidom.parse(str(report / name)).documentElement.tagName, "svg")
            self.assertIn(f"({name})", (report / "report.md").read_text())

    def test_a_run_that_goes_on_gives_the_same_model(self):
        self.assertEqual(self.train(out="whole").returncode, 0)
        stopped = self.train("--stop-after", 20, out="resumed")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertFalse((self.folder / "resumed" / "model").exists())
        self.assertEqual(self.train(out="resumed").returncode, 0)
        for name in ("model/model.safetensors", "model/projection.safetensors", "triplets.tsv"):
            self.assertEqual(digest(self.folder / "whole" / name), digest(self.folder / "resumed" / name), name)

    def test_split_by_franchise_no_story_is_on_both_sides(self):
        def is_validation(franchise):
            return int(hashlib.sha256(str(franchise).encode()).hexdigest(), 16) % 10 == 0

        validation = [n for n in range(10 ** 6, 10 ** 6 + 200) if is_validation(n)]
        training = [n for n in range(10 ** 6, 10 ** 6 + 200) if not is_validation(n)]
        known = [record["ids"]["mal"] for record in self.records]
        # The table joins what the catalogue parts, and parts what it tells as one: here each sequel, of a training franchise, from its first part.
        table = {mal: validation[i % 5] if i % 3 == 0 else training[i % 11] for i, mal in enumerate(known)}
        (self.folder / "groups.tsv").write_text("mal_id\tfranchise_id\n" + "".join(f"{mal}\t{franchise}\n" for mal, franchise in table.items()))
        sequels = {known[i]: known[i + 1] for i in range(0, 30, 3)}
        related = self.folder / "related.jsonl"
        related.write_text("".join(json.dumps({**record, "relations": [{"kind": "sequel", "ids": {"mal": sequels[mal]}}] if mal in sequels else []}) + "\n"
                                   for mal, record in zip(known, self.records)), encoding="utf-8")
        self.imported("related", "tiny", related)
        where = {"recipe": {"split": "franchise", "epochs": 1}, "franchises": "groups.tsv", "data": "related"}
        done = self.train(out="split", **where)
        self.assertEqual(done.returncode, 0, done.stderr)
        triplets = self.folder / "split" / "triplets.tsv"
        sides = {"train": set(), "validation": set()}
        for line in triplets.read_text().splitlines()[1:]:
            *titles, side = line.split("\t")
            sides[side].update(int(title.removeprefix("mal:")) for title in titles)
        self.assertFalse(sides["train"] & sides["validation"])
        self.assertFalse({mal for mal in sides["train"] if is_validation(table[mal])})
        self.assertFalse(sides["train"] & set(sequels.values()))
        self.assertTrue(sides["validation"] & set(sequels.values()))
        moved = self.folder / "moved.tsv"
        moved.write_text(triplets.read_text().replace("\tvalidation\n", "\ttrain\n", 1))
        done = self.train("--triplets", moved, out="moved", **where)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is of a franchise that is validation", done.stderr)

    def test_another_run_leaves_the_triplets_as_they_are(self):
        self.assertEqual(self.train("--stop-after", 2, out="kept").returncode, 0)
        before = digest(self.folder / "kept" / "triplets.tsv")
        other = self.train(out="kept", recipe={"seed": 2})
        self.assertEqual(other.returncode, 2)
        self.assertIn("another recipe", other.stderr)
        self.assertEqual(digest(self.folder / "kept" / "triplets.tsv"), before)

    def test_pt_files_go_to_pytorch_and_back(self):
        self.assertEqual(self.train(out="torch", recipe={"epochs": 1}).returncode, 0)
        out = self.folder / "torch"
        done = subprocess.run([PYTHON, "-c", CHECK_STATE, str(out / "model.pt"), str(out / "own.pt")], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        back = run("train", "convert", "--from", out / "own.pt", "--out", out / "back", "--model", self.folder / "tiny")
        self.assertEqual(back.returncode, 0, back.stderr)
        for name in ("model.safetensors", "projection.safetensors", "config.json", "vocab.txt"):
            self.assertEqual(digest(out / "model" / name), digest(out / "back" / name), name)
        again = run("train", "convert", "--from", out / "model", "--out", out / "again.pt")
        self.assertEqual(again.returncode, 0, again.stderr)
        done = subprocess.run([PYTHON, "-c", CHECK_STATE, str(out / "again.pt"), str(out / "own.pt")], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        (out / "text.pt").write_text("no tensors")
        damaged = run("train", "convert", "--from", out / "text.pt", "--out", out / "nothing", "--model", self.folder / "tiny")
        self.assertEqual(damaged.returncode, 1)
        self.assertFalse((out / "nothing").exists())

    def test_likeness_is_learnt_beside_triplets_of_genres(self):
        titles = self.folder / "scored.jsonl"
        titles.write_text("".join(json.dumps({**record, "score": 8}) + "\n" for record in self.records))
        self.imported("scored", "tiny", titles)
        known = sorted(record["ids"]["mal"] for record in self.records)
        pairs = self.folder / "alike.tsv"
        pairs.write_text("mal_id_a\tmal_id_b\tvotes\tsplit\n"
                         + "".join(f"{a}\t{b}\t1\ttrain\n" for step in (1, 2, 3) for a, b in zip(known, known[step:])))
        model = self.folder / "similar.model"
        where = ("--data-dir", self.folder / "scored", "--model", self.folder / "tiny")
        learn = ("train", "similar", "--pairs", pairs, "--franchises", self.folder / "franchises.tsv", "--out", model, *where)
        done = run(*learn, "--genre-triplets", 3000, "--triplet-weight", 4)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = re.search(r"^triplets of genres, (\d+) with weight 4; of (\d+) of other franchises the positive is nearer in (0\.\d+|1\.0+) ", done.stdout, re.M)
        self.assertIsNotNone(told, done.stdout)
        self.assertLessEqual(int(told[1]) + int(told[2]), 3000)
        self.assertGreater(float(told[3]), 0.5)
        self.assertIn(told[0].strip().replace("triplets ", "record triplets ", 1), model.read_text())
        measured = run("similar", f"mal:{known[0]}", *where, ANIRECO_SIMILARITY_MODEL=str(model))
        self.assertEqual(measured.returncode, 0, measured.stderr)
        plain = run(*learn)
        self.assertEqual(plain.returncode, 0, plain.stderr)
        self.assertNotIn("triplets", plain.stdout + model.read_text())
        few = run(*learn, "--genre-triplets", 100)
        self.assertEqual(few.returncode, 2)
        self.assertIn("at least 1000", few.stderr)

    def test_requests_and_titles_have_the_prompts_of_their_model(self):
        prompted = self.folder / "prompted"
        shutil.copytree(self.folder / "tiny", prompted)
        (prompted / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "about a ", "passage": "a show: "}}))

        def vector(model, text, *more):
            return json.loads(run("embed", text, "--json", "--model", model, *more).stdout)["vector"]

        plain = self.folder / "tiny"
        self.assertEqual(vector(prompted, "notebook"), vector(plain, "a show: notebook"))
        self.assertEqual(vector(prompted, "notebook", "--query"), vector(plain, "about a notebook"))
        self.assertNotEqual(vector(prompted, "notebook"), vector(prompted, "notebook", "--query"))

    def test_an_encoder_of_all_scripts_reads_a_request_as_it_is_written(self):
        scripts = self.folder / "scripts"
        shutil.copytree(self.folder / "tiny", scripts)
        tiny_model.write_pieces(scripts, "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя")
        self.imported("scripts-data", "scripts")

        def found(data, model):
            done = run("search", "абырвалг щукер", "--json", "--data-dir", self.folder / data, "--model", self.folder / model)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)["hits"]

        # No title has these words and no glossary knows them, so only meaning can find anything, and only where the encoder reads them.
        self.assertEqual(found("data", "tiny"), [])
        self.assertTrue(found("scripts-data", "scripts"))

    def test_what_cannot_be_used_is_refused(self):
        few = self.train(recipe={"least_triplets": 5000})
        self.assertEqual(few.returncode, 2)
        self.assertIn("at least 5000", few.stderr)
        for changes, word in [({"split": "genre"}, "split"), ({"margins": 1}, "margins"), ({"negative_most": 0.7}, "must rise"), ({"epochs": 0}, "epochs")]:
            done = self.train(recipe=changes)
            self.assertEqual(done.returncode, 2, changes)
            self.assertIn(word, done.stderr)
        self.assertEqual(self.train(out="mined", recipe={"epochs": 1}).returncode, 0)
        triplets = self.folder / "mined" / "triplets.tsv"
        franchise = re.search(r"mal:(\d+)", triplets.read_text()).group(1)
        (self.folder / "exclude.txt").write_text(franchise + "\n")
        kept_out = self.train("--triplets", triplets, "--exclude", self.folder / "exclude.txt", out="refused")
        self.assertEqual(kept_out.returncode, 2)
        self.assertIn(f"mal:{franchise} is of franchise {franchise}, which is excluded", kept_out.stderr)
        self.assertEqual(self.train("--exclude", self.folder / "exclude.txt", out="without", recipe={"epochs": 1}).returncode, 0)
        self.assertNotRegex((self.folder / "without" / "triplets.tsv").read_text(), rf"mal:{franchise}\b")
        unknown = self.folder / "unknown.tsv"
        unknown.write_text(triplets.read_text() + "mal:4000000000\tmal:4000000001\tmal:4000000002\ttrain\n" * 400)
        done = self.train("--triplets", unknown, out="refused")
        self.assertEqual(done.returncode, 2)
        self.assertIn("400 name titles that are not in the catalogue", done.stderr)


if __name__ == "__main__":
    unittest.main()
