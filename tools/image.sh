#!/usr/bin/env bash
# Builds deploy/Dockerfile where there is no Docker, by buildah, then starts the image as deploy/compose.yaml confines it (its own user, a root that is only
# read, no capabilities, one volume) on a network of its own that reaches nobody, and asks it. Needs root (or sudo), a network for the build, 4 GB of disk.
#
# usage: tools/image.sh [--to FILE]
#   --to FILE   writes the image there too, for `docker load`; its name is anireco:local, as in deploy/compose.yaml
#
# The base is a debootstrap (minbase) in debian:12-slim's stead. Certificates, proxies and the settings of apt, pip and npm are mounted while it builds: of them only
# empty files are left in the image, and the mirror's address.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=bare.sh
. tools/bare.sh

IMAGE=anireco:local
DOCKERFILE=deploy/Dockerfile
to=''
while [ $# -gt 0 ]; do
  case "$1" in
    # lib.sh has changed the folder.
    --to) to=$(cd "$OLDPWD" && realpath "${2:?a file}"); shift ;;
    *) fail "unknown argument $1 (see the head of tools/image.sh)" ;;
  esac
  shift
done
[ ! -e "$to" ] || fail "there is a $to already"

[ "$(id -u)" -eq 0 ] || exec sudo -E "$ROOT/tools/image.sh" ${to:+--to "$to"}

# A store of its own, by copies: overlays are not to be had inside every container.
store() { buildah --root "$scratch/store" --runroot "$scratch/runroot" --storage-driver vfs "$@"; }

make_base_image() {
  local container root
  container=$(store from scratch)
  root=$(store mount "$container")
  # What Debian's slim image leaves out.
  unpack_bare "$root" --exclude './dev/*' --exclude './var/lib/apt/lists/*' --exclude './var/cache/apt/archives/*.deb' --exclude './usr/share/man/*' \
    --exclude './usr/share/info/*' --exclude './usr/share/locale/*' --exclude './usr/share/doc/*/[!c]*' --exclude './usr/share/doc/*/changelog*'
  printf 'path-exclude /usr/share/%s/*\n' man info locale doc >"$root/etc/dpkg/dpkg.cfg.d/slim"
  echo 'path-include /usr/share/doc/*/copyright' >>"$root/etc/dpkg/dpkg.cfg.d/slim"
  # And what it sets for apt.
  cat >"$root/etc/apt/apt.conf.d/docker-clean" <<'EOF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
EOF
  store config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd bash "$container"
  store umount "$container" >/dev/null
  store commit --quiet "$container" "docker.io/library/$(sed -n 's/^FROM \(debian:\S*\)$/\1/p' "$DOCKERFILE")" >/dev/null
  store rm "$container" >/dev/null
}

# pip's settings from its files and its environment, without those that name files of this machine.
pip_settings() {
  echo '[global]'
  python3 -m pip config list 2>/dev/null | python3 -c '
import ast, re, sys
kept = {}
for name, value in re.findall(r"^([^=]*)=(.*)$", sys.stdin.read(), re.M):
    name = name.rpartition(".")[2]
    if name in ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout", "retries"):
        kept[name] = ast.literal_eval(value).replace("\n", "\n  ")
for name, value in kept.items():
    print(f"{name} = {value}")'
}

# The way to the registries, into a folder that is mounted at /mnt.
write_way() {
  local folder=$1
  mkdir "$folder"
  apt_way >"$folder/apt.conf"
  pip_settings >"$folder/pip.conf"
  npm_settings >"$folder/npmrc"
  if [ -f "$HOME/.netrc" ]; then cp "$HOME/.netrc" "$folder/netrc"; else : >"$folder/netrc"; fi
  if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$folder/certificates.crt"
    echo 'Acquire::https::CAInfo "/mnt/certificates.crt";' >>"$folder/apt.conf"
    echo 'cert = /mnt/certificates.crt' >>"$folder/pip.conf"
    echo 'cafile=/mnt/certificates.crt' >>"$folder/npmrc"
  fi
}

build_image() {
  local way="$scratch/way"
  # Docker's format: OCI's has no health check.
  write_way "$way"
  store bud --isolation chroot --network host --pull-never --format docker --tag "$IMAGE" --file "$DOCKERFILE" \
    --volume "$way:/mnt:ro" --volume "$way/apt.conf:/etc/apt/apt.conf.d/90outer:ro" --volume "$way/pip.conf:/etc/pip.conf:ro" \
    --volume "$way/npmrc:/root/.npmrc:ro" --volume "$way/netrc:/root/.netrc:ro" . >"$scratch/build.log" 2>&1 ||
    { tail -n 40 "$scratch/build.log" >&2; fail "the image could not be built"; }
}

# said FIELD: what the image says of itself, one word a line.
said() { store inspect --type image --format "{{range .Docker.Config.$1}}{{println .}}{{end}}" "$IMAGE" | sed '/^$/d'; }

