"""One local server that stands in for all sources, each under a folder of its own, with faults on demand. Standard library only.

    with StandIns(titles, faults=Faults(seed=1)) as servers:
        servers.url("kitsu")            # base address of one of them
        servers.requests                # (source, method, path, headers) of every request so far
"""
import email.utils
import gzip
import hashlib
import http.server
import json
import random
import socket
import threading
import time
import urllib.parse

import forms

SOURCES = ("mal", "kitsu", "offline", "shikimori", "jikan")
PATHS = {"mal": "/v2/anime/ranking", "kitsu": "/api/edge/anime", "offline": "", "shikimori": "/api/graphql", "jikan": "/v4/anime"}


class Faults:
    """Which answers go wrong and how: `share` of them, but never more than twice in a row for one question, and `slow` at most."""

    KINDS = ("429", "429 date", "503", "500", "cut", "closed", "html", "broken json", "slow")

    def __init__(self, seed, share=0.15, slow=2):
        self.random, self.share, self.slow = random.Random(seed), share, slow
        self.in_a_row, self.happened, self.coming = {}, [], []

    def choose(self, question):
        if self.random.random() >= self.share or self.in_a_row.get(question, 0) >= 2:
            self.in_a_row[question] = 0
            return None
        if not self.coming:
            self.coming = self.random.sample(self.KINDS, len(self.KINDS))
        kind = self.coming.pop()
        if kind == "slow":
            if self.slow == 0:
                return None
            self.slow -= 1
        self.in_a_row[question] = self.in_a_row.get(question, 0) + 1
        self.happened.append(kind)
        return kind


class StandIns:
    """Serves `titles`. moving: totals that are too great at first, and at kitsu and jikan the first title vanishes once three pages are read.
    etags: pages carry validators. hook(source, query, answer): may change an answer before it is sent."""

    def __init__(self, titles, faults=None, moving=False, etags=True, hook=None, slow_seconds=3):
        self.titles, self.faults, self.moving, self.etags, self.hook = titles, faults, moving, etags, hook
        self.slow_seconds = slow_seconds
        self.requests, self.redirect = [], {}
        self.lock = threading.Lock()
        self.pages, self.cache, self.known = {}, {}, {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                outer.answer(self, b"")

            def do_POST(self):
                outer.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Clients that are killed cut their connections; tests look at what the program says."""
        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def url(self, source):
        return f"{self.address}/{source}"

    def urls(self, *sources):
        """The setting gather_urls for these."""
        return ",".join(f"{s}={self.url(s)}{'/offline.json' if s == 'offline' else ''}" for s in sources)

    def of(self, source):
        return [r for r in self.requests if r[0] == source]

    def begin_again(self):
        """As before the first request, but for the log: what vanished is back."""
        with self.lock:
            self.pages = {}

    def known_at(self, source):
        if source not in self.known:
            self.known[source] = [t for t in self.titles if (source if source != "jikan" else "mal") in t.at]
        return self.known[source]

    def content(self, source, query, body):
        titles = self.known_at(source)
        with self.lock:
            first = query.get("page[offset]", ["0"])[0] == "0" and query.get("page", ["1"])[0] == "1"
            self.pages[source] = self.pages.get(source, 0) + (0 if first else 1)
            seen = self.pages[source]
        more = 0
        if self.moving and source in ("kitsu", "jikan"):
            more = 3 if seen < 2 else 0
            if seen >= 4:
                titles = titles[1:]
        here = self.url(source)
        if source == "mal":
            return forms.mal_ranking(titles, query, here)
        if source == "kitsu":
            return forms.kitsu_page(titles, query, here, more)
        if source == "offline":
            return forms.offline_file(titles)
        if source == "shikimori":
            return forms.shikimori_graphql(titles, body)
        return forms.jikan_page(titles, query, more)

    def answer(self, handler, body):
        parts = urllib.parse.urlsplit(handler.path)
        source = parts.path.split("/")[1] if not parts.netloc else parts.hostname.split(".")[0]
        path = parts.path if parts.netloc else parts.path[len(source) + 1:]
        with self.lock:
            self.requests.append((source, handler.command, handler.path, dict(handler.headers)))
            fault = self.faults.choose((source, handler.path, body)) if self.faults else None
        if source in self.redirect:
            return self.send(handler, 302, b"", {"Location": self.redirect[source]})
        if source not in SOURCES or not path.startswith(PATHS[source]):
            return self.send(handler, 404, b"{}")
        if source == "mal" and not handler.headers.get("X-MAL-CLIENT-ID"):
            return self.send(handler, 401, b'{"error": "unauthorized"}')
        if source == "shikimori" and not handler.headers.get("User-Agent", "").startswith("AniReco"):
            return self.send(handler, 403, b"{}")
        if fault == "429":
            return self.send(handler, 429, b"{}", {"Retry-After": "0"})
        if fault == "429 date":
            return self.send(handler, 429, b"{}", {"Retry-After": email.utils.formatdate(time.time(), usegmt=True)})
        if fault in ("503", "500"):
            return self.send(handler, int(fault), b"<html>try later</html>")
        if fault == "html":
            return self.send(handler, 200, b"<html>maintenance</html>")
        if fault == "closed":
            return self.close(handler)
        text = self.text(source, urllib.parse.parse_qs(parts.query), body)
        if fault == "broken json":
            return self.send(handler, 200, text[:len(text) * 2 // 3])
        headers = {"Content-Type": "application/json"}
        if self.etags and handler.command == "GET":
            headers["ETag"] = f'"{hashlib.sha256(text).hexdigest()[:20]}"'
            if handler.headers.get("If-None-Match") == headers["ETag"]:
                return self.send(handler, 304, None, headers)
        if "gzip" in handler.headers.get("Accept-Encoding", "") and len(text) > 1000:
            text = gzip.compress(text, 1)
            headers["Content-Encoding"] = "gzip"
        if fault in ("cut", "slow"):
            return self.send_in_part(handler, text, headers, self.slow_seconds if fault == "slow" else 0)
        return self.send(handler, 200, text, headers)

    def text(self, source, query, body):
        # The file is the same for everyone and large.
        if source == "offline" and self.hook is None:
            if source not in self.cache:
                self.cache[source] = json.dumps(self.content(source, query, body), ensure_ascii=False).encode()
            return self.cache[source]
        answer = self.content(source, query, body)
        if self.hook:
            answer = self.hook(source, query, answer) or answer
        return json.dumps(answer, ensure_ascii=False).encode()

    def send(self, handler, status, body, headers=None):
        try:
            handler.send_response(status)
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            if body is not None:
                handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if body:
                handler.wfile.write(body)
        except OSError:  # The client was killed.
            handler.close_connection = True

    def send_in_part(self, handler, body, headers, seconds):
        """Half of the body, then nothing for a while, then the connection ends."""
        try:
            handler.send_response(200)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body[:len(body) // 2])
            handler.wfile.flush()
            time.sleep(seconds)
        except OSError:
            pass
        self.close(handler)

    def close(self, handler):
        handler.close_connection = True
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
