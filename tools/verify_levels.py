#!/usr/bin/env python3
"""Asks thousands of generated requests over all routes and looks for any adult title in the answers.

usage: tools/verify_levels.py --program PROGRAM [--catalogue FILE.jsonl.gz] [--requests N] [--seed N]

Starts a server over the imported catalogue (ANIRECO_DATA_DIR) capped at standard, and asks at the levels family and standard, and at adult, which the
cap must hold down. Requests are drawn to tempt: adult titles by name, by id, as examples, in seen lists, with genre Hentai, in random mixes of
filters. A leak is an adult title's id of any kind in a body, a facet or filter value that only adult titles have, or a direct id not answered 404. At level family the same
holds for everything above it. Prints each leak, then one line; exits 1 on any. Standard library only.
"""
import argparse
import base64
import collections
import gzip
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
ADULT_GENRES = {"Hentai", "Erotica"}
FAMILY_RATINGS = ("G -", "PG -", "PG-13")


def level_of(record):
    """The rule of src/catalog/level.h over the catalogue's own fields."""
    genres, rating = set(record.get("genres") or []), record.get("rating") or ""
    if record.get("nsfw") or genres & ADULT_GENRES or rating.startswith("Rx"):
        return "adult"
    tags = {t["name"] if isinstance(t, dict) else t for t in record.get("tags") or []}
    explicit = {"ecchi", "erotica", "hentai"}
    if rating.startswith(FAMILY_RATINGS) and not {x.lower() for x in genres | tags} & explicit:
        return "family"
    return "standard"


def own_id(mal_id):
    """The id of src/catalog/anime_id.h for a title first seen under its MyAnimeList id."""
    return base64.b32encode(hashlib.sha256(f"mal:{mal_id}".encode()).digest()).decode().lower()[:10]


class Asker:
    """One connection to the server, opened anew when it closes."""

    def __init__(self, port):
        self.port, self.connection = port, None

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        payload = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self.connection.request(method, path, payload, headers)
                answer = self.connection.getresponse()
                return answer.status, answer.read().decode("utf8")
            except (http.client.HTTPException, OSError):
                self.connection = None
                if attempt == 2:
                    raise


class Generator:
    """Draws requests: (route name, method, path, body, level)."""

    def __init__(self, records, seed):
        self.random = random.Random(seed)
        self.adult = [r for r in records if level_of(r) == "adult"]
        self.records = records
        count = lambda key: sorted({v for r in records for v in r.get(key) or [] if isinstance(v, str)})
        self.values = {k: count(k) for k in ("genres", "themes", "demographics", "studios")}
        self.words = sorted({w for r in self.random.sample(records, min(3000, len(records)))
                             for w in re.findall(r"[A-Za-z]{4,}", r.get("synopsis") or "")})

    def record(self):
        return self.random.choice(self.adult if self.random.random() < 0.7 else self.records)

    def name(self):
        r = self.record()
        names = [r["title"], r.get("title_english"), r.get("title_japanese")] + (r.get("synonyms") or [])
        return self.random.choice([n for n in names if n])[:200]

    def reference(self):
        r = self.record()
        return self.random.choice([f"mal:{r['mal_id']}", own_id(r["mal_id"]), self.name(),
                                   f"anilist:{r['anilist_id']}" if r.get("anilist_id") else f"mal:{r['mal_id']}"])

    def text(self):
        words = " ".join(self.random.sample(self.words, self.random.randint(1, 6)))
        name = self.name()
        synopsis = (self.record().get("synopsis") or words).split()
        start = self.random.randrange(len(synopsis))
        return self.random.choice([words, name, name[:self.random.randint(2, 6)], f"something like {name}", f'"{name}"',
                                   f"{name} but {words}", " ".join(synopsis[start:start + 12]), "hentai", "uncensored erotica " + words,
                                   f"не как {name}", ""])[:1000]

    def filters(self):
        chosen = {}
        for key, values in self.values.items():
            if values and self.random.random() < 0.2:
                chosen[key] = self.random.choice(values)
        if self.random.random() < 0.15:
            chosen["genres"] = self.random.choice(sorted(ADULT_GENRES))
        return chosen

    def query(self, **parameters):
        single = {"genres": "genre", "themes": "theme", "demographics": "demographic", "studios": "studio"}
        pairs = [(single[k], v) for k, v in self.filters().items()]
        pairs += [(k, v) for k, v in parameters.items() if v is not None]
        return urllib.parse.urlencode(pairs)

    def draw(self):
        level = self.random.choice(["family", "standard", "standard", "adult", None])
        some = lambda draw, most: [draw() for _ in range(self.random.randint(0, most))]
        coin = lambda: self.random.choice(["true", "false", None])
        route = self.random.choice(["search", "search", "search", "post", "recommend", "anime", "similar", "suggest", "suggest", "random",
                                    "filters", "ids", "legacy"])
        quote = lambda text: urllib.parse.quote(text, safe="")
        if route == "search":
            query = self.query(q=self.text(), level=level, explain=coin(), facets=coin(), limit=self.random.choice([10, 50]),
                               like=self.reference() if self.random.random() < 0.3 else None,
                               sort=self.random.choice([None, "score", "popularity", "year"]), group=coin())
            return route, "GET", "/api/v1/search?" + query, None, level
        if route in ("post", "recommend"):
            body = {"liked": some(self.reference, 3), "disliked": some(self.reference, 2),
                    "seen": [f"mal:{self.record()['mal_id']}" for _ in range(self.random.randint(0, 5))],
                    "q" if route == "post" else "text": self.text(), "limit": 20}
            if level:
                body["level"] = level
            return route, "POST", "/api/v1/search" if route == "post" else "/api/v1/recommend", body, level
        if route == "anime":
            return route, "GET", f"/api/v1/anime/{quote(self.id_of_some())}?" + urllib.parse.urlencode({"level": level} if level else {}), None, level
        if route == "similar":
            return route, "GET", f"/api/v1/anime/{quote(self.id_of_some())}/similar?" + self.query(level=level, explain="true"), None, level
        if route == "suggest":
            name = self.name()
            query = urllib.parse.urlencode({"q": name[:self.random.randint(1, 12)], **({"level": level} if level else {})})
            return route, "GET", "/api/v1/suggest?" + query, None, level
        if route == "random":
            return route, "GET", "/api/v1/random?" + self.query(level=level), None, level
        if route == "filters":
            return route, "GET", "/api/v1/filters?" + urllib.parse.urlencode({"level": level} if level else {}), None, level
        if route == "ids":
            body = {"ids": [self.id_of_some() for _ in range(20)]}
            if level:
                body["level"] = level
            return route, "POST", "/api/v1/ids", body, level
        body = {"text_query": self.text(), "genres": self.filters().get("genres"), "include_adult": self.random.choice([True, False, None]),
                "sort_by": self.random.choice(["relevance", "rating", "popularity"])}
        return route, "POST", "/recommend", body, None

    def id_of_some(self):
        mal_id = self.record()["mal_id"]
        return self.random.choice([f"mal:{mal_id}", own_id(mal_id)])


