#!/usr/bin/env python3
"""Adds up what test programs say at their end.

usage: tools/count_results.py LOG...      prints: passed failed skipped

Knows GoogleTest, unittest, Vitest, node:test and Playwright, pytest and Schemathesis, and a plain closing line "N passed, N failed".
"""
import re
import sys

PATTERNS = [
    (re.compile(r"^\[  PASSED  \] (\d+) tests?", re.M), 0),
    (re.compile(r"^\[  FAILED  \] (\d+) tests?,", re.M), 1),
    (re.compile(r"^\[  SKIPPED \] (\d+) tests?", re.M), 2),
]
LINE = re.compile(r"^(?:\W*Tests:?\s+|=+ |\s*)(?=.*\b\d+ (?:passed|failed)\b)(.*)$", re.M)
WORD = re.compile(r"(\d+) (passed|failed|skipped)\b")
NODE = re.compile(r"^(?:#|ℹ) (pass|fail|skipped) (\d+)$", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n+(?:OK|FAILED)(?: \((.*)\))?$", re.M)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def count(text):
    totals = [0, 0, 0]
    text = COLOUR.sub("", text)
    for pattern, kind in PATTERNS:
        totals[kind] += sum(int(n) for n in pattern.findall(text))
    for line in LINE.findall(text):
        if line.lstrip().startswith(("Test Files", "[")):
            continue
        for number, word in WORD.findall(line):
            totals[("passed", "failed", "skipped").index(word)] += int(number)
    for ran, rest in UNITTEST.findall(text):
        words = dict((word, int(number)) for word, number in re.findall(r"(failures|errors|skipped)=(\d+)", rest))
        failed, skipped = words.get("failures", 0) + words.get("errors", 0), words.get("skipped", 0)
        totals = [a + b for a, b in zip(totals, (int(ran) - failed - skipped, failed, skipped))]
    for word, number in NODE.findall(text):
        totals[("pass", "fail", "skipped").index(word)] += int(number)
    return totals


def main():
    totals = [0, 0, 0]
    for path in sys.argv[1:]:
        with open(path, encoding="utf8", errors="replace") as f:
            totals = [a + b for a, b in zip(totals, count(f.read()))]
    print(*totals)


if __name__ == "__main__":
    main()
