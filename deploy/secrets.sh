#!/bin/sh
# Makes the secrets of compose's profile server: random, each in a file, in the folder given (deploy/secrets). What is there already stays.
# The files belong to 10001 and 1000 in the containers, so run it as root (sudo deploy/secrets.sh) where the engine is not rootless.
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"
random() { od -An -N 24 -t x1 /dev/urandom | tr -d ' \n'; }
# A file that is there already is readable only, so it is replaced, not written.
put() {
  cat >"$folder/.$1.new"
  mv -f "$folder/.$1.new" "$folder/$1"
}
for name in postgres_password qdrant_key encoder_key; do
  [ -s "$folder/$name" ] || random | put "$name"
done
printf 'postgres://anireco:%s@postgres:5432/anireco\n' "$(cat "$folder/postgres_password")" | put database_url
printf 'api %s\n' "$(cat "$folder/encoder_key")" | put encoder_keys
# Containers see a file as the host has it. Nobody else can enter the folder; in it each user reads what is mounted for him.
chmod 444 "$folder"/*
echo "secrets are in $folder"
