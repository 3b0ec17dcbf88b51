#!/bin/sh
# What the image starts: any command of the program. With ANIRECO_STARTER=on an empty catalogue is filled with the starter titles first,
# beside the server, which answers by words at once and by meaning when all are encoded (some minutes).
set -eu
starter=${ANIRECO_STARTER:-off}
# The program refuses settings it does not know.
unset ANIRECO_STARTER
if [ "${1:-}" = serve ] && [ "$starter" = on ] && [ ! -e "$ANIRECO_DATA_DIR/catalogue.sqlite" ]; then
  nice anireco import /opt/anireco/data/starter/*.jsonl &
fi
exec anireco "$@"
