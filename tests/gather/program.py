"""Runs the program under test over a data folder of its own. Standard library only.

ANIRECO_TEST_PROGRAM and ANIRECO_TEST_PROBE (tests/tools/import_probe.cc) name the two programs.
"""
import os
import pathlib
import signal
import subprocess


class Program:
    """`settings` become ANIRECO_ variables. No encoder: what is gathered does not depend on it."""

    def __init__(self, data, program=None, probe=None, **settings):
        self.data = pathlib.Path(data)
        self.program = program or os.environ["ANIRECO_TEST_PROGRAM"]
        self.probe = probe or os.environ["ANIRECO_TEST_PROBE"]
        self.settings = settings

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ANIRECO_") and not k.lower().endswith("_proxy")}
        own = {f"ANIRECO_{k.upper()}": str(v) for k, v in self.settings.items()}
        return {**kept, **own, **more}

    def command(self, *arguments):
        return [self.program, "--data-dir", str(self.data), "--model", str(self.data / "no-model"), *arguments]

    def run(self, *arguments, timeout=600, **environment):
        return subprocess.run(self.command(*arguments), env=self.environment(**environment), capture_output=True, text=True, timeout=timeout)

    def start(self, *arguments, **environment):
        return subprocess.Popen(self.command(*arguments), env=self.environment(**environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def killed(self, seconds, *arguments):
        """Runs and kills it after so long; None when it was killed, else what it ended with."""
        process = subprocess.Popen(self.command(*arguments), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return None

    def hash(self):
        """sha256 of the canonical export, and the number of titles."""
        done = subprocess.run([self.probe, "hash", str(self.data)], capture_output=True, text=True, check=True)
        digest, titles = done.stdout.split()
        return digest, int(titles)
