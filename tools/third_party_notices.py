#!/usr/bin/env python3
"""Writes THIRD_PARTY_NOTICES: whose work the program and the page contain or load, under which licences.

usage: tools/third_party_notices.py [--check]

Sources: the `link` group of tools/packages.txt with the machine-readable copyright files of the installed Debian packages, the production
packages of web/package-lock.json, and the encoder's weights. --check writes nothing and exits 1 when the names in the file are not
today's (versions may differ). Standard library only.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "THIRD_PARTY_NOTICES"
HEAD = """\
Third-party notices
===================

AniReco's own code is under the Apache License 2.0 (LICENSE). It is built from, linked with or served beside the works below, each under its own
terms. `make notices` writes this file.
"""
RUNTIME = ["libgcc-s1", "libgomp1", "libstdc++6"]
WEIGHTS = ("all-MiniLM-L6-v2", "the sentence-transformers authors", "Apache-2.0",
           "encoder weights and vocabulary; fetched at set-up, not part of this repository")

ARROW = ("Apache Arrow", "The Apache Software Foundation", "Apache-2.0",
         "C++ libraries of the optional module for Parquet; fetched by `make parquet`, not part of this repository")


def link_packages():
    for line in (ROOT / "tools" / "packages.txt").read_text(encoding="utf8").splitlines():
        words = line.split(None, 2)
        if words[:1] == ["link"]:
            yield words[1]


def npm_packages():
    """(name, version, licence) of every package that may end in the built page."""
    lock = ROOT / "web" / "package-lock.json"
    packages = json.loads(lock.read_text(encoding="utf8"))["packages"] if lock.is_file() else {}
    for path, package in sorted(packages.items()):
        if path and not package.get("dev") and not package.get("optional") and not package.get("peer"):
            yield path.rsplit("node_modules/", 1)[-1], package["version"], package.get("license", "see its package")


def paragraphs(text):
    """A Debian control file's paragraphs as dictionaries of folded values."""
    for block in re.split(r"\n\s*\n", text):
        fields, key = {}, None
        for line in block.splitlines():
            if line[:1] in (" ", "\t"):
                if key:
                    fields[key] += "\n" + line.strip()
            elif ":" in line:
                key, value = line.split(":", 1)
                fields[key] = value.strip()
        yield fields


def debian_notice(package):
    query = subprocess.run(["dpkg-query", "-W", "-f=${Version}\t${source:Package}\t${Homepage}", package], capture_output=True, text=True)
    if query.returncode != 0:
        sys.exit(f"{package} is not installed; run `make setup` first")
    version, source, homepage = query.stdout.split("\t")
    where = f"/usr/share/doc/{package}/copyright"
    text = pathlib.Path(where).read_text(encoding="utf8", errors="replace")
    main, others, holders = None, set(), []
    for fields in paragraphs(text):
        if "Files" in fields and "License" in fields:
            licence = fields["License"].split("\n")[0]
            if main is None:
                main = licence
                holders = [re.sub(r"^[\d\s,–-]+", "", h).strip() for h in fields.get("Copyright", "").split("\n") if h.strip()]
            elif licence != main and not fields["Files"].startswith("debian/"):
                others.add(licence)
    lines = [package, f"  source {source}, version {version}"]
    if homepage:
        lines.append(f"  home: {homepage}")
    if main:
        lines.append(f"  licence: {main}")
        if holders:
            lines.append("  copyright: " + "; ".join(holders[:6]) + ("; and others" if len(holders) > 6 else ""))
        if others:
            lines.append("  parts of the source package are also under: " + ", ".join(sorted(others)))
    else:
        lines.append("  licence: GPL-3.0-or-later with the GCC Runtime Library Exception 3.1")
    lines.append(f"  full text on Debian: {where}")
    return "\n".join(lines)


def render():
    parts = [HEAD, "Libraries, as Debian 12 packages them\n-------------------------------------"]
    parts += [debian_notice(p) for p in sorted(link_packages())]
    parts.append("Runtime of the compiler\n-----------------------")
    parts += [debian_notice(p) for p in RUNTIME]
    parts.append("Packages of the page\n--------------------")
    parts.append("\n".join(f"{name}\n  version {version}, licence: {licence}" for name, version, licence in npm_packages()))
    for heading, (name, holder, licence, what) in (("Weights\n-------", WEIGHTS), ("Optional\n--------", ARROW)):
        parts.append(heading)
        parts.append(f"{name}\n  {what}\n  licence: {licence}\n  copyright: {holder}")
    return "\n\n".join(parts) + "\n"


def names_in(text):
    """The lines that start an entry: not indented, followed by an indented one."""
    lines = text.splitlines()
    return {a for a, b in zip(lines, lines[1:]) if a and not a.startswith(" ") and b.startswith("  ")}


def main():
    if "--check" in sys.argv[1:]:
        wanted = set(link_packages()) | set(RUNTIME) | {n for n, _, _ in npm_packages()} | {WEIGHTS[0], ARROW[0]}
        found = names_in(TARGET.read_text(encoding="utf8")) if TARGET.is_file() else set()
        for name in sorted(wanted ^ found):
            print(f"THIRD_PARTY_NOTICES: {name} is {'missing' if name in wanted else 'not used any more'}; run `make notices`")
        print(f"notices: {len(wanted)} names, {len(wanted ^ found)} faults")
        return 1 if wanted != found else 0
    TARGET.write_text(render(), encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
