#!/usr/bin/env python3
"""Kills an import again and again and compares what it ends with to an undisturbed one, byte for byte.

usage: tools/verify_kills.py --program PROGRAM --probe IMPORT_PROBE --model FOLDER [--kills N] [--seed N] FILE...

A quarter of the kills comes from fault points inside a commit or a publish, the rest at random moments by SIGKILL. Between kills the catalogue must
answer a search, or say that it is still empty. When an import ends before its kill, its result is compared and the next begins with an empty
folder. At the end it is run to its end and compared once more: sha256 of the canonical export, vectors included. Standard library only.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

POINTS = ["store.before_commit:3", "store.after_commit:5", "store.in_publish", "publish.before_rename", "publish.before_commit:2"]


class Kills:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.random = random.Random(options.seed)
        self.data = scratch / "disturbed"
        self.reference = ""

    def command(self, data, *arguments):
        return [str(self.options.program), "--data-dir", str(data), "--model", str(self.options.model), "--log-level", "error", *arguments]

    def start_import(self, data):
        return subprocess.Popen(self.command(data, "import", *self.options.files), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def hash(self, data):
        run = subprocess.run([self.options.probe, "hash", data, self.options.model], capture_output=True, text=True, check=True)
        return run.stdout.split()

    def undisturbed(self):
        data = self.scratch / "undisturbed"
        begin = time.monotonic()
        if self.start_import(data).wait() != 0:
            sys.exit("the undisturbed import failed")
        self.seconds = time.monotonic() - begin
        self.reference, titles = self.hash(data)
        print(f"undisturbed: {self.seconds:.1f} s, {titles} titles, sha256 {self.reference}", flush=True)

    def compare(self):
        found, titles = self.hash(self.data)
        if found != self.reference:
            sys.exit(f"after kills: {titles} titles, sha256 {found}, not {self.reference}")

    def answers(self):
        """The catalogue answers a search, or says it is empty."""
        if not self.data.exists():
            return
        run = subprocess.run(self.command(self.data, "search", "a quiet story", "--json"), capture_output=True, text=True, timeout=120)
        if run.returncode != 0 and "empty" not in run.stderr:
            sys.exit(f"between kills a search failed with status {run.returncode}: {run.stderr.strip()}")

    def kill_at_random(self):
        """False when the import ended first."""
        process = self.start_import(self.data)
        try:
            status = process.wait(timeout=self.random.uniform(0.05, 2 * self.seconds / self.options.kills))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        if status != 0:
            sys.exit(f"an import after kills ended with status {status}")
        return False

    def kill_at_point(self, point):
        run = subprocess.run([self.options.probe, "import", self.data, self.options.model, point, *self.options.files],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if run.returncode not in (0, -signal.SIGKILL):
            sys.exit(f"an import with fault point {point} ended with status {run.returncode}: {run.stderr.strip()}")
        return run.returncode != 0

    def run(self):
        self.undisturbed()
        at_points = max(1, self.options.kills // 4)
        plan = [POINTS[i % len(POINTS)] for i in range(at_points)] + [None] * (self.options.kills - at_points)
        self.random.shuffle(plan)
        finished = 0
        for number, point in enumerate(plan, 1):
            while not (self.kill_at_point(point) if point else self.kill_at_random()):
                self.compare()
                finished += 1
                shutil.rmtree(self.data)
                if finished > 3 * self.options.kills:
                    sys.exit("imports end before they can be killed")
            print(f"kill {number}: {point or 'at random'}", flush=True)
            self.answers()
        if self.start_import(self.data).wait() != 0:
            sys.exit("the last import failed")
        self.compare()
        print(f"{self.options.kills} kills, {at_points} of them at fault points, {finished + 1} whole imports between them, "
              "each byte-equal to the undisturbed one")


def main():
    parser = argparse.ArgumentParser(description="Kills imports and compares what they end with.")
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--probe", type=pathlib.Path, required=True)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anireco-kills.", dir=os.environ.get("TMPDIR", "/var/tmp")) as scratch:
        Kills(options, pathlib.Path(scratch)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
