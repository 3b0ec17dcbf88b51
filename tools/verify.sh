#!/usr/bin/env bash
# Everything that takes longer than `make test`, and the numbers this project promises. Writes docs/verification.md, to be committed with the commit it names.
#
# usage: tools/verify.sh [STEP...]     all steps, or those named (see the list at the end); only a run of all writes the summary
# A step that needs ../shared/data fails without it. Logs: build/verify/STEP.log
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS="$BUILD/verify"
PROGRAM="$BUILD/release/anireco"
SHARED="$(cd .. && pwd)/shared"
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
  local files=(data/starter/*.jsonl)
  if [ -d ../shared/data ]; then files=(../shared/data/catalogue.jsonl.gz); fi
  tools/verify_kills.py --program "$PROGRAM" --probe "$BUILD/release/tests/import_probe" --model "$BUILD/models/all-MiniLM-L6-v2" \
    --kills 20 "${files[@]}" | tee "$LOGS/kills.txt"
  note "$(tail -n 1 "$LOGS/kills.txt")"
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

STEPS=(tokenizer capped_isa import quality speed kills leaks fuzz fresh)

whole=1
if [ $# -gt 0 ]; then STEPS=("$@") whole=''; fi
mkdir -p "$LOGS"
commit=$(git rev-parse HEAD)
clean=$([ -z "$(git status --porcelain --untracked-files=no)" ] && echo clean || echo 'with uncommitted changes')
say "verifying $commit ($clean), logs under ${LOGS#"$ROOT"/}"
tools/setup.sh
forget_fetch_settings
rows='' notes='' failures=0
for step in "${STEPS[@]}"; do
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
  rows+="| $step | $result | $((SECONDS - started)) s |"$'\n'
  notes+=$(sed -n "s/^note: /- $step: /p" "$LOGS/$step.log")$'\n'
  say "$step: $result after $((SECONDS - started)) s"
done

summary() {
  cat <<EOF
# Verification

\`make verify\` at commit \`$commit\` ($clean), $(date -u +%Y-%m-%d).
Machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release).
Data: $([ -d "$SHARED/data" ] && echo 'the real catalogue' || echo 'the starter catalogue only').

| step | result | time |
|---|---|---|
$rows
$(sed '/^$/d' <<<"$notes")
EOF
}
if [ -n "$whole" ]; then summary >docs/verification.md; else summary; fi
[ "$failures" -eq 0 ] || fail "$failures of ${#STEPS[@]} steps failed"
