"""What these tests share: the program as a server or a command, a small catalogue, folders and processes that go away."""
import http.client
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
import urllib.parse

PROGRAM = pathlib.Path(os.environ["ANIRECO_TEST_PROGRAM"])
MODEL = pathlib.Path(__file__).resolve().parents[2] / "build" / "models" / "all-MiniLM-L6-v2"
SPOKEN = re.compile(r"runtime error:|ERROR: (Address|Leak|Thread|Undefined)")

PLOTS = [
    ("Kaze no Michi", "A doctor walks through the mountains and heals people haunted by spirits."),
    ("Hoshi no Fune", "Bounty hunters drift through space on an old ship, always out of money and food."),
    ("Kuroi Note", "A student finds a notebook that kills whoever is named in it, and thinks himself a god."),
    ("Mizuumi Camp", "Girls camp by a lake in winter and cook noodles under the stars."),
    ("Piano no Mori", "A boy plays a broken piano in the forest until a famous teacher hears him."),
    ("Tetsu no Kyojin", "Pilots of giant robots defend the last city from monsters of the sea."),
    ("Neko no Kissa", "A cat opens a small coffee house where ghosts tell their stories."),
    ("Sabaku no Bara", "A princess crosses the desert with a thief to win back her kingdom."),
]


def catalogue(first=1, count=40):
    """Records with texts of their own, so that vectors and words tell them apart."""
    records = []
    for n in range(first, first + count):
        title, plot = PLOTS[n % len(PLOTS)]
        records.append({"ids": {"mal": n}, "titles": {"romaji": f"{title} {n}"}, "type": ["tv", "movie", "ova"][n % 3], "year": 1980 + n % 40,
                        "score": 6 + n % 30 / 10, "members": 1000 * n, "age_rating": "pg13", "genres": [["Drama"], ["Action", "Sci-Fi"]][n % 2],
                        "synopsis": {"en": f"{plot} It happens in chapter {n} of a long story, told by traveller number {n * 7}."}})
    return records


def lines(path, records):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf8")
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def eventually(what, within=10.0, pause=0.05):
    """The first true value of `what()`; its last one when the time is over. A connection that fails counts as not yet."""
    end = time.monotonic() + within
    while True:
        try:
            value = what()
        except OSError:
            value = None
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)


class Server:
    """`anireco serve` with settings of its own."""

    def __init__(self, folder, *arguments, name="server", **settings):
        self.arguments, self.name, self.folder = arguments, name, folder
        self.settings = {"port": str(free_port()), "model_dir": str(folder / "none"), "rate_limit": "off", "list_fetch": "off", **settings}
        self.log_path = folder / f"{name}.log"
        self.start()

    def start(self):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ANIRECO_")}
        environment |= {f"ANIRECO_{key.upper()}": str(value) for key, value in self.settings.items()}
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", *self.arguments], env=environment, stdout=log, stderr=log)
        self.port = int(self.settings["port"])
        if not eventually(lambda: self.ended() or self.ask("/healthz")[0] == 200, within=60):
            raise AssertionError(f"{self.name} does not answer: {self.written()}")
        if self.ended():
            raise AssertionError(f"{self.name} ended: {self.written()}")

    def ended(self):
        return self.process.poll() is not None

    def written(self):
        return self.log_path.read_text(errors="replace")

    def ask(self, path, method="GET", body=None, timeout=30, **headers):
        """Status and body; JSON where it is some."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            if isinstance(body, (dict, list)):
                body, headers = json.dumps(body), {"Content-Type": "application/json", **headers}
            connection.request(method, path, body=body, headers={key.replace("_", "-"): value for key, value in headers.items()})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else text
        finally:
            connection.close()

    def search(self, text, **parameters):
        status, answer = self.ask("/api/v1/search?" + urllib.parse.urlencode({"q": text, **parameters}))
        if status != 200:
            raise AssertionError(f"{text}: {status} {answer}")
        return answer

    def ready(self):
        return self.ask("/readyz")[1]

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def stop(self):
        """Ends it as its owner would; a bad status or a sanitizer's word is a failure."""
        if self.process.poll() is None:
            self.process.terminate()
            status = self.process.wait(60)
            if status != 0:
                raise AssertionError(f"{self.name} ended with {status}: {self.written()[-4000:]}")
        if SPOKEN.search(self.written()):
            raise AssertionError(self.written())


class ServerTest(unittest.TestCase):
    """A folder of its own for each test, and servers that end with it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="anireco-server."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def server(self, *arguments, **settings):
        server = Server(self.folder, *arguments, **settings)
        self.addCleanup(server.stop)
        return server

    def run_program(self, *arguments, status=0, **settings):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ANIRECO_")}
        settings = {"data_dir": self.folder / "data", "model_dir": self.folder / "none", "log_level": "error", **settings}
        environment |= {f"ANIRECO_{key.upper()}": str(value) for key, value in settings.items()}
        done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIsNone(SPOKEN.search(done.stderr), done.stderr)
        return done

    def ids(self, answer):
        return [hit["ids"]["mal"] for hit in answer["hits"]]


STOP, GO_ON = signal.SIGSTOP, signal.SIGCONT
