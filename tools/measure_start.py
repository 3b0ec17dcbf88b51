#!/usr/bin/env python3
"""Measures a server's start: seconds from its process to the first ready answer, and its resident memory after some requests.

usage: tools/measure_start.py PROGRAM [--starts N]      data and settings come from the environment (ANIRECO_...)

Prints one line. The median of --starts starts is given; memory is the process's VmRSS and its peak. Standard library only.
"""
import argparse
import json
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import time
import urllib.parse
import urllib.request

QUERIES = ["a quiet show about a travelling doctor of spirits", "giant robots and teenage pilots", "спортивное аниме про волейбол"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def memory_mib(pid, field):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return int(re.search(rf"^{field}:\s+(\d+)", status, re.M).group(1)) / 1024


def start_once(program):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    begin = time.monotonic()
    server = subprocess.Popen([program, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(base + "/readyz", timeout=2):
                    break
            except OSError:
                if server.poll() is not None:
                    raise SystemExit(f"the server ended with status {server.returncode}")
                time.sleep(0.005)
        seconds = time.monotonic() - begin
        for query in QUERIES * 10:
            with urllib.request.urlopen(f"{base}/api/v1/search?{urllib.parse.urlencode({'q': query})}", timeout=30) as answer:
                json.load(answer)
        return seconds, memory_mib(server.pid, "VmRSS"), memory_mib(server.pid, "VmHWM")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def main():
    parser = argparse.ArgumentParser(description="Measures a server's start and memory.")
    parser.add_argument("program")
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    runs = [start_once(options.program) for _ in range(options.starts)]
    seconds, resident, peak = (statistics.median(r[i] for r in runs) for i in range(3))
    print(f"start to ready {seconds:.2f} s (median of {len(runs)}, first {runs[0][0]:.2f} s), "
          f"resident {resident:.0f} MiB after {len(QUERIES) * 10} requests, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
