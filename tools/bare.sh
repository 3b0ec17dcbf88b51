# shellcheck shell=bash
# What tools/fresh.sh and tools/image.sh share: a bare Debian 12, and this machine's mirror. To be sourced after lib.sh.

RELEASE=bookworm

# apt's own repositories of the release as "SUITE URI", in order, without those of other origins.
repositories() {
  # shellcheck disable=SC2016  # apt's own variables
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v release="$RELEASE" '$2 == "main" && ($1 == release || $1 ~ "^" release "-") {print $1, $3}' | sort -u
}

make_base() {
  local base=$1 mirror work
  mirror=$(repositories | awk -v release="$RELEASE" '$1 == release {print $2; exit}')
  [ -n "$mirror" ] || fail "apt's settings name no mirror of $RELEASE"
  install_packages root
  say "debootstrap of $RELEASE"
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/anireco-base.XXXXXX")
  debootstrap --variant=minbase "$RELEASE" "$work" "$mirror" >"$work.log" 2>&1 ||
    { tail -n 20 "$work.log" >&2; fail "debootstrap failed; its log is $work.log"; }
  mkdir -p "$(dirname "$base")"
  tar -C "$work" -cf "$base.new" .
  mv "$base.new" "$base"
  rm -rf "$work" "$work.log"
}

# unpack_bare FOLDER [TAR OPTION...]: the bare system (minbase), kept as a tarball in ${XDG_CACHE_HOME:-~/.cache}/anireco, a week at most;
# its sources are this machine's.
unpack_bare() {
  local root=$1 base="${XDG_CACHE_HOME:-$HOME/.cache}/anireco/fresh-$RELEASE.tar"
  shift
  if [ ! -f "$base" ] || [ -n "$(find "$base" -mtime +7)" ]; then make_base "$base"; fi
  tar -C "$root" "$@" -xf "$base"
  chmod 755 "$root"
  repositories | sed -E 's/^(\S+) (\S+)$/deb \2 \1 main/' >"$root/etc/apt/sources.list"
}

# What apt has been told about the way to its mirror.
apt_way() { apt-config dump | grep -E '^Acquire::(http|https|Check)' || true; }

# Files that npm reads here, in its order.
npm_settings() {
  local name files=("$HOME/.npmrc")
  if have npm; then files=("$(npm config get globalconfig)" "${files[@]}"); fi
  for name in "${files[@]}"; do
    if [ -f "$name" ]; then
      cat "$name"
      echo
    fi
  done
}
