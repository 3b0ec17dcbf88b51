# shellcheck shell=bash
# ENGINES=server: where PostgreSQL and Qdrant are; to be sourced after lib.sh.

SERVER_ROLE=anireco

# check_engines: ENGINES is set, to a word that is known.
check_engines() {
  ENGINES=${ENGINES:-embedded}
  case "$ENGINES" in embedded | server) ;; *) fail "ENGINES is embedded or server, not $ENGINES" ;; esac
}

as_postgres() { as_root runuser -u postgres -- "$@"; }

# ask_postgres PORT [DATABASE] <SQL: one value a line, as the cluster's owner.
ask_postgres() { as_postgres psql -X -q -A -t -v ON_ERROR_STOP=1 -p "$1" -d "${2:-postgres}" -f -; }

# start_postgres: prints the port of Debian's PostgreSQL on this machine, installed and started where it is not.
start_postgres() {
  install_packages server
  local version name port
  read -r version name port _ < <(pg_lsclusters --no-header) || fail "PostgreSQL is installed but has no cluster: see pg_createcluster(1)"
  if ! pg_isready -q -h /var/run/postgresql -p "$port"; then
    say "starting PostgreSQL $version/$name"
    as_root pg_ctlcluster "$version" "$name" start >&2
    pg_isready -q -h /var/run/postgresql -p "$port" -t 30 || fail "PostgreSQL $version/$name does not answer; its log is in /var/log/postgresql"
  fi
  printf '%s\n' "$port"
}

# make_database FILE: role and database of this machine's PostgreSQL; FILE then holds their address with a password.
make_database() {
  local file=$1 port password
  port=$(start_postgres)
  if [ ! -s "$file" ]; then
    [ -z "$(ask_postgres "$port" <<<"SELECT 1 FROM pg_roles WHERE rolname = '$SERVER_ROLE'")" ] ||
      fail "PostgreSQL on port $port has a role $SERVER_ROLE that was not made for this data folder: name its address by ANIRECO_DATABASE_URL"
    password=$(od -An -N 24 -t x1 /dev/urandom | tr -d ' \n')
    mkdir -p "$(dirname "$file")"
    (umask 077 && printf 'postgres://%s:%s@127.0.0.1:%s/%s\n' "$SERVER_ROLE" "$password" "$port" "$SERVER_ROLE" >"$file.new")
    mv "$file.new" "$file"
  fi
  # The file comes first, so that an interrupted set-up knows the role as its own.
  password=$(sed -E 's|^[^:]*://[^:]*:([^@]*)@.*|\1|' "$file")
  ask_postgres "$port" >/dev/null <<SQL
SELECT format('CREATE ROLE $SERVER_ROLE LOGIN PASSWORD %L', '$password') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$SERVER_ROLE') \gexec
SELECT 'CREATE DATABASE $SERVER_ROLE OWNER $SERVER_ROLE ENCODING UTF8 TEMPLATE template0 LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$SERVER_ROLE') \gexec
SQL
}

# use_servers PROGRAM: the engines that ANIRECO_DATABASE_URL and ANIRECO_QDRANT_URL name. Where no PostgreSQL is named, it is Debian's on this machine.
use_servers() {
  local data_dir
  if [ -z "${ANIRECO_DATABASE_URL:-}${ANIRECO_DATABASE_URL_FILE:-}" ]; then
    data_dir=$(env -u ANIRECO_QDRANT_URL "$1" config | awk -F'\t' '$1 == "data_dir" {print $2}')
    [ -n "$data_dir" ] || fail "anireco config names no data_dir"
    make_database "$data_dir/database_url"
    export ANIRECO_DATABASE_URL_FILE="$data_dir/database_url"
    say "PostgreSQL: this machine's; its address with the password is in $ANIRECO_DATABASE_URL_FILE"
  fi
  [ -n "${ANIRECO_QDRANT_URL:-}" ] || say "Qdrant: none (ANIRECO_QDRANT_URL); the vectors are searched in the process"
}
