#!/usr/bin/env bash
# Every check a change must pass, in stages, the quickest first; stops at the first stage that fails. `.ci/run` calls it.
#
# usage: tools/test.sh [STAGE...]     all stages, or those named (see the list at the end)
# With CI set, what would be skipped because ../shared is absent fails instead. FUZZ_SECONDS: time for each fuzzer (20).
# Logs: build/test/STAGE.log
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

LOGS="$BUILD/test"
DEV="$BUILD/dev/anireco"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=$ROOT/tests/lsan.supp:print_suppressions=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"

stage_packages() {
  install_packages tool link test train fuzz
}

stage_sources() {
  if [ ! -d ../shared/data ]; then
    [ -z "${CI:-}" ] || fail "../shared/data is absent: tests would be skipped"
    say "../shared is absent: the tests that need it are skipped"
  fi
  local checked=0 script excluded=()
  tools/check_includes.py
  tools/check_files.py
  tools/check_starter.py
  if [ -d ../shared/data ]; then excluded=(--exclude ../shared/data/no-train-franchises.txt ../shared/data/franchises.tsv); fi
  tools/check_training.py "${excluded[@]}"
  tools/third_party_notices.py --check
  tools/format.sh --check
  checked=$((checked + 6))
  for script in tools/*.sh deploy/*.sh tests/deploy/*.sh .ci/run; do
    shellcheck -x "$script"
    checked=$((checked + 1))
  done
  if [ -x ../shared/tools/originality.py ]; then
    ../shared/tools/originality.py data/starter/*.jsonl data/training/*.jsonl
    checked=$((checked + 1))
  fi
  python3 -m unittest discover --start-directory tests/tools --pattern 'test_*.py'
  echo "$checked passed, 0 failed"
}

stage_page() {
  use_node
  cd web
  npm ci --no-fund --no-audit --loglevel=error
  npm run lint
  npm test
  npm run build
}

stage_unit() {
  # Its tests would be skipped.
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || [ -z "${CI:-}" ] || fail "there is no PostgreSQL server"
  python3 tools/fetch_weights.py
  forget_fetch_settings
  build_preset dev all
  ctest --test-dir "$BUILD/dev" --parallel "$JOBS" --output-on-failure --timeout 900
  # GoogleTest's own closing lines, which ctest keeps to itself.
  grep -hE '^\[  (PASSED|FAILED|SKIPPED)' "$BUILD/dev/Testing/Temporary/LastTest.log"
}

stage_http() {
  forget_fetch_settings
  build_preset dev anireco
  ANIRECO_TEST_PROGRAM="$DEV" tests/api/run.sh
}

# The program gathering from stand-ins of all sources, undisturbed, disturbed and killed.
stage_gather() {
  build_preset dev anireco import_probe
  tests/gather/run.sh "$DEV" "$BUILD/dev/tests/import_probe"
}

stage_exchange() {
  forget_fetch_settings
  build_preset dev anireco
  build_parquet dev
  tests/exchange/run.sh "$DEV"
}

# The adapter of Qdrant against the server at ANIRECO_TEST_QDRANT_URL, or a stand-in.
stage_qdrant() {
  build_preset dev ingest_test
  tests/qdrant/run.sh "$BUILD/dev/src/ingest/ingest_test"
}

# Several processes together: an encoder elsewhere, PostgreSQL and Qdrant (its stand-in, or the server of ANIRECO_TEST_QDRANT_URL).
stage_server() {
  python3 tools/fetch_weights.py
  forget_fetch_settings
  build_preset dev anireco
  tests/server/run.sh "$DEV"
}

stage_answers() {
  build_preset dev anireco
  tools/with_server.sh "$DEV" tools/ask_starter.py
  echo "1 passed, 0 failed"
}

# The files of deploy/, looked at by the tools they are for.
stage_deploy() {
  build_preset dev anireco
  ANIRECO_TEST_PROGRAM="$DEV" tests/deploy/run.sh
}

stage_browser() {
  use_node
  build_preset dev anireco
  [ -f web/dist/index.html ] || (cd web && npm ci --no-fund --no-audit --loglevel=error && npm run build)
  # shellcheck disable=SC2016  # the inner shell's variable
  tools/with_server.sh "$DEV" bash -c 'cd web && ANIRECO_BASE_URL="$ANIRECO_TEST_URL" npm run e2e'
}

stage_readme() {
  use_node
  build_preset release anireco
  tools/with_server.sh "$BUILD/release/anireco" tools/check_readme.py
}

# The trainer, the only program with LibTorch: what it learns, that it goes on where it stopped, and that nothing else links it.
stage_training() {
  tools/trainer.sh --tests
  tools/check_linked.py "$BUILD/release/anireco"
  "$(find "$BUILD/release" -name trainer_test -type f -perm -u+x)" --gtest_brief=1
  tools/with_server.sh "$BUILD/release/anireco" python3 tests/training/test_train.py
  ANIRECO_TEST_PROGRAM="$BUILD/release/anireco" python3 tests/training/test_triplet.py
}

# run_each FUNCTION ITEM...: calls FUNCTION ITEM for each, $JOBS at once; the output of each appears whole, when it ends. Fails when one does.
run_each() {
  local function=$1 item running=0 status=0
  shift
  for item in "$@"; do
    if [ "$running" -lt "$JOBS" ]; then running=$((running + 1)); else wait -n || status=1; fi
    { local output ended=0
      output=$("$function" "$item" 2>&1) || ended=$?
      printf '%s\n' "$output"
      exit "$ended"; } &
  done
  for ((; running > 0; running--)); do wait -n || status=1; done
  return "$status"
}

fuzz_one() {
  local name inputs
  name=$(basename "$1" _fuzz)
  inputs=("$BUILD/fuzz/corpus/$name")
  mkdir -p "${inputs[0]}" "$BUILD/fuzz/found"
  if [ -d "tests/fuzz/corpus/$name" ]; then inputs+=("tests/fuzz/corpus/$name"); fi
  say "fuzzing $name"
  "$1" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$BUILD/fuzz/found/$name-" "${inputs[@]}" 2>&1 | tail -n 12
}

stage_fuzz() {
  build_preset fuzz fuzzers
  local fuzzers
  mapfile -t fuzzers < <(find "$BUILD/fuzz/tests/fuzz" -name '*_fuzz' -type f -perm -u+x | sort)
  [ "${#fuzzers[@]}" -gt 0 ] || fail "no fuzzer was built"
  run_each fuzz_one "${fuzzers[@]}"
  echo "${#fuzzers[@]} passed, 0 failed"
}

# The parts with threads. Races inside libgomp and libdnnl, which TSan cannot see through, are in tests/tsan.supp; nothing of ours is.
TSAN_TESTS=(base_test tensor_test encoder_test index_test ingest_test api_test)

thread_test() {
  local without_aslr=()
  # GCC 12's runtime gives up on kernels with much address randomisation.
  if setarch "$(uname -m)" -R true 2>/dev/null; then without_aslr=(setarch "$(uname -m)" -R); fi
  say "$1"
  TSAN_OPTIONS="suppressions=$ROOT/tests/tsan.supp halt_on_error=1 second_deadlock_stack=1" \
    "${without_aslr[@]}" "$(find "$BUILD/tsan" -name "$1" -type f -perm -u+x)" --gtest_brief=1
}

stage_threads() {
  local program built=()
  cmake --preset tsan >/dev/null
  for program in "${TSAN_TESTS[@]}"; do
    if ninja -C "$BUILD/tsan" -t query "$program" >/dev/null 2>&1; then built+=("$program"); fi
  done
  build_preset tsan "${built[@]}"
  run_each thread_test "${built[@]}"
}

STAGES=(packages sources page unit http deploy gather exchange qdrant server answers browser readme training fuzz threads)

if [ $# -gt 0 ]; then STAGES=("$@"); fi
mkdir -p "$LOGS"
passed=0 failed=0 skipped=0 table=''
begin=$SECONDS
for stage in "${STAGES[@]}"; do
  declare -F "stage_$stage" >/dev/null || fail "no stage $stage"
  printf '== %-9s ' "$stage"
  started=$SECONDS status=0
  # In the background, because a function tested by || would run without set -e.
  (stage_"$stage") >"$LOGS/$stage.log" 2>&1 </dev/null &
  wait $! || status=$?
  read -r p f s < <(python3 tools/count_results.py "$LOGS/$stage.log")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  seconds=$((SECONDS - started))
  if [ "$status" -ne 0 ]; then
    [ "$f" -gt 0 ] || failed=$((failed + 1))
    printf 'FAILED after %d s (status %d)\n' "$seconds" "$status"
    tail -n 100 "$LOGS/$stage.log"
    printf '\n%sstage %s failed; its log is build/test/%s.log\n' "$table" "$stage" "$stage"
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    exit 1
  fi
  printf 'ok %4d s  %d passed%s\n' "$seconds" "$p" "$([ "$s" -eq 0 ] || echo ", $s skipped")"
  table+=$(printf '  %-9s %5d s\n ' "$stage" "$seconds")
done
printf 'all stages: %d s\n' $((SECONDS - begin))
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
