#!/usr/bin/env python3
"""Holds what is true of files as such: none over 400 lines, no host of a registry in the page's lock file.

usage: tools/check_files.py

Prints file: reason, exits 1 on any. Standard library only.
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_LINES = 400
FOLDERS = ("src", "apps", "bench", "tests", "web/src", "web/e2e", "web/tools")
ENDINGS = {".cc", ".h", ".ts", ".tsx", ".mjs"}
GENERATED = {"web/src/types/openapi.ts"}


def long_files():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix not in ENDINGS or "node_modules" in path.parts or name in GENERATED or not path.is_file():
                continue
            lines = len(path.read_text(encoding="utf8").splitlines())
            if lines > MOST_LINES:
                yield f"{name}: {lines} lines, at most {MOST_LINES}: split it by concept"


def lock_file():
    path = ROOT / "web" / "package-lock.json"
    if not path.is_file():
        return
    packages = json.loads(path.read_text(encoding="utf8")).get("packages", {})
    for name, package in packages.items():
        if "resolved" in package:
            yield (f"web/package-lock.json: {name} names a registry's host; "
                   "install with omit-lockfile-registry-resolved (web/.npmrc)")
        if name and "link" not in package and "integrity" not in package and not package.get("inBundle"):
            yield f"web/package-lock.json: {name} has no integrity hash"


def main():
    faults = list(long_files()) + list(lock_file())
    print("\n".join(faults + [f"files: {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
