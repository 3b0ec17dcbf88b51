#!/usr/bin/env bash
# Sets up what is missing, then serves page and API until stopped (Ctrl-C).
#
# usage: tools/run.sh      HOST=127.0.0.1 PORT=8080, LAN=1 (all addresses of this machine) and ENGINES=server come from the environment
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=servers.sh
. tools/servers.sh

tools/setup.sh --serve-soon
forget_fetch_settings
check_engines
[ "$ENGINES" != server ] || use_servers "$BUILD/release/anireco"
host=${HOST:-}
[ "${LAN:-0}" = 0 ] || [ -z "${LAN:-}" ] || host=${host:-0.0.0.0}
exec "$BUILD/release/anireco" serve ${host:+--host "$host"} ${PORT:+--port "$PORT"}
