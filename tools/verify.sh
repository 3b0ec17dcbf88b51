#!/usr/bin/env bash
# Everything that takes longer than `make test`, and the numbers this project promises. Writes docs/verification.md, to be committed with the commit it names.
#
# usage: tools/verify.sh [STEP...]     those named (see the list at the end), or all that have not passed at this commit yet, so that a run that was
#                                      interrupted goes on
# The summary says of each step at which commit it ran last. A step that needs ../shared/data fails without it. Logs: build/verify/STEP.log
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS="$BUILD/verify"
PROGRAM="$BUILD/release/anireco"
export ANIRECO_DATA_DIR="$LOGS/data"

# What a step wants in the summary: note "hit@10 .37 (wanted .36)".
note() { printf 'note: %s\n' "$*"; }
need_shared() { [ -d ../shared/data ] || fail "../shared/data is absent"; }

step_tokenizer() {
  need_shared
  cmake --build "$BUILD/release" --target tokenizer_dump
  python3 -m venv "$LOGS/tokenizers"
  "$LOGS/tokenizers/bin/pip" install --quiet --disable-pip-version-check tokenizers
  "$LOGS/tokenizers/bin/python" tools/verify_tokenizer.py --dump "$BUILD/release/src/text/tokenizer_dump" \
    --model "$BUILD/models/all-MiniLM-L6-v2" --code-points ../shared/data tests/data/tokenizer_torture.txt | tee "$LOGS/tokenizer.txt"
  note "$(tail -n 1 "$LOGS/tokenizer.txt")"
}

# The encoder's tests once more as a CPU without AVX-512 would run them.
step_capped_isa() {
  build_preset dev encoder_test tensor_test
  ONEDNN_MAX_CPU_ISA=AVX2 "$(find "$BUILD/dev" -name encoder_test -type f)"
  note "encoder tests pass with oneDNN held to AVX2"
}

step_import() {
  need_shared
  rm -rf "$ANIRECO_DATA_DIR"
  local started=$SECONDS
  "$PROGRAM" import ../shared/data/catalogue.jsonl.gz --relations ../shared/data/relations.tsv
  note "import of the real catalogue with encoding: $((SECONDS - started)) s (wanted 300)"
}

step_quality() {
  need_shared
  "$PROGRAM" eval search --queries ../shared/data/queries-dev.jsonl --franchises ../shared/data/franchises.tsv --run "$LOGS/search.run" | tee "$LOGS/search.txt"
  "$PROGRAM" eval similar --pairs ../shared/data/recommendations.tsv --split dev --franchises ../shared/data/franchises.tsv \
    --run "$LOGS/similar.run" | tee "$LOGS/similar.txt"
  sed 's/^/note: /' "$LOGS/search.txt" "$LOGS/similar.txt"
}

step_speed() {
  need_shared
  "$PROGRAM" bench search --queries ../shared/data/queries-dev.jsonl --json | tee "$LOGS/bench-search.json"
  note "bench search: $(cat "$LOGS/bench-search.json")"
  "$PROGRAM" bench scan --json
  "$PROGRAM" bench encoder --json
  "$PROGRAM" bench serve --queries ../shared/data/queries-dev.jsonl --json
  tools/measure_start.py "$PROGRAM" | tee "$LOGS/start.txt"
  note "$(tail -n 1 "$LOGS/start.txt")"
}

