"""Vectors as NumPy files, out and back."""
import json
import unittest

import numpy

from program import MODEL, ProgramTest


@unittest.skipUnless(MODEL.is_dir(), "no weights here")
class Vectors(ProgramTest):
    model = MODEL

    def test_are_read_by_numpy_and_come_back_without_encoding(self):
        self.fill()
        out = self.folder / "vectors"
        self.run_program("export", "--format", "npy", "--out", out)
        titles = numpy.load(out / "vectors.npy")
        ids = (out / "ids.txt").read_text().split()
        records = [json.loads(line) for line in self.exported("--merged").splitlines()]
        self.assertEqual(titles.dtype, numpy.float32)
        self.assertEqual(titles.shape, (len(ids), 384))
        self.assertTrue(titles.flags["C_CONTIGUOUS"])
        self.assertTrue(set(ids) <= {r["id"] for r in records})
        self.assertTrue(numpy.allclose(numpy.linalg.norm(titles, axis=1), 1, atol=0.01))
        windows = numpy.load(out / "windows.npy")
        self.assertEqual(len(windows), len((out / "windows.tsv").read_text().splitlines()))

        (self.folder / "all.jsonl").write_bytes(self.exported())
        other = self.folder / "other"
        run = self.run_program("import", self.folder / "all.jsonl", "--vectors", out, "--json", data=other)
        report = json.loads(run.stdout)
        self.assertEqual((report["texts_encoded"], report["vectors_taken"]), (0, report["texts"]))
        self.run_program("export", "--format", "npy", "--out", self.folder / "again", data=other)
        for name in ("vectors.npy", "ids.txt", "windows.npy", "windows.tsv", "texts.txt", "manifest.json"):
            self.assertEqual((self.folder / "again" / name).read_bytes(), (out / name).read_bytes(), name)

        manifest = json.loads((out / "manifest.json").read_text())
        manifest["model_fingerprint"] = "another"
        (out / "manifest.json").write_text(json.dumps(manifest))
        run = self.run_program("import", "--vectors", out, data=other, status=2)
        self.assertIn("another model", run.text)
        numpy.save(out / "vectors.npy", titles * 2)
        self.assertIn("vectors.npy", self.run_program("import", "--vectors", out, data=other, status=1).text)
