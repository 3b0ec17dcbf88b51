#!/usr/bin/env bash
# The tests that need a Qdrant server: against the one at ANIRECO_TEST_QDRANT_URL, or else against a stand-in over qdrant-client's local mode.
#
# usage: tests/qdrant/run.sh INGEST_TEST
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

[ $# -eq 1 ] || fail "usage: tests/qdrant/run.sh INGEST_TEST"
if [ -z "${ANIRECO_TEST_QDRANT_URL:-}" ]; then
  prepare_test_venv
  coproc FRONT { exec "$BUILD/test-venv/bin/python" tests/qdrant/front.py --api-key "of the test"; }
  # shellcheck disable=SC2154  # FRONT_PID is the coproc's.
  trap 'kill "$FRONT_PID" 2>/dev/null || true' EXIT
  read -r ANIRECO_TEST_QDRANT_URL <&"${FRONT[0]}"
  export ANIRECO_TEST_QDRANT_URL ANIRECO_TEST_QDRANT_KEY="of the test"
fi
"$1" --gtest_filter='QdrantServerTest.*'
