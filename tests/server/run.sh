#!/usr/bin/env bash
# Several processes of the program together: an encoder on another machine, and all engines on servers.
#
# usage: tests/server/run.sh PROGRAM [TEST...]
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

[ $# -ge 1 ] || fail "usage: tests/server/run.sh PROGRAM [TEST...]"
prepare_test_venv
export ANIRECO_TEST_PYTHON="$BUILD/test-venv/bin/python"
ANIRECO_TEST_PROGRAM=$(realpath "$1")
export ANIRECO_TEST_PROGRAM
shift
if [ $# -gt 0 ]; then
  cd tests/server
  exec python3 -m unittest -v "$@"
fi
exec python3 -m unittest discover -v --start-directory tests/server --pattern 'test_*.py'