step_kills() {
  cmake --build "$BUILD/release" --target import_probe
  tools/verify_kills.py --program "$PROGRAM" --probe "$BUILD/release/tests/import_probe" --model "$BUILD/models/all-MiniLM-L6-v2" \
    --kills 20 data/starter/*.jsonl | tee "$LOGS/kills.txt"
  note "$(tail -n 1 "$LOGS/kills.txt")"
}

step_gather() {
  cmake --build "$BUILD/release" --target import_probe
  tests/gather/kill_gather.py --program "$PROGRAM" --probe "$BUILD/release/tests/import_probe" --titles 20000 --kills 10 | tee "$LOGS/gather.txt"
  note "gather of 20,000 made-up titles from stand-ins of five sources, $(sed -n 1p "$LOGS/gather.txt")"
  note "$(tail -n 1 "$LOGS/gather.txt")"
}

step_leaks() {
  need_shared
  tools/verify_levels.py --program "$PROGRAM" --requests 10000 | tee "$LOGS/levels.txt"
  note "$(tail -n 1 "$LOGS/levels.txt")"
}

step_fuzz() {
  FUZZ_SECONDS=${FUZZ_SECONDS:-600} tools/test.sh fuzz
  note "each fuzzer ran ${FUZZ_SECONDS:-600} s without a finding"
}

step_fresh() {
  tools/fresh.sh 2>&1 | tee "$LOGS/fresh.txt"
  grep -hE 'ready after|in the first|make test|fresh:' "$LOGS/fresh.txt" | sed 's/\x1b\[[0-9;]*m//g; s/^==> //; s/^/note: /'
}

STEPS=(tokenizer capped_isa import quality speed kills gather leaks fuzz fresh)

commit=$(git rev-parse HEAD)
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then commit+=' with uncommitted changes'; fi
# A step's last run, as COMMIT, RESULT, SECONDS and DATE on lines of their own.
passed_here() { [ "$(sed -n '1p;2p' "$LOGS/$1.run" 2>/dev/null)" = "$commit"$'\n'passed ]; }

mkdir -p "$LOGS"
wanted=("$@")
if [ $# -eq 0 ]; then
  for step in "${STEPS[@]}"; do passed_here "$step" || wanted+=("$step"); done
fi
say "verifying $commit: ${wanted[*]:-nothing is left}; logs under ${LOGS#"$ROOT"/}"
tools/setup.sh
forget_fetch_settings
failures=0
for step in ${wanted[0]:+"${wanted[@]}"}; do
  declare -F "step_$step" >/dev/null || fail "no step $step"
  say "$step"
  started=$SECONDS status=0
  # In the background, because a function tested by || would run without set -e.
  (step_"$step") >"$LOGS/$step.log" 2>&1 </dev/null &
  wait $! || status=$?
  result=passed
  if [ "$status" -ne 0 ]; then
    result='**failed**' failures=$((failures + 1))
    tail -n 30 "$LOGS/$step.log" >&2
  fi
  printf '%s\n' "$commit" "$result" $((SECONDS - started)) "$(date -u +%Y-%m-%d)" >"$LOGS/$step.run"
  say "$step: $result after $((SECONDS - started)) s"
done

row() {
  if [ ! -f "$LOGS/$1.run" ]; then
    echo "| $1 | not run here | | |"
    return
  fi
  local run
  mapfile -t run <"$LOGS/$1.run"
  echo "| $1 | ${run[1]} | ${run[2]} s | ${run[0]:0:12}${run[0]:40}, ${run[3]} |"
}

summary() {
  cat <<EOF
# Verification

What \`make verify\` found last, each step with the commit it ran at.
Machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1) ($(isa)), $(nproc) cores, $(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release).

| step | result | time | commit |
|---|---|---|---|
$(for step in "${STEPS[@]}"; do row "$step"; done)

$(for step in "${STEPS[@]}"; do if [ -f "$LOGS/$step.run" ]; then sed -n "s/^note: /- $step: /p" "$LOGS/$step.log"; fi; done)
EOF
}
isa() {
  if grep -q avx512_bf16 /proc/cpuinfo; then echo 'AVX-512 with BF16'; elif grep -q avx512f /proc/cpuinfo; then echo AVX-512; else echo 'AVX2, no BF16'; fi
}
summary >docs/verification.md
[ "$failures" -eq 0 ] || fail "$failures of ${#wanted[@]} steps failed"
