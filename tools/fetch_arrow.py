#!/usr/bin/env python3
"""Puts Arrow's C++ headers and libraries into build/arrow, for the optional Parquet module; the wheel is pinned by sha256.

usage: tools/fetch_arrow.py [--from WHEEL] [--to FOLDER] [--check]

They come out of the pyarrow wheel, fetched by pip, whose own settings hold (55 MB); --from names a wheel that lies here already. Only
libarrow and libparquet are taken. Does nothing when the target is whole; else writes beside it and renames. --check only says whether
it is there (exit 0 or 1). Standard library only.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

from fetch_weights import Unavailable, pip, sha256

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSION = "26.0.1"
SHA256 = "39cb0f2418282c24bea6ceda77b03e5a8f0a5766b63a8bf194d4e2a2c423548c"
# The Python in the wheel's name does not matter: no Python part of it is used.
PLATFORM = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--platform", "manylinux_2_28_x86_64"]
LIBRARIES = {"libarrow.so.2600": "libarrow.so", "libparquet.so.2600": "libparquet.so"}


def say(text):
    print("arrow: " + text, file=sys.stderr)


def is_whole(target):
    stamp = target / "wheel.sha256"
    return stamp.is_file() and stamp.read_text().strip() == SHA256


def download(scratch):
    pins = scratch / "pins.txt"
    pins.write_text(f"pyarrow=={VERSION} --hash=sha256:{SHA256}\n")
    say(f"fetching pyarrow {VERSION} by pip (55 MB)")
    run = subprocess.run(
        pip() + ["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", *PLATFORM,
                 "--dest", str(scratch), "--requirement", str(pins)], capture_output=True, text=True)
    wheels = sorted(scratch.glob("*.whl"))
    if run.returncode != 0 or not wheels:
        lines = [l for l in run.stderr.splitlines() if l.startswith("ERROR")] or run.stderr.splitlines()[-1:]
        raise Unavailable("pip: " + (" ".join(lines) or "no wheel came"))
    return wheels[0]


def unpack(wheel, staging):
    (staging / "lib").mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = pathlib.PurePosixPath(name).parts
            if ".." in parts or name.endswith("/"):
                continue
            if parts[:2] == ("pyarrow", "include"):
                target = staging.joinpath(*parts[1:])
            elif parts[0] == "pyarrow" and len(parts) == 2 and parts[1] in LIBRARIES:
                target = staging / "lib" / parts[1]
            elif parts[-2:] == ("licenses", "LICENSE.txt"):
                target = staging / "LICENSE.txt"
            else:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    for library, link in LIBRARIES.items():
        if not (staging / "lib" / library).is_file():
            raise Unavailable(f"the wheel lacks {library}")
        (staging / "lib" / link).symlink_to(library)
    (staging / "wheel.sha256").write_text(SHA256 + "\n")


def fetch(local, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".arrow.", dir=target.parent) as name:
        scratch = pathlib.Path(name)
        wheel = local or download(scratch)
        if not wheel.is_file() or sha256(wheel) != SHA256:
            raise Unavailable(f"{wheel} is not the pinned wheel of pyarrow {VERSION}")
        unpack(wheel, scratch / "staging")
        if target.exists():
            os.rename(target, scratch / "old")
        os.rename(scratch / "staging", target)
    say(f"ready in {target}")


def main():
    parser = argparse.ArgumentParser(description="Fetches Arrow's C++ libraries for the Parquet module, pinned by sha256.")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="a local pyarrow wheel")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "build" / "arrow")
    parser.add_argument("--check", action="store_true", help="only say whether they are there")
    options = parser.parse_args()
    if is_whole(options.to):
        return 0
    if options.check:
        say(f"{options.to} has no Arrow {VERSION}")
        return 1
    if os.uname().machine != "x86_64":
        sys.exit("error: the pinned wheel is for x86_64; Parquet is not to be had here")
    try:
        fetch(options.source, options.to.resolve())
    except (Unavailable, OSError, zipfile.BadZipFile) as reason:
        sys.exit(f"error: no Arrow: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
