"""What these tests share: the program, a small catalogue, folders that go away."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PROGRAM = pathlib.Path(os.environ["ANIRECO_TEST_PROGRAM"])
MODEL = pathlib.Path(__file__).resolve().parents[2] / "build" / "models" / "all-MiniLM-L6-v2"
SPOKEN = re.compile(r"runtime error:|ERROR: (Address|Leak|Thread|Undefined)")

TITLES = [
    {"ids": {"mal": 1, "anilist": 1}, "titles": {"romaji": "Kaze no Michi", "russian": "Путь ветра", "synonyms": ["Road \"of\" Wind", "風の道"]},
     "type": "tv", "status": "finished", "episodes": 26, "duration_minutes": 24, "aired_from": "2005-10-23", "aired_to": "2006-06", "season": "fall",
     "year": 2005, "score": 8.65, "scored_by": 300, "members": 5000, "figures_date": "2026-01-01", "genres": ["Mystery", "Adventure"],
     "themes": ["Historical"], "studios": ["Artland"], "age_rating": "pg13", "tags": [{"name": "spirits"}, {"name": "lost brother", "spoiler": True}],
     "synopses": [{"language": "en", "text": "A doctor walks.\nHe listens to \"wind\".", "source": "first"}],
     "remembered": {"en": ["one green eye", {"text": "he was the wind", "spoiler": True}], "ru": ["зелёный глаз"]},
     "streaming": [{"name": "Somewhere", "url": "https://watch.test/1"}], "relations": [{"kind": "sequel", "ids": {"mal": 2}}]},
    {"ids": {"mal": 2}, "titles": {"english": "Road of Wind 2"}, "type": "movie", "year": 2008, "members": 700, "genres": ["Mystery"]},
    {"ids": {"anilist": 7}, "titles": {"romaji": "Lone"}, "type": "ova"},
    {"titles": {"romaji": "Nameless"}, "year": 1999},
    {"ids": {"mal": 5}, "titles": {"romaji": "Night Garden"}, "type": "ova", "adult": True, "members": 90},
]
# What proves the third title to be another source's second, and says more of the first.
MORE = [
    {"ids": {"mal": 2, "anilist": 7}, "titles": {"romaji": "Michi 2", "english": "Road of Wind II"}, "score": 7.5, "members": 100},
    {"ids": {"mal": 1}, "titles": {"romaji": "Kaze no Michi"}, "synopsis": {"en": "Wind, mostly."}, "genres": ["Drama"]},
]


def lines(path, records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf8")
    return path


class ProgramTest(unittest.TestCase):
    """A folder of its own for each test; `model` is set where vectors are wanted."""

    model = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="anireco-exchange."))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"

    def environment(self, data):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ANIRECO_")}
        return {**kept, "ANIRECO_DATA_DIR": str(data or self.data), "ANIRECO_MODEL_DIR": str(self.model or self.folder / "none"),
                "ANIRECO_LOG_LEVEL": "error"}

    def run_program(self, *arguments, data=None, status=0, program=PROGRAM):
        run = subprocess.run([program, *map(str, arguments)], env=self.environment(data), capture_output=True, timeout=300, check=False)
        run.text = run.stdout.decode("utf8") + run.stderr.decode("utf8", "replace")
        self.assertIsNone(SPOKEN.search(run.text), run.text)
        self.assertEqual(run.returncode, status, run.text)
        return run

    def fill(self, titles=TITLES, data=None):
        self.run_program("import", lines(self.folder / "first.jsonl", titles), "--source", "first", data=data)
        self.run_program("import", lines(self.folder / "second.jsonl", MORE), "--source", "second", data=data)

    def exported(self, *arguments, data=None):
        return self.run_program("export", *arguments, data=data).stdout

    def server(self):
        """Starts a server over self.data; gives its address."""
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        server = subprocess.Popen([PROGRAM, "serve", "--port", str(port)], env=self.environment(None), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, server)
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            if ask(url + "/readyz")[0] == 200:
                return url, server
            time.sleep(0.1)
        self.fail("the server is not ready")

    def end(self, server):
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(timeout=60), 0)


def ask(url, headers=None):
    """(status, headers, body); status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
    except OSError:
        return 0, {}, b""
