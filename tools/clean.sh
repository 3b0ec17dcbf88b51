#!/usr/bin/env bash
# Removes what builds made. Weights, a fetched Node and a fetched Arrow stay, since only the network can bring them back; so does the catalogue.
#
# usage: tools/clean.sh
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

rm -rf web/dist web/node_modules
[ ! -d "$BUILD" ] || find "$BUILD" -mindepth 1 -maxdepth 1 ! -name models ! -name node ! -name arrow -exec rm -rf {} +
