"""tools/servers.sh: which PostgreSQL of the machine is taken, and that one which answers is left alone."""
import os
import pathlib
import subprocess
import unittest

from machines import ROOT, Postgres, postgres_bin
from servers import ServerTest


class SetUp(ServerTest):
    def setUp(self):
        super().setUp()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.calls = self.folder / "calls"
        self.calls.touch()
        self.stub("runuser", f'echo runuser "$@" >>{self.calls}; cat >/dev/null')
        self.stub("pg_ctlcluster", f'echo start "$@" >>{self.calls}')
        self.stub("pg_isready", 'case " $* " in *" -t "*) exit 0 ;; esac; exit 1')
        # Nobody is asked for rights, and nothing is installed.
        self.functions = "as_root() { \"$@\"; }; install_packages() { :; }; "

    def stub(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def clusters(self, *lines):
        self.stub("pg_lsclusters", "".join(f"echo '{line} postgres /data /log'\n" for line in lines) or ":")

    def script(self, command, status=0):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANIRECO_")} | {"PATH": f"{self.bin}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", f". tools/lib.sh; . tools/servers.sh; {self.functions}{command}"], cwd=ROOT, env=environment,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def chosen(self, port=""):
        return self.script(f"start_postgres {port}").stdout.strip()

    def test_one_that_runs_comes_first_then_the_newest(self):
        self.clusters("13 main 5432 online", "15 main 5433 down", "16 main 5434 online", "17 main 5435 down")
        self.assertEqual(self.chosen(), "5434")
        self.clusters("9.6 main 5431 online", "13 main 5432 online", "15 main 5433 down", "17 main 5435 down")
        self.assertEqual(self.chosen(), "5435")
        self.assertIn("start 17 main start", self.calls.read_text())
        self.clusters("15 main 5433 down", "17 copy 5435 online,recovery")
        self.assertEqual(self.chosen(), "5433")
        self.assertEqual(self.chosen("5433"), "5433")

    def test_without_one_that_is_new_enough_it_says_so(self):
        for clusters in ((), ("13 main 5432 online",)):
            self.clusters(*clusters)
            self.assertIn("PostgreSQL 15 or newer", self.script("start_postgres", status=1).stderr)

    def test_an_address_that_is_known_keeps_its_cluster(self):
        self.clusters("15 main 5433 down", "16 main 5434 online")
        file = self.folder / "database_url"
        file.write_text("postgres://anireco:abc@127.0.0.1:5433/anireco\n")
        self.script(f"make_database {file}")
        self.assertIn("start 15 main start", self.calls.read_text())
        self.assertIn("-p 5433", self.calls.read_text())
        file.write_text("postgres://anireco:abc@127.0.0.1:5439/anireco\n")
        self.assertIn("on port 5439", self.script(f"make_database {file}", status=1).stderr)
        for other in ("postgres://anireco:abc@db.example.org:5433/anireco", "host=there"):
            file.write_text(other + "\n")
            self.assertIn("no address of this machine", self.script(f"make_database {file}", status=1).stderr)

    @unittest.skipUnless(postgres_bin(), "needs PostgreSQL")
    def test_a_database_that_answers_asks_for_no_rights(self):
        self.clusters("15 main 5433 online")
        postgres = Postgres(self.folder)
        self.addCleanup(postgres.stop)
        program = self.bin / "program"
        self.stub("program", f"printf 'data_dir\\t%s\\t\\n' {self.folder}")
        file = pathlib.Path(self.folder / "database_url")
        file.write_text(f"postgres://anireco:abc@127.0.0.1:{postgres.port}/postgres\n")
        told = self.script(f"use_servers {program}; printf '%s\\n' \"$ANIRECO_DATABASE_URL_FILE\"")
        self.assertEqual(told.stdout.strip(), str(file))
        self.assertEqual(self.calls.read_text(), "")
        postgres.kill()
        self.script(f"use_servers {program}", status=1)


if __name__ == "__main__":
    unittest.main()
