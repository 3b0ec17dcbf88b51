#!/usr/bin/env bash
# The program gathering from local stand-ins of all sources; nothing outside this machine is asked.
#
# usage: tests/gather/run.sh PROGRAM IMPORT_PROBE
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

[ $# -eq 2 ] || fail "usage: tests/gather/run.sh PROGRAM IMPORT_PROBE"
export ANIRECO_TEST_PROGRAM=$1 ANIRECO_TEST_PROBE=$2
python3 -m unittest discover --start-directory tests/gather --pattern 'test_*.py'
