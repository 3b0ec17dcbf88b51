"""The real program gathering from stand-ins of all sources. Standard library only; see run.sh."""
import json
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import generated_titles
from kill_gather import gather_killed
from program import Program
from stand_ins import Faults, StandIns

TITLES = generated_titles.generate(300)
KEY = "k3y-that-nobody-may-see"


def by_source(answer):
    return {s["source"]: s for s in answer["sources"]}


class Gather(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="anireco-gather-test."))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)

    def serve(self, *sources, titles=TITLES, **options):
        """Stand-ins, and the program that is pointed to those of `sources`."""
        servers = StandIns(titles, **options)
        servers.__enter__()
        self.addCleanup(servers.__exit__)
        return servers, Program(self.scratch / "data", gather_urls=servers.urls(*(sources or ("mal", "kitsu", "offline", "shikimori"))), gather_timeout=1)

    def gather(self, program, *arguments, status=0, **environment):
        done = program.run("gather", "--json", *arguments, **environment)
        self.assertEqual(done.returncode, status, done.stdout[-2000:] + done.stderr[-3000:])
        return json.loads(done.stdout)

    def test_without_a_key_kitsu_offline_and_shikimori_make_the_catalogue(self):
        servers, program = self.serve()
        answer = self.gather(program)
        self.assertEqual([p["source"] for p in answer["plan"]], ["kitsu", "offline", "shikimori"])
        self.assertEqual([s["source"] for s in answer["sources"]], ["kitsu", "offline", "shikimori"])
        for name, source in by_source(answer).items():
            self.assertEqual(source["titles"], len(servers.known_at(name)), name)
            self.assertEqual(source["problems"], 0, source["first_problems"])
        known = [t for t in TITLES if t.at & {"kitsu", "offline", "shikimori"}]
        coverage = answer["coverage"]["catalogue"]
        self.assertEqual(coverage["titles"], len(known), "titles of different sources are recognised as one")
        self.assertEqual(coverage["fields"]["titles.russian"], len(servers.known_at("shikimori")))
        self.assertEqual(coverage["fields"]["synopsis.ru"], len(servers.known_at("shikimori")))
        self.assertEqual(coverage["fields"]["synopsis.en"], len(servers.known_at("kitsu")))
        found = program.run("search", known[150].russian, "--json")
        self.assertIn(known[150].mal, [hit["ids"]["mal"] for hit in json.loads(found.stdout)["hits"]], found.stderr)

    def test_prints_plan_and_coverage_for_people(self):
        _, program = self.serve()
        done = program.run("gather")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertTrue(lines[0].startswith("kitsu\t"), "the plan comes first")
        self.assertRegex(done.stdout, r"kitsu: \d+ titles on \d+ pages")
        self.assertRegex(done.stdout, r"(?m)^synopsis\.ru\t–\t–\t100\.0 %\t\d")

    def test_a_key_adds_mal_first_and_is_never_seen(self):
        servers, program = self.serve()
        program.settings["mal_client_id"] = KEY
        answer = self.gather(program)
        self.assertEqual(answer["plan"][0]["source"], "mal")
        self.assertEqual(by_source(answer)["mal"]["titles"], len(servers.known_at("mal")))
        for source, _, path, headers in servers.requests:
            self.assertEqual(headers.get("X-MAL-CLIENT-ID"), KEY if source == "mal" else None, path)
            self.assertTrue(headers["User-Agent"].startswith("AniReco/"))
        for arguments in (["config"], ["config", "--json"], ["--log-level", "debug", "gather"]):
            done = program.run(*arguments)
            self.assertNotIn(KEY, done.stdout + done.stderr)
        for path in program.data.rglob("*"):
            if path.is_file():
                self.assertNotIn(KEY.encode(), path.read_bytes(), path)

    def test_a_refused_key_is_said_and_the_rest_is_gathered(self):
        servers, program = self.serve()
        program.settings["mal_client_id"] = KEY
        servers.redirect["mal"] = servers.url("nowhere")
        answer = self.gather(program, status=1)
        self.assertIn("404", by_source(answer)["mal"]["error"])
        self.assertGreater(answer["coverage"]["catalogue"]["titles"], 200)

    def test_a_redirection_to_a_stranger_takes_no_key_along(self):
        servers, program = self.serve("mal")
        stranger = StandIns(TITLES)
        with stranger:
            servers.redirect["mal"] = stranger.url("mal") + "/v2/anime/ranking?ranking_type=bypopularity"
            program.settings["mal_client_id"] = KEY
            done = program.run("gather", "--source", "mal")
            self.assertEqual(done.returncode, 1)
            self.assertTrue(stranger.requests)
            for _, _, _, headers in stranger.requests:
                self.assertNotIn(KEY, headers.values())

    def test_faults_of_every_kind_change_nothing(self):
        servers, program = self.serve("mal", "jikan", "kitsu", "offline", "shikimori")
        program.settings["mal_client_id"] = KEY
        self.gather(program)
        calm = program.hash()
        shutil.rmtree(program.data)
        faults = Faults(7, share=0.3)
        disturbed = StandIns(TITLES, faults=faults, moving=True)
        with disturbed:
            program.settings["gather_urls"] = disturbed.urls("mal", "jikan", "kitsu", "offline", "shikimori")
            self.gather(program)
        self.assertEqual(program.hash(), calm)
        self.assertEqual(set(faults.happened), set(Faults.KINDS), "every fault happened")

    def test_killed_ten_times_it_ends_equal(self):
        gather_killed(TITLES, 10, 3, self.scratch)

    def test_a_server_that_stays_down_ends_in_an_error_and_the_next_run_goes_on(self):
        servers, program = self.serve("kitsu", "offline", "shikimori", faults=Faults(1, share=0))
        servers.faults.choose = lambda question: "503" if question[0] == "kitsu" and "offset%5D=60" in question[1] else None
        answer = self.gather(program, status=1)
        self.assertIn("503", by_source(answer)["kitsu"]["error"])
        servers.faults = None
        before = len(servers.requests)
        answer = self.gather(program)
        self.assertTrue(by_source(answer)["kitsu"]["resumed"])
        asked = {r[0] for r in servers.requests[before:]}
        self.assertEqual(asked, {"kitsu"}, "what was read to its end is not read again")
        self.assertEqual(by_source(answer)["kitsu"]["pages_asked"], 15 - 3)

    def test_the_signal_to_end_ends_in_good_order(self):
        reached = threading.Event()

        def slow(source, query, _):
            if query.get("page[offset]") == ["100"]:
                reached.set()
            time.sleep(0.05)
        servers, program = self.serve(hook=slow)
        for number in (signal.SIGTERM, signal.SIGINT):
            reached.clear()
            process = program.start("gather")
            self.assertTrue(reached.wait(60) if number == signal.SIGTERM else not time.sleep(1))
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1, errors)
            self.assertIn("goes on where it ended", errors)
        self.assertTrue(by_source(self.gather(program))["kitsu"]["resumed"])

    def test_a_dry_run_asks_nobody(self):
        servers, program = self.serve()
        done = program.run("gather", "--dry-run", "--json")
        plan = json.loads(done.stdout)["plan"]
        self.assertEqual([p["source"] for p in plan], ["kitsu", "offline", "shikimori"])
        for planned in plan:
            self.assertGreater(planned["requests"], 0)
            self.assertGreater(planned["minutes"], 0)
            self.assertIn("titles.romaji", planned["fields"])
        self.assertEqual(servers.requests, [])
        self.assertFalse(program.data.exists())

    def test_the_second_gather_takes_what_has_not_changed(self):
        _, program = self.serve("kitsu")
        first = by_source(self.gather(program, "--source", "kitsu"))["kitsu"]
        again = self.gather(program, "--source", "kitsu")
        kitsu = by_source(again)["kitsu"]
        self.assertEqual(kitsu["pages_unchanged"], kitsu["pages_asked"])
        self.assertEqual(kitsu["titles"], first["titles"])
        self.assertFalse(again["import"]["published"], "nothing had changed")

    def test_update_reads_what_airs_and_sees_what_has_ended(self):
        titles = generated_titles.generate(300)
        servers, program = self.serve("kitsu", "shikimori", titles=titles)
        self.gather(program, "--source", "kitsu", "--source", "shikimori")
        airing = [t for t in titles if t.status == "airing" and "kitsu" in t.at and "shikimori" in t.at]
        ended, going_on = airing[0], airing[1]
        ended.status, going_on.episodes = "finished", 99
        before = len(servers.requests)
        done = program.run("update", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual([s["source"] for s in answer["sources"]], ["kitsu", "shikimori"])
        self.assertEqual(by_source(answer)["kitsu"]["ended"], 1)
        self.assertLess(len(servers.requests) - before, 8)
        lines = [json.loads(line) for line in (program.data / "gather/kitsu/airing/records.jsonl").read_text(encoding="utf8").splitlines()]
        found = {line["ids"]["mal"]: line for line in lines}
        self.assertEqual(found[ended.mal]["status"], "finished")
        self.assertEqual(found[going_on.mal]["episodes"], 99)

    def test_since_a_date_older_titles_are_left_out(self):
        _, program = self.serve("kitsu")
        answer = self.gather(program, "--source", "kitsu", "--since", "2015-01-01")
        titles = by_source(answer)["kitsu"]
        wanted = [t for t in TITLES if "kitsu" in t.at and (t.status != "finished" or max(t.start, t.end or "") >= "2015-01-01")]
        self.assertEqual(titles["titles"], len(wanted))
        self.assertEqual(titles["too_old"], len([t for t in TITLES if "kitsu" in t.at]) - len(wanted))
        self.assertEqual(program.run("gather", "--since", "yesterday").returncode, 2)

    def test_jikan_at_an_address_of_ones_own(self):
        servers, program = self.serve("offline")
        self.assertEqual(program.run("gather", "--source", "jikan").returncode, 2, "it has no public address")
        answer = self.gather(program, "--source", "jikan", "--base-url", servers.url("jikan"))
        self.assertEqual(by_source(answer)["jikan"]["titles"], len(servers.known_at("jikan")))

    def test_the_offline_database_may_be_a_file(self):
        servers, program = self.serve("kitsu")
        path = self.scratch / "database.json"
        path.write_bytes(servers.text("offline", {}, b""))
        program.settings["offline_database"] = path
        answer = self.gather(program, "--source", "offline")
        self.assertEqual(by_source(answer)["offline"]["titles"], len(servers.known_at("offline")))
        self.assertEqual(by_source(self.gather(program, "--source", "offline"))["offline"]["pages_unchanged"], 1)
        path.write_text("{}")
        self.gather(program, "--source", "offline", status=1)

    def test_check_finds_every_field_that_differs(self):
        def hook(source, _, answer):
            if self.broken and source == "kitsu":
                for item in answer["data"]:
                    del item["attributes"]["averageRating"]
                    item["attributes"]["episodeCount"] = "12"
                    item["attributes"]["mood"] = "calm"
        self.broken = False
        _, program = self.serve(hook=hook)
        program.settings["mal_client_id"] = KEY
        for name in ("mal", "kitsu", "offline", "shikimori"):
            done = program.run("gather", "--check", name)
            self.assertEqual(done.returncode, 0, f"{name}: {done.stdout}{done.stderr}")
        self.broken = True
        done = program.run("gather", "--check", "kitsu")
        self.assertEqual(done.returncode, 1)
        for field in ("averageRating", "episodeCount", "mood"):
            self.assertIn(f"data[].attributes.{field}", done.stdout)
        self.assertFalse((program.data / "catalogue.sqlite").exists(), "a check changes nothing")

    def test_an_unknown_source_or_address_is_refused(self):
        _, program = self.serve()
        for arguments in (["--source", "anilist"], ["--source", "mal"], ["--base-url", "kitsu=ftp://x.example"], ["--base-url", "x=http://x.example"],
                          ["--check", "nobody"], ["--check", "kitsu", "--dry-run"]):
            done = program.run("gather", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.startswith("anireco: "), done.stderr)

    def test_two_gathers_at_once_name_the_first(self):
        _, program = self.serve(hook=lambda *_: time.sleep(0.1))
        process = program.start("gather")
        while not (program.data / "gather" / "run.json").exists():
            time.sleep(0.05)
        done = program.run("gather")
        process.terminate()
        process.communicate(timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(process.pid), done.stderr)

    def test_a_proxy_of_the_environment_is_used(self):
        servers, program = self.serve()
        done = program.run("gather", "--check", "kitsu", "--base-url", "http://kitsu.example.test", http_proxy=servers.address)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(servers.requests[0][2].startswith("http://kitsu.example.test/api/edge/anime"))

    @unittest.skipUnless(shutil.which("openssl"), "openssl makes the certificate")
    def test_a_certificate_that_cannot_be_verified_is_refused(self):
        servers, program = self.serve()
        key, certificate = self.scratch / "key.pem", self.scratch / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        secure = StandIns(TITLES)
        secure.server.socket = context.wrap_socket(secure.server.socket, server_side=True)
        with secure:
            url = f"https://localhost:{secure.server.server_port}/kitsu"
            done = program.run("gather", "--check", "kitsu", "--base-url", url)
            self.assertEqual(done.returncode, 1)
            self.assertIn("certificate could not be verified", done.stderr)
            self.assertEqual(secure.requests, [])


if __name__ == "__main__":
    unittest.main()
