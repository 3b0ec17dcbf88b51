"""Records: JSON lines and Parquet, out and back."""
import datetime
import gzip
import json
import math
import os
import random
import subprocess

import pandas
import pyarrow.parquet

from program import PROGRAM, ProgramTest, lines

MODULE = PROGRAM.parent / "anireco_parquet.so"


class Json(ProgramTest):
    def test_comes_back_equal_byte_for_byte(self):
        self.fill()
        out = self.exported()
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([r["id"] for r in records], sorted(r["id"] for r in records))
        self.assertEqual({c["source"] for r in records for c in r["contributions"]}, {"first", "second"})
        (self.folder / "out.jsonl").write_bytes(out)
        other = self.folder / "other"
        run = self.run_program("import", self.folder / "out.jsonl", "--strict", data=other)
        self.assertIn("0 with warnings", run.text)
        self.assertEqual(self.exported(data=other), out)
        # A source says something new: both catalogues take it alike.
        news = lines(self.folder / "news.jsonl", [{"ids": {"mal": 2}, "titles": {"romaji": "Michi Two"}}, {"titles": {"romaji": "Nameless"}, "year": 1999}])
        for data in (None, other):
            self.run_program("import", news, "--source", "second", data=data)
        self.assertEqual(self.exported(data=other), self.exported())

    def test_is_compressed_by_its_name_and_written_whole_or_not_at_all(self):
        self.fill()
        self.run_program("export", "--out", self.folder / "a.jsonl.gz")
        self.assertEqual(gzip.decompress((self.folder / "a.jsonl.gz").read_bytes()), self.exported("--out", "-"))
        self.run_program("import", self.folder / "a.jsonl.gz", data=self.folder / "other")
        self.assertEqual(self.exported(data=self.folder / "other"), self.exported())
        self.run_program("export", "--out", "/proc/nowhere/a.jsonl", status=1)

    def test_merged_and_by_level(self):
        self.fill()
        merged = [json.loads(line) for line in self.exported("--merged").splitlines()]
        self.assertFalse(any("contributions" in r for r in merged))
        below = self.exported("--level", "standard").decode()
        self.assertNotIn("Night Garden", below)
        self.assertEqual(len(below.splitlines()), len(merged) - 1)

    def test_of_nothing_is_an_error_and_makes_no_folder(self):
        self.run_program("export", status=1)
        self.assertFalse(self.data.exists())


