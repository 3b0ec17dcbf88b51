"""Keys, limits and trusted proxies of real servers over empty folders. ANIRECO_TEST_PROGRAM names the program; standard library only."""
import http.client
import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("ANIRECO_TEST_PROGRAM")


class Server:
    """`anireco serve` on a free port with settings of its own; its log is kept for a look."""

    def __init__(self, **settings):
        self.folder = tempfile.TemporaryDirectory()
        # An empty folder for weights: what is tested here needs no encoder.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ANIRECO_")}
        environment |= {"ANIRECO_DATA_DIR": self.folder.name, "ANIRECO_MODEL_DIR": self.folder.name, "ANIRECO_PORT": "0"}
        environment |= {f"ANIRECO_{key.upper()}": value for key, value in settings.items()}
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+b")
        self.process = subprocess.Popen([PROGRAM, "serve"], env=environment, stdout=subprocess.PIPE, stderr=self.log)
        line = ""
        while "answers at" not in line:
            line = self.process.stdout.readline().decode()
            if not line:
                raise AssertionError(f"the server ended: {self.written()}")
        self.port = int(re.search(r":(\d+)/", line).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        self.folder.cleanup()
        if status != 0:
            raise AssertionError(f"the server ended with {status}")

    def written(self):
        self.log.seek(0)
        return self.log.read().decode()

    def ask(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def make_key(path, name):
    done = subprocess.run([PROGRAM, "key", name], env={**os.environ, "ANIRECO_API_KEYS": str(path)}, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout.strip()


@unittest.skipUnless(PROGRAM, "needs the program")
class Keys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "keys"

    def test_a_made_key_opens_the_server_and_is_written_nowhere(self):
        ann, ben = make_key(self.file, "ann"), make_key(self.file, "ben")
        self.assertNotEqual(ann, ben)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual([line.split()[0] for line in self.file.read_text().splitlines()], ["ann", "ben"])
        self.assertNotIn(ann, self.file.read_text())
        with Server(api_keys=str(self.file), log_level="debug") as server:
            status, headers, body = server.ask("/api/v1/filters")
            self.assertEqual((status, json.loads(body)["title"]), (401, "Unauthorized"))
            self.assertIn("Bearer", headers["WWW-Authenticate"])
            self.assertEqual(server.ask("/api/v1/filters", X_API_Key="x" * 43)[0], 401)
            # 503: let in, and the catalogue is empty.
            for key in (ann, ben):
                self.assertEqual(server.ask("/api/v1/filters", Authorization=f"Bearer {key}")[0], 503)
                self.assertEqual(server.ask("/api/v1/filters", X_API_Key=key)[0], 503)
            self.assertEqual(server.ask("/metrics")[0], 401)
            self.assertEqual(server.ask("/metrics", X_API_Key=ann)[0], 200)
            self.assertEqual(server.ask("/healthz")[0], 200)
            log = server.written()
            self.assertIn("/api/v1/filters 401", log)
            for secret in (ann, ben, "x" * 43):
                self.assertNotIn(secret, log)

    def test_keys_need_not_be_required(self):
        key = make_key(self.file, "ann")
        with Server(api_keys=str(self.file), api_key_required="off") as server:
            self.assertEqual(server.ask("/api/v1/filters")[0], 503)
            self.assertEqual(server.ask("/api/v1/filters", X_API_Key=key)[0], 503)
            self.assertEqual(server.ask("/api/v1/filters", X_API_Key=key[:-1])[0], 401)

    def start(self, **settings):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "ANIRECO_DATA_DIR": folder, "ANIRECO_PORT": "0"}
            environment |= {f"ANIRECO_{key.upper()}": value for key, value in settings.items()}
            done = subprocess.run([PROGRAM, "serve"], env=environment, capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_what_is_wrong_stops_the_start_and_is_named_but_not_shown(self):
        secret = "this is no line of keys"
        self.file.write_text(f"# mine\n{secret}\n")
        told = self.start(api_keys=str(self.file))
        self.assertIn("api_keys", told)
        self.assertIn("line 2", told)
        self.assertNotIn(secret, told)
        self.file.write_text("# nobody\n")
        self.assertIn("no key", self.start(api_keys=str(self.file)))
        self.assertIn("api_keys", self.start(api_keys=str(self.file) + ".absent"))
        self.assertIn("trusted_proxies", self.start(trusted_proxies="10.0.0.0/40"))
        for wrong in ("many", "nan", "inf", "-1"):
            self.assertIn("rate_limit", self.start(rate_limit=wrong), wrong)
        self.assertIn("cors_origins", self.start(cors_origins="https://a.example/path"))


@unittest.skipUnless(PROGRAM, "needs the program")
class Limits(unittest.TestCase):
    def statuses(self, server, count, path="/api/v1/filters", **headers):
        return [server.ask(path, **headers)[0] for _ in range(count)]

    def test_a_loopback_server_has_none(self):
        with Server() as server:
            self.assertEqual(set(self.statuses(server, 150)), {503})
            self.assertNotIn("RateLimit", server.ask("/api/v1/filters")[1])

    def test_a_server_for_others_has_one(self):
        with Server(host="0.0.0.0") as server:
            self.assertIn("q=60", server.ask("/api/v1/filters")[1]["RateLimit-Policy"])

    def test_above_it_comes_429_with_the_time_to_wait(self):
        with Server(rate_limit="1", rate_burst="3") as server:
            self.assertEqual(self.statuses(server, 5), [503, 503, 503, 429, 429])
            status, headers, body = server.ask("/api/v1/search?q=x")
            self.assertEqual((status, headers["Content-Type"]), (429, "application/problem+json"))
            self.assertEqual(json.loads(body)["status"], 429)
            self.assertTrue(1 <= int(headers["Retry-After"]) <= 60)
            self.assertRegex(headers["RateLimit"], r'^"client";r=0;t=\d+$')
            self.assertEqual(headers["RateLimit-Policy"], '"client";q=3;w=180')
            self.assertEqual(self.statuses(server, 9, "/healthz"), [200] * 9)

    def test_only_a_trusted_proxy_names_the_client(self):
        with Server(rate_limit="1", rate_burst="2") as server:
            self.assertEqual(self.statuses(server, 2, X_Forwarded_For="192.0.2.1"), [503, 503])
            self.assertEqual(self.statuses(server, 1, X_Forwarded_For="192.0.2.2"), [429])
        with Server(rate_limit="1", rate_burst="2", trusted_proxies="127.0.0.0/8,10.0.0.0/8") as server:
            self.assertEqual(self.statuses(server, 3, X_Forwarded_For="192.0.2.1"), [503, 503, 429])
            self.assertEqual(self.statuses(server, 3, X_Forwarded_For="8.8.8.8, 192.0.2.2, 10.1.2.3"), [503, 503, 429])
            self.assertEqual(self.statuses(server, 1, X_Forwarded_For="9.9.9.9, 192.0.2.2"), [429])

    def test_several_origins_may_read(self):
        with Server(cors_origins="https://a.example,https://b.example:8443") as server:
            for origin in ("https://a.example", "https://b.example:8443"):
                self.assertEqual(server.ask("/healthz", Origin=origin)[1]["Access-Control-Allow-Origin"], origin)
            self.assertNotIn("Access-Control-Allow-Origin", server.ask("/healthz", Origin="https://c.example")[1])


if __name__ == "__main__":
    unittest.main()