look_at_image() {
  local root=$1 tool left
  say "the image: $(store images --format '{{.Size}}' "$IMAGE"), user $user, $(wc -l <"$root/opt/anireco/packages.txt") packages for the program's libraries"
  for tool in cc gcc c++ g++ cpp clang as ld make ninja cmake pip pip3 python3 node npm; do
    ! chroot "$root" /bin/sh -c "command -v $tool" >/dev/null || fail "the image has $tool"
  done
  tools/fetch_weights.py --check --to "$root/opt/anireco/build/models/all-MiniLM-L6-v2" || fail "the image has not the encoder's weights"
  left=$(find "$root"/mnt/* "$root"/root/.n* "$root/etc/pip.conf" "$root/etc/apt/apt.conf.d/90outer" -size +0 2>/dev/null || true)
  [ -z "$left" ] || fail "settings of this machine are left in the image: $left"
}

page() { python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen("http://127.0.0.1:8080" + sys.argv[1], timeout=10).read())' "$1"; }

seconds_since() { awk -v ns=$(($(date +%s%N) - $1)) 'BEGIN {printf "%.1f s", ns / 1e9}'; }

# until_true WORD SECONDS COMMAND...: waits until COMMAND succeeds, while the server lives, and says how long that was after the start.
until_true() {
  local word=$1 seconds=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || { tail -n 20 "$scratch/server.log" >&2; fail "the server ended before it was $word"; }
    [ $((($(date +%s%N) - started) / 1000000000)) -lt "$seconds" ] || { tail -n 20 "$scratch/server.log" >&2; fail "the server is not $word after $seconds s"; }
    sleep 0.1
  done
  say "$word after $(seconds_since "$started")"
}

# start SECONDS: the server, until the image's own check finds it healthy, and until it is ready.
start() {
  started=$(date +%s%N)
  "${inside[@]}" "${entry[@]}" >>"$scratch/server.log" 2>&1 &
  server=$!
  until_true healthy 60 "${inside[@]}" "${health[@]}"
  until_true ready "$1" page /readyz
}
stop() {
  local status=0
  kill -TERM "$server"
  wait "$server" || status=$?
  [ "$status" -eq 0 ] || { tail -n 20 "$scratch/server.log" >&2; fail "the server ended with status $status"; }
}

# Runs in namespaces of its own for mounts, processes and the network: what it mounts and starts ends with it.
try_image() {
  local root=$1 user group server started entry environment health inside name
  mapfile -t entry < <(said Entrypoint; said Cmd)
  mapfile -t environment < <(said Env)
  mapfile -t health < <(said Healthcheck.Test | sed 1d)
  user=$(store inspect --type image --format '{{.Docker.Config.User}}' "$IMAGE")
  group=$(chroot "$root" id -g "$user")
  # What a command in the image begins with: its user, no capabilities, and its environment with that of compose.yaml's profile embedded.
  inside=(chroot "$root" setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all
    env -i "${environment[@]}" STARTER_TITLES=on ANIRECO_RATE_LIMIT=off ANIRECO_CONNECTIONS_PER_ADDRESS=off)
  look_at_image "$root"
  ip link set lo up
  # A new volume begins with the folder of the image.
  cp -a "$root/var/lib/anireco" "$scratch/volume"
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --bind "$scratch/volume" "$root/var/lib/anireco"

  ! "${inside[@]}" "${health[@]}" || fail "the image is healthy before it runs"
  # An empty volume: ready once the starter titles are found by words.
  start 1200
  # The page, and what it loads.
  page / >"$scratch/page.html"
  grep -oE '(src|href)="/[^"]+"' "$scratch/page.html" | cut -d'"' -f2 >"$scratch/names"
  while read -r name; do page "$name" >/dev/null || fail "$name is not served"; done <"$scratch/names"
  say "the page and $(wc -l <"$scratch/names") files that it names are served"
  "${inside[@]}" anireco config >/dev/null || fail "commands do not run beside the server"
  python3 tools/ask_starter.py
  until_true filled 1200 test ! -e "$scratch/volume/starter-unfinished"
  stop
  say "the second start"
  start 60
  python3 tools/ask_starter.py --vectors 0
  stop
}

if [ "${IMAGE_SCRATCH:-}" ]; then
  scratch=$IMAGE_SCRATCH
  try_image "$IMAGE_ROOT"
  exit
fi

install_packages image
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/anireco-image.XXXXXX")
# shellcheck disable=SC2317  # called by the trap
end() {
  store rm --all >/dev/null 2>&1 || true
  rm -rf --one-file-system "$scratch"
}
trap end EXIT
make_base_image
say "building the image"
build_image
say "built after $SECONDS s"
root=$(store mount "$(store from "$IMAGE")")
IMAGE_SCRATCH=$scratch IMAGE_ROOT=$root unshare --mount --pid --net --fork --kill-child --propagation private "$ROOT/tools/image.sh"
if [ "$to" ]; then store push --quiet "$IMAGE" "docker-archive:$to:$IMAGE"; fi
say "image: passed at $(git rev-parse --short HEAD)"
