#!/usr/bin/env bash
# The tests that need a Qdrant server: against the one at ANIRECO_TEST_QDRANT_URL, or else against a stand-in over qdrant-client's local mode,
# by TLS and with a key.
#
# usage: tests/qdrant/run.sh INGEST_TEST
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

[ $# -eq 1 ] || fail "usage: tests/qdrant/run.sh INGEST_TEST"
if [ -z "${ANIRECO_TEST_QDRANT_URL:-}" ]; then
  prepare_test_venv
  folder=$(mktemp -d)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$folder/key.pem" -out "$folder/ca.pem" 2>"$folder/log"
  cat "$folder/key.pem" "$folder/ca.pem" >"$folder/server.pem"
  coproc FRONT { exec "$BUILD/test-venv/bin/python" tests/qdrant/front.py --api-key "of the test" --certificate "$folder/server.pem"; }
  # shellcheck disable=SC2154  # FRONT_PID is the coproc's.
  trap 'kill "$FRONT_PID" 2>/dev/null || true; rm -rf "$folder"' EXIT
  read -r ANIRECO_TEST_QDRANT_URL <&"${FRONT[0]}"
  export ANIRECO_TEST_QDRANT_URL ANIRECO_TEST_QDRANT_KEY="of the test" ANIRECO_TEST_QDRANT_CA="$folder/ca.pem"
fi
"$1" --gtest_filter='QdrantServerTest.*'
