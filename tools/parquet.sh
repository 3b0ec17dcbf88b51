#!/usr/bin/env bash
# Builds the optional module for Parquet files beside the release program, after `make setup`. Arrow comes out of the pinned pyarrow wheel.
#
# usage: tools/parquet.sh
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

install_packages tool link
[ -f "$BUILD/release/build.ninja" ] || cmake --preset release >&2
build_parquet release
say "ready: anireco export --out FILE.parquet, anireco import FILE.parquet"
