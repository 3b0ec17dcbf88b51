#!/usr/bin/env python3
"""Asks a running server requests whose title is known and lists every failure.

usage: tools/ask_starter.py [--requests FILE] [--first N] [--least N] [--url URL] [--wait SECONDS] [--vectors SECONDS]

FILE: tests/search/starter_requests.jsonl. URL: http://127.0.0.1:8080, or ANIRECO_TEST_URL. A request is answered when its title is among the first N hits (3). Prints each failure
with what came instead, then the counts by language. Exits 1 when fewer than --least were answered. Standard library only.
"""
import argparse
import collections
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

REQUESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "search" / "starter_requests.jsonl"


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def wait_until_ready(base, seconds):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(base + "/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError as error:
            if time.monotonic() >= end:
                sys.exit(f"{base} is not ready after {seconds} s: {error}")
        time.sleep(0.5)


def wait_for_vectors(base, seconds):
    """After the first start titles answer by words alone until their vectors are made."""
    end = time.monotonic() + seconds
    while get(f"{base}/api/v1/search?q=vectors")["degraded"] is not None:
        if time.monotonic() >= end:
            sys.exit(f"{base} has no vectors after {seconds} s")
        time.sleep(0.5)


def mal_ids(hit):
    """The hit's own MyAnimeList id and those of its siblings on the same card."""
    siblings = (hit.get("franchise") or {}).get("siblings", [])
    return [h.get("ids", {}).get("mal") for h in [hit] + siblings]


def main():
    parser = argparse.ArgumentParser(description="Asks a running server requests whose title is known.")
    parser.add_argument("--requests", type=pathlib.Path, default=REQUESTS)
    parser.add_argument("--first", type=int, default=3, help="hits among which the title must be (default 3)")
    parser.add_argument("--url", default=os.environ.get("ANIRECO_TEST_URL", "http://127.0.0.1:8080"))
    parser.add_argument("--least", type=int, default=70, help="answered requests that are enough (default 70)")
    parser.add_argument("--wait", type=float, default=0, help="seconds to wait for the server to be ready")
    parser.add_argument("--vectors", type=float, default=1200, help="seconds to wait for the vectors of a first import (default 1200)")
    options = parser.parse_args()
    base = options.url.rstrip("/")
    wait_until_ready(base, options.wait)
    began = time.monotonic()
    wait_for_vectors(base, options.vectors)
    if time.monotonic() - began > 1:
        print(f"vectors complete after another {time.monotonic() - began:.0f} s")
    answered, asked = collections.Counter(), collections.Counter()
    for line in options.requests.read_text(encoding="utf8").splitlines():
        request = json.loads(line)
        query = urllib.parse.urlencode({"q": request["query"], "lang": request["lang"], "limit": max(10, options.first)})
        hits = get(f"{base}/api/v1/search?{query}")["hits"]
        asked[request["lang"]] += 1
        rank = next((n for n, hit in enumerate(hits, 1) if request["mal_id"] in mal_ids(hit)), None)
        if rank and rank <= options.first:
            answered[request["lang"]] += 1
        else:
            titles = "; ".join(hit["title"] for hit in hits[:3]) or "nothing"
            print(f"{request['id']}: \"{request['query']}\": wanted mal:{request['mal_id']}, "
                  f"{'found at ' + str(rank) if rank else 'not among 10'}; first: {titles}")
    print(", ".join(f"{lang} {answered[lang]} of {asked[lang]}" for lang in sorted(asked))
          + f"; in the first {options.first}: {sum(answered.values())} of {sum(asked.values())}, wanted {options.least}")
    return 0 if sum(answered.values()) >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
