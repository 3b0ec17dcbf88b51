#!/usr/bin/env bash
# Everything that takes longer than `make test`, and the numbers this project promises. Writes docs/verification.md, to be committed with the commit it names.
#
# usage: tools/verify.sh [STEP...]     those named (see the list at the end), or all that have not passed at this commit yet, so that a run that was
#                                      interrupted goes on
# The summary says of each step at which commit it ran last; of one that this machine has not run it keeps what it said before. A step that needs ../shared/data fails without it. Logs: build/verify/STEP.log
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS="$BUILD/verify"
PROGRAM="$BUILD/release/anireco"
# The real catalogue with the words of the starter, which setup.sh puts there: what an installation has.
export ANIRECO_DATA_DIR="$LOGS/data"
# The real catalogue and nothing else.
BY_ITSELF="$LOGS/by-itself"

# What a step wants in the summary: note "hit@10 .37".
note() { printf 'note: %s\n' "$*"; }
# wanted FIGURE VALUE at_least|at_most LIMIT: notes it, with **below** or **above** where the wanted value is missed, which fails no step.
wanted() {
  local told=''
  [ -n "$2" ] || fail "no figure: $1"
  if [ "$3" = at_least ]; then
    awk -v a="$2" -v b="$4" 'BEGIN {exit !(a < b)}' && told=', **below**'
  else
    awk -v a="$2" -v b="$4" 'BEGIN {exit !(a > b)}' && told=', **above**'
  fi
  note "$1 $2 (wanted ${3/_/ } $4)$told"
}
need_shared() { [ -d ../shared/data ] || fail "../shared/data is absent"; }
json_field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

# import_real FOLDER: the real catalogue into what lies there, if anything.
import_real() {
  ANIRECO_DATA_DIR="$1" "$PROGRAM" import ../shared/data/catalogue.jsonl.gz --relations ../shared/data/relations.tsv
  real_stamp "$1" >"$1/real.stamp"
}
# What decides the catalogue of FOLDER.
real_stamp() {
  { cat ../shared/data/catalogue.jsonl.gz ../shared/data/relations.tsv tools/fetch_weights.py
    [ ! -f "$1/starter.stamp" ] || cat "$1/starter.stamp"; } | sha256sum
}
# need_real FOLDER: imports it unless it is there.
need_real() {
  need_shared
  [ "$(cat "$1/real.stamp" 2>/dev/null)" != "$(real_stamp "$1")" ] || return 0
  # What another catalogue left behind would count as part of this one.
  [ "$1" != "$BY_ITSELF" ] || rm -rf "$1"
  import_real "$1"
}

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
  rm -rf "$BY_ITSELF"
  local started=$SECONDS
  import_real "$BY_ITSELF"
  wanted "import of the real catalogue with encoding, s:" "$((SECONDS - started))" at_most 300
}

# figure FILE GROUP COLUMN: the mean in what eval printed; columns are n, hit@1, hit@10, MRR, nDCG@10, recall@50.
figure() { awk -F'\t' -v group="$2" -v column="$3" '$1 == group {split($(column + 1), cell, " "); print cell[1]}' "$1"; }

# quality_of FOLDER LABEL NAME
quality_of() {
  local search="$LOGS/$3-search" similar="$LOGS/$3-similar"
  need_real "$1"
  ANIRECO_DATA_DIR="$1" "$PROGRAM" eval search --queries ../shared/data/queries-dev.jsonl --franchises ../shared/data/franchises.tsv \
    --run "$search.run" | tee "$search.txt"
  ANIRECO_DATA_DIR="$1" "$PROGRAM" eval similar --pairs ../shared/data/recommendations.tsv --split dev --franchises ../shared/data/franchises.tsv \
    --level adult --run "$similar.run" | tee "$similar.txt"
  wanted "$2: search, English requests, hit@10" "$(figure "$search.txt" english 3)" at_least 0.50
  wanted "$2: search, English requests, MRR" "$(figure "$search.txt" english 4)" at_least 0.35
  wanted "$2: similar titles, all, nDCG@10" "$(figure "$similar.txt" all 5)" at_least 0.20
  sed "s/^/note: $2: search: /" "$search.txt"
  sed "s/^/note: $2: similar, every title ranked: /" "$similar.txt"
  ANIRECO_DATA_DIR="$1" "$PROGRAM" eval similar --pairs ../shared/data/recommendations.tsv --split dev --franchises ../shared/data/franchises.tsv |
    sed "s/^/note: $2: similar, at the default level: /"
}

step_quality() {
  note "columns: group, requests, hit@1, hit@10, MRR, nDCG@10, recall@50"
  quality_of "$BY_ITSELF" 'by itself' by-itself
  quality_of "$ANIRECO_DATA_DIR" 'with our words' with-words
}

