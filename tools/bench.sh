#!/usr/bin/env bash
# Speed on this machine: encoder, scan, whole searches, the server. Over the real catalogue when ../shared/data is there (imported once into
# build/bench/data), else over the starter catalogue.
#
# usage: tools/bench.sh [encoder|scan|search|serve]...      arguments after -- go to `anireco bench`
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

kinds=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do kinds+=("$1"); shift; done
[ "${1:-}" != -- ] || shift
[ "${#kinds[@]}" -gt 0 ] || kinds=(encoder scan search serve)

tools/setup.sh
forget_fetch_settings
program="$BUILD/release/anireco"
queries=tests/search/starter_requests.jsonl
if [ -f ../shared/data/catalogue.jsonl.gz ]; then
  export ANIRECO_DATA_DIR="$BUILD/bench/data"
  "$program" import ../shared/data/catalogue.jsonl.gz --relations ../shared/data/relations.tsv >&2
  queries=../shared/data/queries-dev.jsonl
fi
for kind in "${kinds[@]}"; do
  say "bench $kind"
  "$program" bench "$kind" --queries "$queries" "$@"
done
