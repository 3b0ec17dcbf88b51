#!/usr/bin/env bash
# The files of deploy/, looked at by the tools of those they are for: hadolint, Caddy, systemd, and our own look at what they name.
#
# usage: tests/deploy/run.sh
# shellcheck source-path=SCRIPTDIR source=../../tools/lib.sh
. "$(dirname "$0")/../../tools/lib.sh"

prepare_test_venv
bin="$BUILD/test-venv/bin"
"$bin/hadolint" deploy/Dockerfile
ANIRECO_SITE=anime.example.org "$bin/caddy" validate --config deploy/Caddyfile --adapter caddyfile 2>&1 | tail -n 1 | grep -x 'Valid configuration'
"$bin/caddy" fmt deploy/Caddyfile | cmp - deploy/Caddyfile
if have systemd-analyze; then
  # The program is not installed here; all else must be right.
  told=$(systemd-analyze verify deploy/*.service deploy/*.timer 2>&1 | grep -v 'is not executable' || true)
  [ -z "$told" ] || fail "$told"
fi
"$bin/python" -m unittest discover --start-directory tests/deploy --pattern 'test_*.py'
