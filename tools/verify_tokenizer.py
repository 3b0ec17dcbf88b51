#!/usr/bin/env python3
"""Compares our WordPiece with the Python package `tokenizers`, id by id.

    pip install tokenizers
    tools/verify_tokenizer.py --dump build/release/src/text/tokenizer_dump \
        --model build/models/all-MiniLM-L6-v2 ../shared/data

Every string found in the named files and folders is compared: the string values of .jsonl files at
any depth, the cells of .tsv and .csv, the lines of .txt and .md, plain or .gz. With
--code-points, every Unicode code point is compared too, inside and between words.

    tools/verify_tokenizer.py --model M --torture tests/data/tokenizer_torture.txt \
        --write tests/data/tokenizer_torture.jsonl     makes the stored reference file
    tools/verify_tokenizer.py --tables                 prints src/text/word_piece_tables.cc's ranges
"""

import argparse
import csv
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

import tokenizers
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer


def strings_of(value):
    """All strings of a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from strings_of(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from strings_of(element)


def texts_of_file(path):
    opener = gzip.open if path.suffix == ".gz" else open
    kind = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if kind not in {".jsonl", ".tsv", ".csv", ".txt", ".md"}:
        return
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        if kind == ".jsonl":
            for line in lines:
                if line.strip():
                    yield from strings_of(json.loads(line))
                    yield line
        elif kind in {".tsv", ".csv"}:
            for row in csv.reader(lines, delimiter="\t" if kind == ".tsv" else ","):
                yield from row
        else:
            yield from lines


def texts_of_paths(paths, excluded):
    for path in map(pathlib.Path, paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.name not in excluded:
                yield file, texts_of_file(file)


def code_point_texts():
    """Each code point inside a word, between words, doubled, and after a combining mark."""
    for code in range(0x110000):
        if not 0xD800 <= code <= 0xDFFF:
            c = chr(code)
            yield f"ab{c}cd {c} x{c}{c}y e\u0301{c}"


def load_reference(model):
    tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(model) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def compare(dump, model, reference, name, texts, batch=20000):
    """Returns (texts, different ones, ids); prints the first few differences."""
    seen = set()
    total = different = ids = 0

    def flush(pending):
        nonlocal different, ids
        with tempfile.TemporaryFile() as given:
            given.write("".join(json.dumps(t) + "\n" for t in pending).encode("ascii"))
            given.seek(0)
            run = subprocess.run([dump, model], stdin=given, capture_output=True, check=True)
        ours = run.stdout.decode("ascii").split("\n")[:-1]
        assert len(ours) == len(pending), "the dump answered another number of lines"
        expected = reference.encode_batch(pending, add_special_tokens=False)
        for text, line, encoding in zip(pending, ours, expected):
            got = [int(word) for word in line.split()]
            ids += len(encoding.ids)
            if got != encoding.ids:
                different += 1
                if different <= 5:
                    print(f"  {name}: {text[:200]!r}\n    expected {encoding.ids[:40]}\n"
                          f"    got      {got[:40]}")

    pending = []
    for text in texts:
        if text in seen:
            continue
        seen.add(text)
        total += 1
        pending.append(text)
        if len(pending) == batch:
            flush(pending)
            pending = []
    if pending:
        flush(pending)
    return total, different, ids


def write_torture(model, source, target):
    """One text a line in `source`, as a Python string literal without its quotes."""
    reference = load_reference(model)
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="ascii") as out:
        for line in lines:
            line = line.rstrip("\n")
            if not line or line.startswith("## "):
                continue
            repeat, _, literal = line.partition("|")
            text = json.loads(f'"{literal}"') * int(repeat)
            ids = reference.encode(text).ids
            out.write(json.dumps({"text": text, "ids": ids}) + "\n")


def print_tables():
    options = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False,
               "lowercase": False}
    clean = BertNormalizer(**{**options, "clean_text": True})
    marks = BertNormalizer(**{**options, "strip_accents": True})
    ideographs = BertNormalizer(**{**options, "handle_chinese_chars": True})
    split = BertPreTokenizer()
    tests = {
        "Dropped": lambda c: clean.normalize_str(c) == "",
        "NonspacingMarks": lambda c: marks.normalize_str(c) == "",
        "Punctuation": lambda c: len(split.pre_tokenize_str(f"a{c}a")) == 3,
        "Ideographs": lambda c: ideographs.normalize_str(c) != c,
    }
    for name, test in tests.items():
        ranges = []
        for code in range(0x110000):
            if not 0xD800 <= code <= 0xDFFF and test(chr(code)):
                if ranges and ranges[-1][1] == code - 1:
                    ranges[-1][1] = code
                else:
                    ranges.append([code, code])
        print(f"constexpr CodePointRange k{name}[] = {{")
        print(", ".join(f"{{{a:#x}, {b:#x}}}" for a, b in ranges) + "};\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="*", help="files and folders of texts")
    parser.add_argument("--dump", help="the program tokenizer_dump")
    parser.add_argument("--model", default="build/models/all-MiniLM-L6-v2")
    parser.add_argument("--exclude", action="append", default=[], metavar="NAME")
    parser.add_argument("--code-points", action="store_true")
    parser.add_argument("--torture", metavar="FILE")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--tables", action="store_true")
    options = parser.parse_args()
    if options.tables:
        print_tables()
        return 0
    if options.torture:
        write_torture(options.model, options.torture, options.write)
        return 0

    reference = load_reference(options.model)
    sources = [(file.name, texts) for file, texts in
               texts_of_paths(options.paths, set(options.exclude))]
    if options.code_points:
        sources.append(("code points", code_point_texts()))
    failed = texts_in_all = 0
    for name, texts in sources:
        total, different, ids = compare(options.dump, options.model, reference, name, texts)
        if total:
            print(f"{name}: {total} different texts, {ids} ids, {different} disagree")
        texts_in_all += total
        failed += different
    print(f"tokenizers {tokenizers.__version__}: {texts_in_all} texts, {failed} disagree")
    return 1 if failed or texts_in_all == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
