#!/usr/bin/env bash
# Sets up everything `make run` needs, each step only when it is not done yet:
# packages, release build, encoder weights, page, starter catalogue. Nothing is installed outside build/ but Debian packages.
#
# usage: tools/setup.sh
# ANIRECO_WEIGHTS   folder that has the weights already        ANIRECO_DATA_DIR  where the catalogue lies
# ANIRECO_HUB_URL   model hub to ask when pip has no weights
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

PROGRAM="$BUILD/release/anireco"

# A second set-up of the same tree waits for the first.
mkdir -p "$STAMPS"
exec 9>"$STAMPS/setup.lock"
flock 9

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

set_up_starter() {
  local data_dir wanted
  data_dir=$("$PROGRAM" config | awk -F'\t' '$1 == "data_dir" {print $2}')
  [ -n "$data_dir" ] || fail "anireco config names no data_dir"
  wanted=$(stamp_of data/starter tools/fetch_weights.py)
  [ "$(cat "$data_dir/starter.stamp" 2>/dev/null)" = "$wanted" ] && return 0
  say "importing the starter catalogue into $data_dir"
  "$PROGRAM" import data/starter/*.jsonl >&2
  printf '%s\n' "$wanted" >"$data_dir/starter.stamp"
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
say "starter catalogue"
set_up_starter
