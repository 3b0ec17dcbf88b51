"""A real server over the starter catalogue, asked as clients ask. ANIRECO_TEST_URL names it; standard library only."""
import gzip
import http.client
import json
import os
import pathlib
import pty
import re
import select
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

URL = urllib.parse.urlsplit(os.environ.get("ANIRECO_TEST_URL", "http://127.0.0.1:8080"))


def ask(method, path, body=None, headers=None):
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection(URL.hostname, URL.port, timeout=30)
    try:
        data = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, body=data, headers={**sent, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def get_json(path, **parameters):
    query = urllib.parse.urlencode(parameters, doseq=True)
    status, _, body = ask("GET", path + ("?" + query if query else ""))
    if status != 200:
        raise AssertionError(f"{path}: {status} {body[:500]}")
    return json.loads(body)


class Search(unittest.TestCase):
    def test_a_description_brings_the_title(self):
        answer = get_json("/api/v1/search", q="a quiet show about a travelling doctor of spirits", limit=3)
        self.assertIn(457, [hit["ids"].get("mal") for hit in answer["hits"]])
        self.assertIsNone(answer["degraded"])

    def test_understands_and_lets_switch_off(self):
        text = "something like Death Note"
        item = get_json("/api/v1/search", q=text)["understood"][0]
        self.assertEqual(item["kind"], "liked")
        self.assertIn("Death Note", text[item["begin"]:item["end"]])
        off = get_json("/api/v1/search", q=text, off=item["key"])["understood"]
        self.assertFalse([i for i in off if i["applied"]])

    def test_russian_titles_and_labels(self):
        answer = get_json("/api/v1/anime/mal:1535", lang="ru")
        self.assertEqual(answer["title"], "Тетрадь смерти")
        self.assertTrue(any("а" <= c <= "я" for c in answer["genres"][0]["label"].lower()))

    def test_recommend_takes_twenty_thousand_titles(self):
        seen = [f"mal:{n}" for n in range(1, 20001)]
        status, _, body = ask("POST", "/api/v1/recommend", {"liked": ["Death Note"], "seen": seen[:19999] + ["mal:457"]})
        self.assertEqual(status, 200, body[:300])
        self.assertNotIn(457, [hit["ids"].get("mal") for hit in json.loads(body)["hits"]])

    def test_the_original_interface(self):
        status, _, body = ask("POST", "/recommend", {"text_query": "notebook that kills", "sort_by": "relevance"})
        self.assertEqual(status, 200)
        first = json.loads(body)["model_response"][0]
        self.assertEqual(set(first), {"mal_id", "title", "description", "score", "image_url", "status"})
        status, _, body = ask("POST", "/recommend", {"text_query": "x", "year_min": 2090})
        self.assertEqual((status, json.loads(body)), (404, {"detail": "Nothing found!"}))


class Profiles(unittest.TestCase):
    path = "/api/v1/profiles/system_test"

    def tearDown(self):
        ask("DELETE", self.path)

    def put(self, body, query="", headers=None):
        request = urllib.request.Request(URL.geturl() + self.path + query, data=body, method="PUT", headers=headers or {})
        request.add_header("Content-Type", "application/octet-stream")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def mal_xml(self, count):
        entries = "".join(f"<anime><series_animedb_id>{n}</series_animedb_id><series_title><![CDATA[T {n}]]></series_title>"
                          f"<my_score>{n % 11}</my_score><my_status>Completed</my_status></anime>\n" for n in range(1, count + 1))
        return f'<?xml version="1.0" encoding="UTF-8" ?>\n<myanimelist>{entries}</myanimelist>'.encode()

    def test_a_gzipped_list_of_five_thousand_goes_in_hides_and_comes_out(self):
        status, summary = self.put(gzip.compress(self.mal_xml(5000)))
        self.assertEqual((status, summary["entries"], summary["added"]), (200, 5000, 5000), summary)
        self.assertGreater(summary["unknown"], 0)
        hits = get_json("/api/v1/search", profile="system_test", limit=100)["hits"]
        self.assertTrue(all(hit["ids"].get("mal", 10000) > 5000 for hit in hits))
        status, _, body = ask("GET", self.path + "/export?format=mal")
        self.assertEqual((status, body.count(b"<series_animedb_id>")), (200, 5000))
        status, _, body = ask("GET", self.path + "/export")
        self.assertEqual(self.put(body)[1]["changed"], 0)

    def test_a_bad_list_is_refused_with_its_place_and_stores_nothing(self):
        status, problem = self.put(self.mal_xml(3).replace(b"Completed", b"Sometime", 1))
        self.assertEqual(status, 422)
        self.assertIn("line 2", problem["detail"])
        self.assertEqual(ask("GET", self.path)[0], 404)

    def test_a_body_above_sixteen_mebibytes_is_refused(self):
        status = None
        try:
            status, _ = self.put(b" " * ((16 << 20) + 1))
        except (urllib.error.URLError, ConnectionError):
            status = 413  # The server may close before all is sent.
        self.assertEqual(status, 413)

    def test_recommend_names_the_listed_title(self):
        self.put(b"mal:457, mal:1535")
        status, _, body = ask("POST", "/api/v1/recommend", {"profile": "system_test"})
        self.assertEqual(status, 200, body)
        hits = json.loads(body)["hits"]
        self.assertTrue(hits)
        self.assertTrue(all(hit["why"]["example"]["ids"]["mal"] in (457, 1535) for hit in hits))


class Transport(unittest.TestCase):
    def test_revalidation_and_compression(self):
        path = "/api/v1/search?q=space"
        status, headers, body = ask("GET", path, headers={"Accept-Encoding": "gzip"})
        self.assertEqual((status, headers["Content-Encoding"]), (200, "gzip"))
        self.assertIn("hits", json.loads(gzip.decompress(body)))
        status, _, body = ask("GET", path, headers={"If-None-Match": headers["ETag"]})
        self.assertEqual((status, body), (304, b""))

    def test_head_has_the_headers_of_get(self):
        status, headers, body = ask("HEAD", "/openapi.json")
        self.assertEqual((status, body), (200, b""))
        self.assertGreater(int(headers["Content-Length"]), 10000)

    def test_a_foreign_host_name_is_refused(self):
        self.assertEqual(ask("GET", "/healthz", headers={"Host": "evil.example"})[0], 421)

    def test_request_ids_are_kept(self):
        self.assertEqual(ask("GET", "/healthz", headers={"X-Request-Id": "mine-1"})[1]["X-Request-Id"], "mine-1")

    def test_the_page_of_the_api_asks_no_other_host(self):
        for path in ("/docs", "/docs/docs.js", "/docs/docs.css"):
            status, headers, body = ask("GET", path)
            self.assertEqual(status, 200)
            self.assertNotIn(b"//cdn", body)
            self.assertIn("script-src 'self'", headers["Content-Security-Policy"])

    def test_no_path_leaves_the_page(self):
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2f..%2fetc/passwd"):
            status, _, body = ask("GET", path)
            self.assertGreaterEqual(status, 400)
            self.assertNotIn(b"root:", body)

    def test_metrics_have_a_histogram_for_each_stage(self):
        get_json("/api/v1/search", q="giant robots")
        text = ask("GET", "/metrics")[2].decode()
        for stage in ("understand", "filter", "lexical", "rank", "facets"):
            self.assertIn(f'anireco_search_stage_seconds_bucket{{stage="{stage}"', text)

    def test_many_idle_connections_hold_nobody_up(self):
        idle = [socket.create_connection((URL.hostname, URL.port)) for _ in range(100)]
        try:
            for connection in idle:
                connection.sendall(b"GET / HT")
            begin = time.monotonic()
            get_json("/api/v1/search", q="space pirates")
            self.assertLess(time.monotonic() - begin, 10)
        finally:
            for connection in idle:
                connection.close()


@unittest.skipUnless(os.environ.get("ANIRECO_TEST_PROGRAM") and os.environ.get("ANIRECO_DATA_DIR"), "needs the program and its folder")
class Reload(unittest.TestCase):
    def test_an_import_by_another_process_is_seen(self):
        before = get_json("/api/v1/filters")["generation"]
        record = {"ids": {"mal": 990001}, "titles": {"romaji": "Quagga no Tabi"}, "type": "movie", "year": 2020,
                  "age_rating": "pg", "genres": ["Drama"], "synopsis": {"en": "The last quagga walks home across a desert."}}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "one.jsonl"
            path.write_text(json.dumps(record) + "\n", encoding="utf-8")
            subprocess.run([os.environ["ANIRECO_TEST_PROGRAM"], "import", str(path)], check=True, stdout=subprocess.DEVNULL)
        # Its words answer first; its vector follows in a generation of its own.
        end = time.monotonic() + 10
        answer = get_json("/api/v1/search", q="quagga walking home", limit=1)
        while (answer["generation"] == before or answer["degraded"]) and time.monotonic() < end:
            time.sleep(0.1)
            answer = get_json("/api/v1/search", q="quagga walking home", limit=1)
        self.assertGreater(answer["generation"], before)
        self.assertEqual(answer["hits"][0]["ids"]["mal"], 990001)
        self.assertIsNone(answer["degraded"])


@unittest.skipUnless(os.environ.get("ANIRECO_TEST_PROGRAM"), "needs the program")
class OpenToTheNetwork(unittest.TestCase):
    """What `make run LAN=1` prints: addresses always, a code to read with a phone only to a terminal."""

    def served(self, output, folder):
        command = [os.environ["ANIRECO_TEST_PROGRAM"], "serve", "--host", "0.0.0.0", "--port", "0"]
        return subprocess.Popen(command, env={**os.environ, "ANIRECO_DATA_DIR": folder}, stdout=output, stderr=subprocess.DEVNULL)

    def read_until(self, end, words):
        printed, deadline = b"", time.monotonic() + 30
        while words not in printed and time.monotonic() < deadline:
            if select.select([end], [], [], 0.2)[0]:
                printed += os.read(end, 65536)
        return printed.decode("utf8")

    def printed(self, ends):
        mine, its = ends
        with tempfile.TemporaryDirectory() as folder:
            program = self.served(its, folder)
            os.close(its)
            try:
                return self.read_until(mine, b"Warning")
            finally:
                program.terminate()
                self.assertEqual(program.wait(30), 0)
                os.close(mine)

    def test_a_terminal_gets_a_code(self):
        text = self.printed(pty.openpty())
        self.assertIn("AniReco answers at http://127.0.0.1:", text)
        if "On a phone" not in text:
            self.skipTest("this machine has no address beside the loopback")
        rows = [line for line in text.splitlines() if "\x1b[38;5;16;48;5;231m" in line]
        widths = {len(re.sub(r"\x1b\[[0-9;]*m", "", row)) for row in rows}
        self.assertEqual(len(widths), 1)
        self.assertAlmostEqual(widths.pop(), 2 * len(rows), delta=1)

    def test_a_file_gets_the_addresses_alone(self):
        text = self.printed(os.pipe())
        self.assertIn("AniReco answers at http://127.0.0.1:", text)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("█", text)


if __name__ == "__main__":
    unittest.main()