step_speed() {
  need_real "$ANIRECO_DATA_DIR"
  "$PROGRAM" bench search --queries ../shared/data/queries-dev.jsonl --json | tee "$LOGS/bench-search.json"
  note "with our words, bench search: $(cat "$LOGS/bench-search.json")"
  wanted "bench search, p50 in ms:" "$(json_field "$LOGS/bench-search.json" p50_ms)" at_most 3
  wanted "bench search, p99 in ms:" "$(json_field "$LOGS/bench-search.json" p99_ms)" at_most 8
  "$PROGRAM" bench scan --json
  "$PROGRAM" bench encoder --json
  "$PROGRAM" bench serve --queries ../shared/data/queries-dev.jsonl --json
  tools/measure_start.py "$PROGRAM" | tee "$LOGS/start.txt"
  note "$(tail -n 1 "$LOGS/start.txt")"
  wanted "start to ready, s:" "$(sed -n 's/^start to ready \([0-9.]*\) s.*/\1/p' "$LOGS/start.txt")" at_most 1.5
  # 450 MB, in the unit that is measured.
  wanted "resident, MiB:" "$(sed -n 's/.*resident \([0-9.]*\) MiB.*/\1/p' "$LOGS/start.txt")" at_most 429
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
  need_real "$ANIRECO_DATA_DIR"
  tools/verify_levels.py --program "$PROGRAM" --requests 10000 | tee "$LOGS/levels.txt"
  note "$(tail -n 1 "$LOGS/levels.txt")"
}

step_fuzz() {
  FUZZ_SECONDS=${FUZZ_SECONDS:-600} tools/test.sh packages fuzz
  note "each fuzzer ran ${FUZZ_SECONDS:-600} s without a finding"
}

step_fresh() {
  tools/fresh.sh 2>&1 | tee "$LOGS/fresh.txt"
  grep -hE 'ready after|in the first|make test|fresh:' "$LOGS/fresh.txt" | sed 's/\x1b\[[0-9;]*m//g; s/^==> //; s/^/note: /'
}

step_image() {
  tools/image.sh 2>&1 | tee "$LOGS/image.txt"
  grep -hE 'the image:|built after|ready after|in the first|the page and' "$LOGS/image.txt" | sed 's/\x1b\[[0-9;]*m//g; s/^==> //; s/^/note: /'
}

STEPS=(tokenizer capped_isa import quality speed kills gather leaks fuzz fresh image)

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

# ", **below**" when the step noted that a wanted value was missed, or ", **above**", or both.
missed() {
  local told
  for told in below above; do
    ! grep -q "^note: .*, \*\*$told\*\*$" "$LOGS/$1.log" 2>/dev/null || printf ', **%s**' "$told"
  done
}

# What the last summary says of a step that this machine has not run: its row, and what it noted.
former=$(cat docs/verification.md 2>/dev/null || true)
former_row() { sed -n "/^| $1 | .* | .* s | .* |\$/p" <<<"$former" | sed 's/\(, another machine\)\? |$/, another machine |/'; }
notes() {
  if [ -f "$LOGS/$1.run" ]; then sed -n "s/^note: /- $1: /p" "$LOGS/$1.log"; else grep "^- $1: " <<<"$former" || true; fi
}

row() {
  if [ ! -f "$LOGS/$1.run" ]; then
    local before
    before=$(former_row "$1")
    echo "${before:-| $1 | never run | | |}"
    return
  fi
  local run
  mapfile -t run <"$LOGS/$1.run"
  echo "| $1 | ${run[1]}$(missed "$1") | ${run[2]} s | ${run[0]:0:12}${run[0]:40}, ${run[3]} |"
}

summary() {
  cat <<EOF
# Verification

What \`make verify\` found last, each step with the commit it ran at; a row that says so is of another machine than the one below. **below** and **above** say that a wanted value was missed; the lines under the table say which.
Machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1) ($(isa)), $(nproc) cores, $(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release).

| step | result | time | commit |
|---|---|---|---|
$(for step in "${STEPS[@]}"; do row "$step"; done)

$(for step in "${STEPS[@]}"; do notes "$step"; done)
EOF
}
isa() {
  if grep -q avx512_bf16 /proc/cpuinfo; then echo 'AVX-512 with BF16'; elif grep -q avx512f /proc/cpuinfo; then echo AVX-512; else echo 'AVX2, no BF16'; fi
}
summary >docs/verification.md
[ "$failures" -eq 0 ] || fail "$failures of ${#wanted[@]} steps failed"
