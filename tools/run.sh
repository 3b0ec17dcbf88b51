#!/usr/bin/env bash
# Sets up what is missing, then serves page and API until stopped (Ctrl-C).
#
# usage: tools/run.sh      HOST=127.0.0.1 PORT=8080 and LAN=1 (all addresses of this machine) come from the environment
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

tools/setup.sh --serve-soon
forget_fetch_settings
host=${HOST:-}
[ "${LAN:-0}" = 0 ] || [ -z "${LAN:-}" ] || host=${host:-0.0.0.0}
exec "$BUILD/release/anireco" serve ${host:+--host "$host"} ${PORT:+--port "$PORT"}
