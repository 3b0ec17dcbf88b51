#!/usr/bin/env bash
# Formats the C++ sources in place by clang-format 19, or only says which are not formatted.
#
# usage: tools/format.sh [--check]
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

have clang-format-19 || install_packages test
mode=(-i)
[ "${1:-}" != --check ] || mode=(--dry-run --Werror)
find src apps bench tests \( -name '*.cc' -o -name '*.h' \) -print0 | xargs -0 -r -n 40 -P "$JOBS" clang-format-19 "${mode[@]}"
