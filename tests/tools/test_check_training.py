"""tools/check_training.py over a copy of the training files: what it says when one of them is not what the shipped weights learnt from."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ADAPTER = "data/encoder/query_adapter/adapter_config.json"


class CheckTraining(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = pathlib.Path(scratch.name) / "tree"
        for folder in ("data/training", "data/starter", "data/encoder", "data/ranking"):
            shutil.copytree(ROOT / folder, self.tree / folder)
        (self.tree / "tools").mkdir()
        shutil.copy(ROOT / "tools/check_training.py", self.tree / "tools")

    def check(self, *arguments):
        done = subprocess.run([str(self.tree / "tools/check_training.py"), *map(str, arguments)], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout

    def test_the_files_are_those_that_the_shipped_weights_learnt_from(self):
        status, told = self.check()
        self.assertEqual(status, 0, told)

    def test_a_changed_file_is_named_by_every_record_of_it(self):
        requests = self.tree / "data/training/requests.en.jsonl"
        requests.write_text("\n".join(requests.read_text(encoding="utf-8").splitlines()[1:]) + "\n", encoding="utf-8")
        (self.tree / "data/training/recipes/query-adapter.json").unlink()
        status, told = self.check()
        self.assertEqual(status, 1)
        self.assertIn(f"{ADAPTER}: ../requests.en.jsonl is not the file it was learnt from", told)
        self.assertIn("data/ranking/fusion.model: requests.en.jsonl is not the file it was learnt from", told)
        self.assertIn(f"{ADAPTER}: query-adapter.json is not there", told)

    def test_the_files_of_exclude_are_compared_too(self):
        excluded, table = self.tree / "no-train-franchises.txt", self.tree / "franchises.tsv"
        excluded.write_text("# none\n")
        table.write_text("mal_id\tfranchise_id\n")
        status, told = self.check("--exclude", excluded, table)
        self.assertEqual(status, 1)
        self.assertIn(f"{ADAPTER}: franchises.tsv is not the file it was learnt from", told)
        path = self.tree / ADAPTER
        config = json.loads(path.read_text())
        for file in (excluded, table):
            config["training"]["sha256"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
        path.write_text(json.dumps(config))
        self.assertEqual(self.check("--exclude", excluded, table)[0], 0)
        first = json.loads((self.tree / "data/training/requests.en.jsonl").read_text(encoding="utf-8").splitlines()[0])["mal"]
        excluded.write_text(f"{first}\n")
        self.assertIn(f"{first} belongs to an excluded franchise", self.check("--exclude", excluded, table)[1])


if __name__ == "__main__":
    unittest.main()
