#!/usr/bin/env bash
# Builds the encoder's trainer beside the release program, and with --tests its test program. Nothing else links LibTorch.
#
# usage: tools/trainer.sh [--tests]
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

targets=(anireco-train)
case "${1:-}" in
  '') install_packages tool link train ;;
  --tests)
    install_packages tool link test train
    targets+=(trainer_test)
    ;;
  *) fail "usage: tools/trainer.sh [--tests]" ;;
esac
cmake --preset release -DANIRECO_TRAINER=ON >&2
build_preset release anireco "${targets[@]}"
say "ready: anireco train query --help"
