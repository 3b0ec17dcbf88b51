#!/usr/bin/env python3
"""Whether a program, with the settings of the environment, serves: ready with all its engines, the page, and a search with hits. It is started on a free port and ended again.

usage: tools/check_serving.py PROGRAM
"""
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

QUERY = "a quiet show about a travelling doctor of spirits"


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def wait_until_ready(server, url, within=120):
    """What /readyz says when neither an engine nor the encoder is missing."""
    end = time.monotonic() + within
    while True:
        try:
            ready = json.loads(get(url + "/readyz"))
            if ready["status"] == "ready" and ready["encoder"] == "ready":
                return ready
            told = ready
        except OSError as error:
            told = error
        if server.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"the server is not ready: {told}")
        time.sleep(0.2)


def check(url):
    if 'id="root"' not in get(url + "/"):
        raise SystemExit("the page is not served")
    answer = json.loads(get(f"{url}/api/v1/search?{urllib.parse.urlencode({'q': QUERY})}"))
    if not answer["hits"]:
        raise SystemExit("a search finds nothing")
    return answer


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.argv[1], "serve", "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        ready = wait_until_ready(server, url)
        answer = check(url)
    finally:
        server.terminate()
        ended = server.wait(30)
    if ended != 0:
        raise SystemExit(f"the server ended with status {ended}")
    print(f"page and search answer ({ready['titles']} titles; first for “{QUERY}”: {answer['hits'][0]['titles']['romaji']})")


if __name__ == "__main__":
    main()
