#!/usr/bin/env python3
"""Holds the folders' directions: every #include of src/ and apps/, and every CMake dependency, against the table below.

usage: tools/check_includes.py

A module may include itself, what its row names, and what those may include. Further rules hold by absence: a library stays in the folder that
wraps it, only apps reads arguments and the environment, libraries do not print. Prints file:line: reason, exits 1 on any. Standard library only.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What ARCHITECTURE.md draws; a new module gets a row here.
ALLOWED = {
    "base": [],
    "columnar": [],
    "net": ["base"],
    "text": ["base"],
    "tensor": ["base"],
    "encoder": ["tensor", "text", "net"],
    "catalog": ["base"],
    "index": ["catalog", "tensor", "net"],
    "fulltext": ["catalog", "text"],
    "search": ["encoder", "catalog", "index", "fulltext"],
    "ingest": ["encoder", "catalog", "index", "fulltext", "columnar"],
    "gather": ["catalog", "text", "net"],
    "evaluation": ["search"],
    "training": ["encoder", "catalog", "search", "evaluation"],
    "api": ["search", "ingest"],
}

# Outside headers by pattern, and the only places that may include them (folders or one file).
HOMES = [
    (r"boost/(asio|beast)", ["src/api/"]),
    (r"boost/json", ["src/api/", "src/base/", "src/catalog/", "src/encoder/", "src/evaluation/", "src/gather/", "src/index/", "src/ingest/",
                     "src/text/", "src/training/", "apps/"]),
    (r"sqlite3", ["src/catalog/sqlite/"]),
    (r"(pqxx|libpq)", ["src/catalog/postgres/", "src/fulltext/postgres/"]),
    (r"curl/", ["src/net/"]),
    (r"(arrow|parquet)/", ["src/columnar/"]),
    (r"archive(_entry)?\.h", ["src/ingest/archive.cc"]),
    (r"dlfcn", ["src/ingest/columnar_library.cc"]),
    (r"expat", ["src/gather/"]),
    (r"(oneapi/dnnl|dnnl)", ["src/tensor/matmul.cc"]),
    (r"omp\.h", ["src/tensor/"]),
    (r"hwy/", ["src/tensor/", "src/index/"]),
    (r"unicode/", ["src/text/"]),
    (r"libstemmer", ["src/text/"]),
    (r"sentencepiece_(processor|trainer)", []),
    (r"spdlog/", ["src/base/"]),
    (r"openssl/", ["src/base/", "src/net/"]),
    (r"xxhash", ["src/base/"]),
    (r"zlib", ["src/base/", "src/api/"]),
    (r"prometheus/", ["src/api/"]),
    (r"CLI/", ["apps/"]),
    (r"torch/", ["apps/anireco-train/"]),
    (r"iostream", ["apps/"]),
]

# A test reads cases as JSON, writes .gz files, makes tokenizers and chooses vector instructions, wherever it stands.
TEST_MAY_INCLUDE = {r"boost/json", r"iostream", r"hwy/", r"sentencepiece_(processor|trainer)", r"zlib"}

# Words a library must not use, with the reason. Tests may print and set their own environment.
FORBIDDEN = [
    (re.compile(r"\b(secure_)?getenv\s*\(|\benviron\b"), "only apps reads the environment"),
    (re.compile(r"\bargv\b"), "only apps reads arguments"),
    (re.compile(r"\bstd::(cout|cerr|clog)\b|(?<![\w.>])(std::)?(printf|puts|putchar)\s*\(|\bfmt::print\s*\(|\bstdout\b|\bstderr\b"),
     "libraries log through base and never print"),
    (re.compile(r"\bstd::exit\s*\(|(?<![\w.>:])exit\s*\("), "only apps ends the program"),
]
# What stands at the edge by its purpose: the log's own sink, and the fault points that tests set from outside.
EXCEPTIONS = {"src/base/log.cc", "src/base/fault_point.cc"}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
MODULE = re.compile(r"anireco_module\((\w+)([^)]*)\)")


def reachable(module):
    """The modules that `module` may include: itself and the rows' closure."""
    found, todo = set(), [module]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += ALLOWED[name]
    return found


def without_comments_and_strings(text):
    """The same lines with comments and string contents blanked, so that words in them do not count."""
    def blank(match):
        s = match.group(0)
        return re.sub(r"[^\n]", " ", s) if s.startswith("/") else s[0] + re.sub(r"[^\n]", " ", s[1:-1]) + s[-1]
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def check_source(path):
    """Faults of one source file as (line, reason)."""
    name = path.relative_to(ROOT).as_posix()
    parts = name.split("/")
    module = parts[1] if parts[0] == "src" else None
    if module and module not in ALLOWED:
        yield 1, f"module {module} has no row in tools/check_includes.py"
        return
    text = path.read_text(encoding="utf8")
    is_test = name.endswith("_test.cc")
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        kind, target = match.groups()
        head = target.split("/")[0]
        if kind == '"' and head in ALLOWED and module and head not in reachable(module):
            yield number, f"{module} may not include {head} (it may: {', '.join(sorted(reachable(module)))})"
        if kind == '"' and target.startswith("../"):
            yield number, "includes are written from src/, as in \"search/fusion.h\""
        for pattern, homes in HOMES:
            if re.match(pattern, target) and not any(name.startswith(home) for home in homes):
                if not (is_test and pattern in TEST_MAY_INCLUDE):
                    yield number, f"<{target}> belongs to {', '.join(homes)}"
    if name.endswith(".h") and "#pragma once" not in text:
        yield 1, "a header needs #pragma once"
    if parts[0] == "src" and not is_test and name not in EXCEPTIONS:
        for number, line in enumerate(without_comments_and_strings(text).splitlines(), 1):
            for pattern, reason in FORBIDDEN:
                if pattern.search(line):
                    yield number, reason


def check_cmake(path):
    """Faults of one module's CMakeLists.txt: library dependencies against the table."""
    match = MODULE.search(path.read_text(encoding="utf8"))
    if not match:
        return
    name, arguments = match.groups()
    for dependency in re.findall(r"\banireco_(\w+)", arguments):
        if dependency not in reachable(name):
            yield 1, f"{name} may not link {dependency}"


def main():
    faults = files = 0
    sources = sorted(p for folder in ("src", "apps") for p in (ROOT / folder).rglob("*") if p.suffix in (".h", ".cc"))
    for path, check in [(p, check_source) for p in sources] + [(p, check_cmake) for p in sorted(ROOT.glob("src/*/CMakeLists.txt"))]:
        files += 1
        for number, reason in check(path):
            faults += 1
            print(f"{path.relative_to(ROOT)}:{number}: {reason}")
    print(f"includes: {files} files, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
