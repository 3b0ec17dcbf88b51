#!/usr/bin/env bash
# Proves the two commands on a bare Debian 12: debootstrap (minbase), this commit copied in, `make run` with the starter requests
# asked, then `make test` and `make setup ENGINES=server`. Only what is committed counts. Needs root (or sudo) and a network.
#
# usage: tools/fresh.sh [--run-only] [--keep] [--no-shared] [--shell]
#   --run-only    leave all after `make run` out --keep      leave the root in place and name it
#   --no-shared   do not show ../shared inside   --shell     a shell inside instead of the two commands
#
# The mirror and its options come from apt's own settings; certificates, proxies and the settings of pip and npm are carried in.
# The bare root is kept as a tarball in ${XDG_CACHE_HOME:-~/.cache}/anireco, a week at most.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=bare.sh
. tools/bare.sh

PORT=${FRESH_PORT:-18080}
HOME_IN=/srv/anireco
run_only='' keep='' shared=1 shell=''
arguments=("$@")
for argument in "$@"; do
  case "$argument" in
    --run-only) run_only=1 ;;
    --keep) keep=1 ;;
    --no-shared) shared='' ;;
    --shell) shell=1 ;;
    *) fail "unknown argument $argument (see the head of tools/fresh.sh)" ;;
  esac
done

[ "$(id -u)" -eq 0 ] || exec sudo -E "$0" ${arguments[0]:+"${arguments[@]}"}

# Trust, names, proxies and client settings of this machine: what a user's own machine would have.
carry_in() {
  local root=$1 name
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  apt_way >"$root/etc/apt/apt.conf.d/90outer"
  # The bundle as it is, for now, and each certificate for the day ca-certificates is installed and writes the bundle anew.
  mkdir -p "$root/etc/ssl" "$root/usr/local/share/ca-certificates"
  if [ -d /etc/ssl/certs ]; then cp -rL /etc/ssl/certs "$root/etc/ssl/" 2>/dev/null || true; fi
  if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    awk -v folder="$root/usr/local/share/ca-certificates" \
      '/BEGIN CERTIFICATE/ {n++} n {print > sprintf("%s/outer-%03d.crt", folder, n)}' /etc/ssl/certs/ca-certificates.crt
  fi
  if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/pip.conf"; fi
  for name in .pip/pip.conf .config/pip/pip.conf .netrc; do
    if [ -f "$HOME/$name" ]; then install -D -m 600 "$HOME/$name" "$root/root/$name"; fi
  done
  npm_settings >"$root/root/.npmrc"
}

# The carried environment as NAME=VALUE words for env.
outer_environment() {
  env -0 | grep -zE '^(SSL_|PIP_|NODE_|npm_config_|NPM_CONFIG_|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|(http|https|no|HTTP|HTTPS|NO)_(proxy|PROXY)|ANIRECO_HUB_URL|HF_ENDPOINT)' || true
}

inside() {
  local root=$1 carried=()
  shift
  mapfile -d '' -t carried < <(outer_environment)
  chroot "$root" env -i HOME=/root USER=root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${carried[@]}" "$@"
}

# start_server ROOT LOG SECONDS: `make run` inside, until it is ready; sets READY_AFTER.
start_server() {
  local root=$1 log="$1/var/log/$2" started
  started=$(date +%s%N)
  # A session of its own, so that make and the server can be stopped together.
  export -f inside outer_environment
  setsid bash -c 'inside "$@"' bash "$root" make -C "$HOME_IN" run PORT="$PORT" >"$log" 2>&1 &
  SERVER=$!
  until python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$PORT/readyz', timeout=2)" 2>/dev/null; do
    kill -0 "$SERVER" 2>/dev/null || { tail -n 40 "$log" >&2; fail "make run ended"; }
    [ $((($(date +%s%N) - started) / 1000000000)) -lt "$3" ] ||
      { tail -n 40 "$log" >&2; fail "make run is not ready after $3 s"; }
    sleep 0.2
  done
  READY_AFTER=$(awk -v ns=$(($(date +%s%N) - started)) 'BEGIN {printf "%.1f s", ns / 1e9}')
}
stop_server() {
  kill -- "-$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
}

# Runs in a mount and process namespace of its own: what it mounts and starts ends with it.
prove() {
  local root=$1 commit=$FRESH_COMMIT status=0
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys" || true
  mount --rbind /dev "$root/dev"
  if [ -n "$shared" ] && [ -d ../shared ]; then
    mkdir -p "$root/srv/shared"
    mount --bind "$(cd ../shared && pwd)" "$root/srv/shared"
    mount -o remount,bind,ro "$root/srv/shared"
  fi
  say "what a user has: make, and the clone"
  inside "$root" apt-get -q -y update >"$root/var/log/fresh-apt.log"
  inside "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends make \
    >>"$root/var/log/fresh-apt.log" 2>&1
  git clone --quiet --no-hardlinks . "$root$HOME_IN"
  git -C "$root$HOME_IN" checkout --quiet --detach "$commit"
  if [ -n "$shell" ]; then
    inside "$root" /bin/bash -c "cd $HOME_IN && exec /bin/bash" || true
    return 0
  fi

  say "make run"
  start_server "$root" fresh-run.log 3600
  say "make run: ready after $READY_AFTER, on a bare root"
  python3 tools/ask_starter.py --url "http://127.0.0.1:$PORT" || status=1
  stop_server
  say "make run, the second time"
  start_server "$root" fresh-run-2.log 120
  say "make run, the second time: ready after $READY_AFTER"
  stop_server

  if [ -z "$run_only" ]; then
    say "make test"
    local started=$SECONDS
    inside "$root" make -C "$HOME_IN" test || status=1
    say "make test: $((SECONDS - started)) s, exit status $status"
    say "make setup ENGINES=server"
    inside "$root" make -C "$HOME_IN" setup ENGINES=server || status=1
  fi
  return "$status"
}

# Named once: commits may be made meanwhile.
export FRESH_COMMIT=${FRESH_COMMIT:-$(git rev-parse HEAD)}
if [ "${FRESH_ROOT:-}" ]; then
  prove "$FRESH_ROOT"
  exit
fi

[ -z "$(git status --porcelain --untracked-files=no)" ] || say "changes that are not committed are left out"
root=$(mktemp -d "${TMPDIR:-/var/tmp}/anireco-fresh.XXXXXX")
unpack_bare "$root"
carry_in "$root"
status=0
FRESH_ROOT=$root unshare --mount --pid --fork --kill-child --propagation private \
  "$0" ${arguments[0]:+"${arguments[@]}"} || status=$?
if [ -n "$keep" ]; then say "left in place: $root"; else rm -rf --one-file-system "$root"; fi
if [ "$status" -eq 0 ]; then say "fresh: passed at ${FRESH_COMMIT:0:12}"; else say "fresh: FAILED"; fi
exit "$status"