ID_FIELDS = re.compile(r'"(?:mal|mal_id)"\s*:\s*"?(\d+)|"(?:id|value)"\s*:\s*"([a-z2-7]{10})"|"mal:(\d+)"')


def shown_ids(route, body):
    """MyAnimeList ids and ids of ours that the answer shows; what `ids` only echoes of its request does not count."""
    if route == "ids":
        body = json.dumps([{k: v for k, v in item.items() if k != "query"} for item in json.loads(body)["resolved"]])
    for mal, own, text in ID_FIELDS.findall(body):
        yield int(mal or text) if (mal or text) else own


def genre_values(body):
    """Genres that a search's facets or the filter lists offer with titles behind them."""
    data = json.loads(body)
    lists = data.get("facets") or data
    return [entry["value"] for entry in lists.get("genres", []) if entry["count"] > 0]


def main():
    parser = argparse.ArgumentParser(description="Looks for adult titles in the answers to thousands of requests.")
    parser.add_argument("--program", required=True)
    parser.add_argument("--catalogue", type=pathlib.Path, default=ROOT.parent / "shared" / "data" / "catalogue.jsonl.gz")
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    opener = gzip.open if options.catalogue.suffix == ".gz" else open
    with opener(options.catalogue, "rt", encoding="utf8") as f:
        records = [json.loads(line) for line in f if line.strip()]
    levels = {r["mal_id"]: level_of(r) for r in records}
    levels.update({own_id(m): level for m, level in list(levels.items())})
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([options.program, "serve", "--port", str(port)], stdout=subprocess.DEVNULL,
                              env={**os.environ, "ANIRECO_MAX_LEVEL": "standard", "ANIRECO_LOG_LEVEL": "error"})
    leaks, statuses = 0, collections.Counter()
    try:
        asker = Asker(port)
        for _ in range(600):
            try:
                if asker.ask("GET", "/readyz")[0] == 200:
                    break
            except OSError:
                pass
            if server.poll() is not None:
                sys.exit(f"the server ended with status {server.returncode}")
            time.sleep(0.1)
        generator = Generator(records, options.seed)
        for _ in range(options.requests):
            route, method, path, body, level = generator.draw()
            status, answer = asker.ask(method, path, body)
            statuses[route, status] += 1
            hidden = {"adult"} if level != "family" else {"adult", "standard"}
            found = []
            if status == 200:
                found = [i for i in shown_ids(route, answer) if levels.get(i) in hidden]
                if route in ("search", "post", "recommend", "similar", "filters"):
                    found += [g for g in genre_values(answer) if g in ADULT_GENRES]
            elif status >= 500 and status != 503:
                found = [f"status {status}"]
            if found:
                leaks += 1
                print(f"{method} {path} {json.dumps(body, ensure_ascii=False) if body else ''}: {found[:5]}")
    finally:
        server.terminate()
        server.wait(timeout=30)
    by_route = collections.Counter()
    for (route, status), n in sorted(statuses.items()):
        by_route[route] += n
        print(f"  {route} {status}: {n}")
    answered = sum(n for (_, status), n in statuses.items() if status == 200)
    print(f"{sum(by_route.values())} requests over {len(by_route)} routes, {answered} answered with 200, {leaks} leaks")
    return 1 if leaks or answered < options.requests // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
