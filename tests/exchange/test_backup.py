"""Backups of a folder that is in use, and their way back."""
import json
import os
import signal
import subprocess
import tarfile
import time

from program import PROGRAM, ProgramTest, ask


class Backup(ProgramTest):
    def test_is_made_under_a_server_and_restored_beside_it(self):
        self.fill()
        before = self.exported()
        (self.data / "anireco.ini").write_text("log_level = error\n")
        url, server = self.server()
        file = self.folder / "backup.tar.gz"
        made = json.loads(self.run_program("backup", "--out", file, "--json").stdout)
        self.assertEqual(made["titles"], 4)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        with tarfile.open(file) as archive:
            self.assertEqual(archive.getnames(), ["manifest.json", "catalogue.sqlite", "profiles.sqlite", "anireco.ini"])
        self.assertIn("sound", self.run_program("backup", "--verify", file).text)
        # Not under the server, and not over what is there.
        self.assertIn("--force", self.run_program("restore", file, status=2).text)
        self.assertIn("in use by pid", self.run_program("restore", file, "--force", status=1).text)
        self.assertEqual(ask(url + "/healthz")[0], 200)
        other = self.folder / "other"
        self.run_program("restore", file, data=other)
        self.assertEqual(self.exported(data=other), before)
        self.end(server)
        self.run_program("import", self.folder / "first.jsonl", "--source", "third")
        self.assertNotEqual(self.exported(), before)
        self.data.chmod(0o700)
        self.run_program("restore", file, "--force")
        self.assertEqual(self.exported(), before)
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        for name in ("anireco.ini", "profiles.sqlite"):
            self.assertEqual((self.data / name).stat().st_mode & 0o777, 0o600, name)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.name.startswith(".")), [])

    def test_that_is_damaged_changes_nothing(self):
        self.fill()
        file = self.folder / "backup.tar.zst"
        self.run_program("backup", "--out", file)
        before = self.exported()
        whole = file.read_bytes()
        for bad in (whole[:len(whole) // 2], whole[:100] + b"\0" + whole[101:], b"", b"\x28\xb5\x2f\xfd"):
            file.write_bytes(bad)
            self.run_program("backup", "--verify", file, status=1)
            self.run_program("restore", file, "--force", status=1)
            self.assertEqual(self.exported(), before)

    def test_that_is_killed_leaves_no_file_of_its_name(self):
        self.fill()
        file = self.folder / "backup.tar.zst"
        for wait in (0.0, 0.05, 0.1, 0.2):
            run = subprocess.Popen([PROGRAM, "backup", "--out", file], env=self.environment(None), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
            time.sleep(wait)
            run.send_signal(signal.SIGKILL)
            run.wait()
            if file.exists():  # It was done before.
                self.run_program("backup", "--verify", file)
                os.unlink(file)
        self.run_program("backup", "--out", file)