class Parquet(ProgramTest):
    def test_program_links_no_arrow_and_the_module_does(self):
        self.assertNotRegex(subprocess.check_output(["ldd", PROGRAM], text=True), "arrow|parquet")
        self.assertRegex(subprocess.check_output(["ldd", MODULE], text=True), r"libparquet[^\n]*=> /")

    def test_without_its_module_names_the_command_that_builds_it(self):
        self.fill()
        lonely = PROGRAM.parent / "lonely" / "anireco"
        lonely.parent.mkdir(exist_ok=True)
        lonely.unlink(missing_ok=True)
        os.link(PROGRAM, lonely)
        self.addCleanup(lonely.parent.rmdir)
        self.addCleanup(lonely.unlink)
        run = self.run_program("export", "--out", self.folder / "a.parquet", status=1, program=lonely)
        self.assertIn("make parquet", run.text)
        self.assertFalse((self.folder / "a.parquet").exists())
        self.run_program("export", "--out", self.folder / "a.parquet")
        self.assertIn("make parquet", self.run_program("import", self.folder / "a.parquet", status=1, program=lonely).text)

    def test_is_read_by_pandas_as_the_json_lines_are(self):
        self.fill()
        path = self.folder / "a.parquet"
        self.run_program("export", "--format", "parquet", "--out", path)
        table = pyarrow.parquet.read_table(path)
        self.assertEqual(str(table.schema.field("genres").type), "list<element: string>")
        self.assertEqual(str(table.schema.field("members").type), "uint32")
        self.assertEqual(pyarrow.parquet.ParquetFile(path).metadata.row_group(0).column(0).compression, "ZSTD")
        frame = pandas.read_parquet(path)
        for row, line in zip(frame.to_dict("records"), self.exported("--merged").splitlines(), strict=True):
            record = json.loads(line)
            for key in ("id", "type", "status", "aired_from", "season", "image_url", "source_material", "age_rating"):
                self.assertEqual(None if pandas.isna(row[key]) else row[key], record.get(key), key)
            for key in ("episodes", "year", "score", "members", "scored_by"):
                self.assertEqual(0 if math.isnan(row[key]) else row[key], record.get(key, 0), key)
            for key in ("genres", "themes", "studios"):
                self.assertEqual([] if row[key] is None else list(row[key]), record.get(key, []), key)
            self.assertEqual({k: v for k, v in row["titles"].items() if k != "synonyms" and v is not None},
                             {k: v for k, v in record["titles"].items() if k != "synonyms"})
        first = next(r for r in table.to_pylist() if r["titles"]["russian"])
        self.assertIn({"language": "en", "text": "he was the wind", "spoiler": True}, first["remembered"])

    def test_comes_back_equal(self):
        self.fill()
        self.run_program("export", "--out", self.folder / "a.parquet")
        run = self.run_program("import", self.folder / "a.parquet", "--strict", data=self.folder / "other")
        self.assertIn("0 with warnings", run.text)
        self.assertEqual(self.exported(data=self.folder / "other"), self.exported())

    def test_takes_what_pandas_writes(self):
        frame = pandas.DataFrame({"mal_id": [1, 2, 3], "title": ["One", "Two", None], "episodes": [12.0, math.nan, 3],
                                  "genres": [["Drama"], None, []], "type": pandas.Categorical(["TV", "Movie", "TV"])})
        frame.to_parquet(self.folder / "flat.parquet")
        run = self.run_program("import", self.folder / "flat.parquet", "--source", "mine")
        self.assertIn("3 lines read, 1 skipped", run.text)
        self.assertIn("flat.parquet:3", run.text)
        frame = pandas.DataFrame({"titles": [{"romaji": "Four"}], "ids": [{"mal": 4}], "aired_from": [datetime.date(2005, 10, 23)],
                                  "figures_date": pandas.to_datetime(["2026-01-02 03:04"]), "score": [7.25], "year": [2005],
                                  "provenance": [[{"field": "*", "source": "there"}]]}, index=["x"])
        frame.to_parquet(self.folder / "record.parquet")
        self.run_program("import", self.folder / "record.parquet", "--source", "mine")
        records = {r["ids"]["mal"]: r for r in map(json.loads, self.exported("--merged").splitlines())}
        self.assertEqual(records[1]["episodes"], 12)
        self.assertNotIn("episodes", records[2])
        self.assertEqual((records[4]["aired_from"], records[4]["figures_date"], records[4]["score"]), ("2005-10-23", "2026-01-02", 7.25))
        self.assertEqual(records[4]["provenance"], {"*": "there"})

    def test_hostile_files_are_errors_and_never_a_crash(self):
        self.fill()
        self.run_program("export", "--out", self.folder / "a.parquet")
        before = self.exported()
        whole = (self.folder / "a.parquet").read_bytes()
        bad = self.folder / "bad.parquet"
        dice = random.Random(11)
        for size in (4, 12, len(whole) // 2, len(whole) - 1):
            bad.write_bytes(whole[:size])
            self.assertIn("bad.parquet", self.run_program("import", bad, status=1).text)
        self.assertEqual(self.exported(), before)
        refused = 0
        for _ in range(12):
            damaged = bytearray(whole)
            for _ in range(dice.choice([1, 8, 64])):
                damaged[dice.randrange(4, len(damaged))] ^= 1 << dice.randrange(8)
            bad.write_bytes(damaged)
            run = subprocess.run([PROGRAM, "import", bad], env=self.environment(self.folder / "bin"), capture_output=True, check=False)
            self.assertIn(run.returncode, (0, 1, 2), run.stderr.decode("utf8", "replace"))
            self.assertNotIn(b"ERROR: AddressSanitizer", run.stderr)
            refused += run.returncode != 0
        self.assertGreater(refused, 3)
        pandas.DataFrame({"titles": [b"bytes"]}).to_parquet(bad)
        self.assertIn("titles", self.run_program("import", bad, status=1).text)
