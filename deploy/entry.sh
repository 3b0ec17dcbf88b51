#!/bin/sh
# What the image starts: any command of the program. With STARTER_TITLES=on an empty catalogue is filled with the starter titles first,
# beside the server, which answers by words at once and by meaning when all are encoded (some minutes). What was interrupted goes on at the
# next start. The name has no ANIRECO_ before it: the program refuses settings it does not know, also in commands run beside the server.
set -eu
catalogue="$ANIRECO_DATA_DIR/catalogue.sqlite"
# On servers the folder has no catalogue: this says that the starter titles were brought to them.
[ -z "${ANIRECO_DATABASE_URL:-}${ANIRECO_DATABASE_URL_FILE:-}" ] || catalogue="$ANIRECO_DATA_DIR/starter-imported"
# There from before the first title until after the last; the server makes the catalogue itself, so that one says nothing.
unfinished="$ANIRECO_DATA_DIR/starter-unfinished"
if [ "${1:-}" = serve ] && [ "${STARTER_TITLES:-off}" = on ]; then
  if [ ! -e "$catalogue" ] || [ -e "$unfinished" ]; then
    : >"$unfinished"
    { nice anireco import /opt/anireco/data/starter/*.jsonl && { [ -e "$catalogue" ] || : >"$catalogue"; } && rm -f "$unfinished"; } &
  fi
fi
exec anireco "$@"
