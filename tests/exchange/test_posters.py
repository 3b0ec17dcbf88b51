"""Posters, from a stand-in for the hosts of pictures."""
import http.server
import json
import threading

from program import TITLES, ProgramTest, ask

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF picture"
PNG = b"\x89PNG\r\n\x1a\n picture"


class Host(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):  # noqa: N802, the name is the library's
        Host.asked.append((self.path, self.headers["User-Agent"]))
        answers = {"/1": (200, JPEG), "/2": (200, b"<html>no picture</html>"), "/5": (200, PNG), "/moved": (302, b"")}
        status, body = answers.get(self.path, (404, b"nothing"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/1")
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Posters(ProgramTest):
    def setUp(self):
        super().setUp()
        host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(host.server_close)
        self.addCleanup(host.shutdown)
        Host.asked.clear()
        self.base = f"http://127.0.0.1:{host.server_port}"

    def test_are_fetched_once_and_served(self):
        pictures = {0: "/1", 1: "/moved", 2: "/moved", 3: "/2", 4: "/5"}
        self.fill([{**title, "image_url": self.base + pictures[i]} for i, title in enumerate(TITLES)])
        report = json.loads(self.run_program("posters", "fetch", "--limit", "1", "--rate", "100", "--json").stdout)
        self.assertEqual((report["fetched"], report["waiting"]), (1, 3))
        report = json.loads(self.run_program("posters", "fetch", "--rate", "100", "--json").stdout)
        self.assertEqual((report["present"], report["fetched"]), (1, 2))
        self.assertEqual(report["reasons"], {"no JPEG, PNG or WebP": 1})
        self.assertTrue(all(agent.startswith("AniReco/") for _, agent in Host.asked))
        asked = len(Host.asked)
        self.run_program("posters", "fetch", "--rate", "100")
        self.assertEqual(len(Host.asked), asked + 1, "only the one that failed")

        records = {r["titles"].get("romaji"): r for r in map(json.loads, self.exported("--merged").splitlines())}
        wind, night = records["Kaze no Michi"]["id"], records["Night Garden"]["id"]
        url, server = self.server()
        status, headers, body = ask(f"{url}/posters/{wind}")
        self.assertEqual((status, headers["Content-Type"], body), (200, "image/jpeg", JPEG))
        self.assertEqual(ask(f"{url}/posters/{wind}", {"If-None-Match": headers["ETag"]})[0], 304)
        self.assertEqual(json.loads(ask(f"{url}/api/v1/anime/{wind}")[2])["image_url"], f"/posters/{wind}")
        self.assertEqual(ask(f"{url}/posters/{night}")[0], 404)
        image = json.loads(ask(f"{url}/api/v1/anime/{night}?level=adult")[2])["image_url"]
        self.assertEqual(ask(url + image)[2], PNG)
        for other in ("..%2fcatalogue.sqlite", "%2e%2e/anireco.ini", "nothinghere"):
            self.assertIn(ask(f"{url}/posters/{other}")[0], (400, 404))
        self.end(server)

    def test_of_a_host_that_refuses_end_early(self):
        self.fill([{"ids": {"mal": i}, "titles": {"romaji": f"T{i}"}, "image_url": f"{self.base}/gone{i}"} for i in range(100, 130)])
        run = self.run_program("posters", "fetch", "--rate", "100", status=1)
        self.assertIn("20 failed", run.text)
        self.assertIn("goes on where it ended", run.text)
