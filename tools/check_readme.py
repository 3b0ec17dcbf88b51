#!/usr/bin/env python3
"""Runs the README's examples as a reader would and looks whether they answer.

usage: tools/with_server.sh PROGRAM tools/check_readme.py [FILE.md...]     (both READMEs and docs/api.md; sets the environment this reads)

Every ```sh block is run by bash with -e, every ```python block by this Python, every ```js block as a module by Node, but for lines that begin with make, git, sudo or apt: the set-up has its own test. Where the text
names build/release/anireco or port 8080, the program and the server under test stand in. A block passes when it ends with
status 0 and printed something; a ```text block right behind it holds lines that must be among what was printed ("..." stands for anything).
Standard library only.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```\n(?:\n*```text\n(.*?)^```)?", re.M | re.S)
RUN = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}
LEFT_OUT = ("make", "git ", "sudo ", "apt", "cd ")


def examples(text):
    """(line number, language, script, expected lines) of each block that runs something."""
    for match in BLOCK.finditer(text):
        language, script, printed = match.groups()
        lines = script.splitlines()
        if language == "sh":
            lines = [l for l in lines if l.strip() and not l.startswith(LEFT_OUT)]
        if any(not l.lstrip().startswith("#") for l in lines):
            expected = [l for l in (printed or "").splitlines() if l.strip().strip(".…")]
            yield text.count("\n", 0, match.start()) + 1, language, "\n".join(lines), expected


def matches(expected, output):
    """Whether a line of output has the expected words in order; runs of blanks count as one."""
    pieces = [re.escape(" ".join(p.split())) for p in re.split(r"\.\.\.|…", expected)]
    pattern = re.compile(".*".join(pieces))
    return any(pattern.search(" ".join(line.split())) for line in output.splitlines())


def main():
    program, url = os.environ["ANIRECO_TEST_PROGRAM"], os.environ["ANIRECO_TEST_URL"]
    passed = failed = 0
    for name in sys.argv[1:] or ["README.md", "README.ru.md", "docs/api.md"]:
        for number, language, script, expected in examples((ROOT / name).read_text(encoding="utf8")):
            run = script.replace("build/release/anireco", program)
            run = re.sub(r"(http://)?(127\.0\.0\.1|localhost):8080", url, run)
            done = subprocess.run([*RUN[language], run], cwd=ROOT, capture_output=True, text=True, timeout=300)
            missing = [line for line in expected if not matches(line, done.stdout)]
            if done.returncode == 0 and done.stdout.strip() and not missing:
                passed += 1
                continue
            failed += 1
            print(f"{name}:{number}: status {done.returncode}\n{script}\n--- printed\n{done.stdout}{done.stderr}")
            for line in missing:
                print(f"--- not among it: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
