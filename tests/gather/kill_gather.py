#!/usr/bin/env python3
"""Gathers a made-up catalogue from stand-ins of all sources, disturbed in every way at once, and compares with an undisturbed gather.

usage: tests/gather/kill_gather.py --program PROGRAM --probe IMPORT_PROBE [--titles 20000] [--kills 10] [--seed 1]

Disturbed: 429, 5xx, cut, slow and wrong answers, totals that change, a title that vanishes while pages are read, and SIGKILL at random moments. The
sha256 of the canonical export must equal the undisturbed one's. Standard library only.
"""
import argparse
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

import generated_titles
from program import Program
from stand_ins import Faults, StandIns

CHAIN = ("mal", "jikan", "kitsu", "offline", "shikimori")


def gather_killed(titles, kills, seed, scratch, program=None, probe=None, say=lambda text: None):
    """Returns the hash that both agree on; raises AssertionError when they differ."""
    # The stand-ins need time for many titles; what is slow on purpose must be slower.
    timeout = 2 if len(titles) < 1000 else 10
    chance = random.Random(seed)
    arguments = ["gather", "--json", *(word for name in CHAIN for word in ("--source", name))]

    def made(name, servers):
        return Program(scratch / name, program, probe, gather_urls=servers.urls(*CHAIN), mal_client_id="a-key", gather_timeout=timeout, log_level="error")
    # The date of the figures is in the export: over midnight both are made again.
    while True:
        day = time.gmtime().tm_yday
        with StandIns(titles) as servers:
            calm = made("undisturbed", servers)
            shutil.rmtree(calm.data, ignore_errors=True)
            begin = time.monotonic()
            done = calm.run(*arguments, timeout=7200)
            seconds = time.monotonic() - begin
            assert done.returncode == 0, done.stderr[-2000:]
            reference = calm.hash()
            if time.gmtime().tm_yday != day:
                continue
            say(f"undisturbed: {seconds:.1f} s, {reference[1]} titles, {len(servers.requests)} requests, sha256 {reference[0]}")
        # A page of MyAnimeList's holds 500, so a slow answer costs more than the rest of a small gather.
        faults = Faults(seed, share=0.1, slow=3)
        with StandIns(titles, faults=faults, moving=True, slow_seconds=timeout + 2) as servers:
            disturbed = made("disturbed", servers)
            shutil.rmtree(disturbed.data, ignore_errors=True)
            left, whole = kills, 0
            while True:
                status = disturbed.killed(chance.uniform(0.1, 2 * seconds / kills), *arguments) if left else disturbed.run(*arguments, timeout=7200).returncode
                if status is None:
                    left -= 1
                    say(f"kill {kills - left}")
                    continue
                assert status == 0, f"a gather after kills ended with status {status}"
                if time.gmtime().tm_yday != day:
                    break
                found = disturbed.hash()
                assert found == reference, f"after kills: {found}, not {reference}"
                whole += 1
                if not left:
                    break
                assert whole <= 3 * kills, "gathers end before they can be killed"
                shutil.rmtree(disturbed.data)
                servers.begin_again()
        if time.gmtime().tm_yday == day:
            say(f"{kills} kills, {whole} whole gathers between them, {len(faults.happened)} faulty answers "
                f"({', '.join(f'{faults.happened.count(k)} {k}' for k in Faults.KINDS)}): equal to the undisturbed one")
            return reference


def main():
    parser = argparse.ArgumentParser(description="Kills gathers and compares what they end with.")
    parser.add_argument("--program", required=True)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--titles", type=int, default=20000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    titles = generated_titles.generate(options.titles, options.seed)
    with tempfile.TemporaryDirectory(prefix="anireco-gather.", dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        gather_killed(titles, options.kills, options.seed, pathlib.Path(scratch), options.program, options.probe, lambda text: print(text, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
