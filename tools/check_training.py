#!/usr/bin/env python3
"""Checks the training requests, data/training/requests.{en,ru}.jsonl.

usage: tools/check_training.py [--exclude FRANCHISES FRANCHISE_TABLE]

Form, known titles, language, distinct requests, and that what ships learnt from these very files: the sha256 that its record names. With --exclude
(a list of franchise ids, one a line, and a tab-separated table of mal_id and franchise_id) also that no request is for a title of these franchises,
and that the adapter's record names these two files. Prints each fault as file:line: reason and exits 1 if there is any.
Standard library only. data/training/README.md says what the form is.
"""
import argparse
import glob
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = {"plot", "scene", "vague", "rambling", "keywords", "misspelt", "mood", "character", "question", "short"}
LENGTH = (4, 600)  # characters
ADAPTER = "data/encoder/query_adapter/adapter_config.json"
FUSION = "data/ranking/fusion.model"


def starter_ids():
    """mal ids of the starter catalogue's leading entries."""
    ids = set()
    for path in glob.glob(str(ROOT / "data/starter/????-????.jsonl")):
        for line in open(path, encoding="utf8"):
            ids.add(json.loads(line)["ids"]["mal"])
    return ids


def excluded_ids(list_file, table_file):
    """A function that tells whether a mal id belongs to a listed franchise."""
    listed = {int(line) for line in open(list_file, encoding="utf8") if line.strip().isdigit()}
    table = {}
    for line in open(table_file, encoding="utf8"):
        cells = line.split("\t")
        if cells[0].isdigit():
            table[int(cells[0])] = int(cells[1])
    return lambda mal: table.get(mal, mal) in listed


def faults_of(record, language, known, excluded):
    """Reasons why one record is wrong."""
    if not isinstance(record, dict) or set(record) != {"mal", "kind", "query"}:
        yield "wants exactly mal, kind and query"
        return
    query = record["query"]
    if record["mal"] not in known:
        yield f"{record['mal']} leads no franchise of the starter catalogue"
    elif excluded(record["mal"]):
        yield f"{record['mal']} belongs to an excluded franchise"
    if record["kind"] not in KINDS:
        yield f"unknown kind {record['kind']!r}"
    if not isinstance(query, str) or query != " ".join(query.split()) or not LENGTH[0] <= len(query) <= LENGTH[1]:
        yield f"a query is one line of {LENGTH[0]} to {LENGTH[1]} characters"
        return
    cyrillic = len(re.findall(r"[а-яё]", query.lower()))
    latin = len(re.findall(r"[a-z]", query.lower()))
    if (cyrillic > latin) != (language == "ru"):
        yield f"is not {language}"


def recorded_digests(outside):
    """Record, name in it, digest it names and the file of that name, for all that was learnt from requests. Files in outside are found by their name."""
    recipes = ROOT / "data/training/recipes"
    for name, digest in json.loads((ROOT / ADAPTER).read_text(encoding="utf8"))["training"]["sha256"].items():
        # By the path from the recipe; the recipe itself by its name.
        file = recipes / name
        if not file.exists():
            file = next((path for path in outside if path.name == name), None)
            if file is None and name in ("franchises.tsv", "no-train-franchises.txt"):
                continue  # Not part of this project; compared where they are given.
        yield ADAPTER, name, digest, file
    for name, digest in re.findall(r"^record requests (\S+), sha256 (\w+)$", (ROOT / FUSION).read_text(encoding="utf8"), re.M):
        yield FUSION, name, digest, ROOT / "data/training" / name


def digest_faults(outside):
    """Files that are not what the shipped weights were learnt from."""
    for record, name, digest, file in recorded_digests(outside):
        if file is None or not file.is_file():
            yield f"{record}: {name} is not there"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield f"{record}: {name} is not the file it was learnt from: it has another sha256"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--exclude", nargs=2, metavar=("FRANCHISES", "TABLE"))
    arguments = parser.parse_args()
    known = starter_ids()
    excluded = excluded_ids(*arguments.exclude) if arguments.exclude else lambda mal: False
    count, bad, seen = 0, 0, {}
    for language in ("en", "ru"):
        name = f"data/training/requests.{language}.jsonl"
        for number, line in enumerate(open(ROOT / name, encoding="utf8"), 1):
            count += 1
            try:
                record = json.loads(line)
                reasons = list(faults_of(record, language, known, excluded))
                query = record["query"].lower() if not reasons else None
            except ValueError as error:
                reasons, query = [f"no JSON: {error}"], None
            if query in seen:
                reasons.append(f"the same request as {seen[query]}")
            elif query:
                seen[query] = f"{name}:{number}"
            for reason in reasons:
                bad += 1
                print(f"{name}:{number}: {reason}")
    for fault in digest_faults([pathlib.Path(path) for path in arguments.exclude or ()]):
        bad += 1
        print(fault)
    print(f"{count} training requests, {bad} faults")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main())
