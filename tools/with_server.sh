#!/usr/bin/env bash
# Runs a command beside a server of its own: the starter catalogue in a folder that goes away, a free port, both ended with it.
#
# usage: tools/with_server.sh PROGRAM COMMAND...
# COMMAND sees ANIRECO_TEST_URL (http://127.0.0.1:PORT), ANIRECO_TEST_PROGRAM (absolute), ANIRECO_DATA_DIR and ANIRECO_TEST_SERVER_PID. Fails also when the server
# does not end by SIGTERM with status 0, or a sanitizer spoke.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

forget_fetch_settings
[ $# -ge 2 ] || fail "usage: tools/with_server.sh PROGRAM COMMAND..."
ANIRECO_TEST_PROGRAM=$(realpath "$1")
shift
scratch=$(mktemp -d "${TMPDIR:-/tmp}/anireco-server.XXXXXX")
export ANIRECO_TEST_PROGRAM ANIRECO_DATA_DIR="$scratch/data"
server=''
# shellcheck disable=SC2317  # called by the trap
end() {
  if [ -n "$server" ]; then kill -KILL "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap end EXIT

# Encoding takes minutes: the release program imports a catalogue once, and each server gets a copy.
build_preset release anireco
imported="$BUILD/test/starter-$(stamp_of data/starter "$BUILD/release/anireco")"
if [ ! -d "$imported" ]; then
  rm -rf "$BUILD"/test/starter-*
  ANIRECO_DATA_DIR="$scratch/import" "$BUILD/release/anireco" import data/starter/*.jsonl >"$scratch/import.log" 2>&1 ||
    { cat "$scratch/import.log" >&2; fail "the starter catalogue could not be imported"; }
  mkdir -p "$BUILD/test"
  mv "$scratch/import" "$imported"
fi
cp -r "$imported" "$ANIRECO_DATA_DIR"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export ANIRECO_TEST_URL="http://127.0.0.1:$port"
"$ANIRECO_TEST_PROGRAM" serve --port "$port" >"$scratch/server.log" 2>&1 &
server=$!
export ANIRECO_TEST_SERVER_PID=$server
for ((tries = 0; ; tries++)); do
  if python3 -c "import urllib.request as u; u.urlopen('$ANIRECO_TEST_URL/readyz', timeout=2)" 2>/dev/null; then break; fi
  kill -0 "$server" 2>/dev/null || { cat "$scratch/server.log" >&2; server=''; fail "the server ended before it was ready"; }
  [ "$tries" -lt 300 ] || { cat "$scratch/server.log" >&2; fail "the server is not ready after a minute"; }
  sleep 0.2
done

status=0
"$@" || status=$?
# Twice, as a server under make gets it.
kill -TERM "$server" 2>/dev/null || true
kill -TERM "$server" 2>/dev/null || true
ended=0
wait "$server" || ended=$?
server=''
if [ "$ended" -ne 0 ] || grep -qE 'runtime error:|ERROR: (Address|Leak|Thread|Undefined)' "$scratch/server.log"; then
  tail -n 60 "$scratch/server.log" >&2
  fail "the server ended with status $ended"
fi
[ "$status" -eq 0 ] || tail -n 20 "$scratch/server.log" >&2
exit "$status"
