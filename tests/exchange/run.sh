#!/usr/bin/env bash
# Exports, imports, backups and posters of the real program, read and written by pandas, pyarrow and numpy.
#
# usage: tests/exchange/run.sh PROGRAM     the module for Parquet lies beside it (make parquet)
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

[ $# -eq 1 ] || fail "usage: tests/exchange/run.sh PROGRAM"
ANIRECO_TEST_PROGRAM=$(realpath "$1")
export ANIRECO_TEST_PROGRAM
prepare_test_venv
"$BUILD/test-venv/bin/python" -m unittest discover --start-directory tests/exchange --pattern 'test_*.py'
