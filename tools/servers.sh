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

# choose_cluster [PORT]: prints version, name, port and status of the cluster to use: that of PORT, else one that is online, else the newest. None is older than
# OLDEST_POSTGRES, none follows another.
OLDEST_POSTGRES=15
choose_cluster() {
  pg_lsclusters --no-header | awk -v oldest="$OLDEST_POSTGRES" -v port="${1:-}" '
    $1 + 0 >= oldest && $4 !~ /recovery/ && (port == "" || $3 == port) {
      rank = ($4 ~ /^online/ ? 1000 : 0) + $1
      if (rank > best) { best = rank; chosen = $1 " " $2 " " $3 " " $4 }
    }
    END { if (chosen != "") print chosen }'
}

# start_postgres [PORT]: prints the port of Debian's PostgreSQL on this machine (the cluster of PORT, where it is given), installed and started where it is not.
start_postgres() {
  install_packages server
  local version name port
  read -r version name port _ < <(choose_cluster "${1:-}") ||
    fail "no cluster of PostgreSQL $OLDEST_POSTGRES or newer${1:+ on port $1}: see pg_lsclusters(1) and pg_createcluster(1), or name another server by ANIRECO_DATABASE_URL"
  if ! pg_isready -q -h /var/run/postgresql -p "$port"; then
    say "starting PostgreSQL $version/$name"
    # Without the lock of the set-up, which the server would keep as long as it runs.
    as_root pg_ctlcluster "$version" "$name" start >&2 9>&-
    pg_isready -q -h /var/run/postgresql -p "$port" -t 30 || fail "PostgreSQL $version/$name does not answer; its log is in /var/log/postgresql"
  fi
  printf '%s\n' "$port"
}

# read_address FILE: prints user, password, host, port and database of the address that make_database wrote there.
read_address() {
  [ -s "$1" ] || return 1
  sed -n -E 's|^postgres://([^:@/]+):([^@/]+)@([^:@/]+):([0-9]+)/([^/?]+)$|\1 \2 \3 \4 \5|p' "$1" | grep .
}

# database_answers FILE: whether the database whose address is in FILE can be used; needs no rights.
database_answers() {
  local user password host port database
  read -r user password host port database < <(read_address "$1") || return 1
  # The password is no argument: those are for everybody to see.
  PGPASSWORD=$password PGCONNECT_TIMEOUT=5 psql -X -q -A -t -w -h "$host" -p "$port" -U "$user" -d "$database" -c 'SELECT 1' >/dev/null 2>&1
}

# make_database FILE: role and database of this machine's PostgreSQL; FILE then holds their address with a password.
make_database() {
  local file=$1 host='' port='' password=''
  if [ -s "$file" ]; then
    read -r _ password host port _ < <(read_address "$file") || true
    [ "$host" = 127.0.0.1 ] || fail "$file holds no address of this machine: name the server by ANIRECO_DATABASE_URL, or remove the file"
  fi
  port=$(start_postgres "$port")
  if [ ! -s "$file" ]; then
    [ -z "$(ask_postgres "$port" <<<"SELECT 1 FROM pg_roles WHERE rolname = '$SERVER_ROLE'")" ] ||
      fail "PostgreSQL on port $port has a role $SERVER_ROLE that was not made for this data folder: name its address by ANIRECO_DATABASE_URL"
    password=$(od -An -N 24 -t x1 /dev/urandom | tr -d ' \n')
    mkdir -p "$(dirname "$file")"
    (umask 077 && printf 'postgres://%s:%s@127.0.0.1:%s/%s\n' "$SERVER_ROLE" "$password" "$port" "$SERVER_ROLE" >"$file.new")
    mv "$file.new" "$file"
  fi
  # The file came first, so that an interrupted set-up knows the role as its own.
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
    database_answers "$data_dir/database_url" || make_database "$data_dir/database_url"
    export ANIRECO_DATABASE_URL_FILE="$data_dir/database_url"
    say "PostgreSQL: this machine's; its address with the password is in $ANIRECO_DATABASE_URL_FILE"
  fi
  [ -n "${ANIRECO_QDRANT_URL:-}" ] || say "Qdrant: none (ANIRECO_QDRANT_URL); the vectors are searched in the process"
}
