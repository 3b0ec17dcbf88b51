#!/usr/bin/env bash
# Asks a real server: our own system tests, then schemathesis, which makes requests out of src/api/openapi.json, right and wrong ones, and holds
# the answers to it.
#
# usage: tests/api/run.sh [PROGRAM]     PROGRAM, else $ANIRECO_TEST_PROGRAM; a server over the starter catalogue is started for it.
#        ANIRECO_TEST_URL=http://127.0.0.1:8080 tests/api/run.sh     a server that runs already
# API_EXAMPLES: generated requests for each operation (12).
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

VENV="$BUILD/test-venv"

prepare_test_venv
# Generated requests must not reach other people's servers.
export ANIRECO_LIST_FETCH=off
if [ -z "${ANIRECO_TEST_URL:-}" ]; then
  program=${1:-${ANIRECO_TEST_PROGRAM:-}}
  [ -n "$program" ] || fail "usage: tests/api/run.sh PROGRAM"
  exec tools/with_server.sh "$program" tests/api/run.sh
fi

python3 -m unittest discover --start-directory tests/api --pattern 'test_*.py'
# Rules between fields (a range's ends, ids that exist) are beyond a schema, so a request that fits it may still be refused.
"$VENV/bin/schemathesis" --config-file tests/api/schemathesis.toml run "$ANIRECO_TEST_URL/openapi.json" \
  --max-examples "${API_EXAMPLES:-12}" --seed 20261123
