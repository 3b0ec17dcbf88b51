#!/usr/bin/env bash
# clang-tidy (.clang-tidy) over the C++ sources that differ from a base commit, or over all.
#
# usage: tools/lint.sh          BASE=COMMIT (default: the last merge base with origin/main, else HEAD), ALL=1 for every file
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

install_packages tool link test lint
if [ ! -f "$BUILD/dev/compile_commands.json" ]; then cmake --preset dev >&2; fi
if [ "${ALL:-0}" = 1 ]; then
  mapfile -t files < <(find src apps -name '*.cc' | sort)
else
  base=${BASE:-$(git merge-base origin/main HEAD 2>/dev/null || git rev-parse HEAD)}
  mapfile -t files < <(
    { git diff --name-only --diff-filter=d "$base" -- 'src/*.cc' 'apps/*.cc'
      git ls-files --others --exclude-standard -- 'src/*.cc' 'apps/*.cc'; } | sort -u)
fi
[ "${#files[@]}" -gt 0 ] || { say "lint: nothing changed (ALL=1 for every file)"; exit 0; }
say "clang-tidy over ${#files[@]} files"
# The preset silences a warning that only GCC has.
run-clang-tidy-19 -quiet -p "$BUILD/dev" -j "$JOBS" -extra-arg=-Wno-unknown-warning-option "${files[@]/#/$ROOT/}"
