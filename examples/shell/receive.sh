#!/usr/bin/env bash
# Prints the settings of a service whenever they change, verified, from MQTT.
# Usage: receive.sh SERVICE PUBLIC_PEM STATE_FILE [COMMAND...]
# Needs mosquitto_sub, openssl 3, sha256sum, base64, date and curl. Environment: MQTT_HOST, MQTT_PORT;
# MANAGER_URL and MANAGER_TOKEN, to ask the manager before settings of another epoch are taken up.
# Says "held VERSION CONFIG" of what it kept when it starts, then "applied VERSION CONFIG" of each change,
# and runs COMMAND with the version as one more argument and the settings as input; what it refuses is told
# on standard error.
set -u
export LC_ALL=C
service=$1 pem=$2 state=$3 window=300
work=$(mktemp -d) || exit 73
listener=
trap 'rm -rf "$work"; [ -z "$listener" ] || kill "$listener" 2> /dev/null' EXIT
trap 'exit 143' TERM INT
awk -v to="$work/key" '/BEGIN PUBLIC KEY/ {n++} n {print > (to n)}' "$pem"

uuid='[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00'
form='^\{"checksum":"([0-9a-f]{64})","config":(\{.*\}),"config_epoch":"('$uuid')","issued_at":"('$time')"'
form+=',"service":"([a-z][a-z0-9-]{0,62})","signature":"([A-Za-z0-9+/]{85}[AQgw]==)","version":([1-9][0-9]{0,15})\}$'

refuse() { echo "refused: $1" >&2; return 1; }

verify() { # of the message in $1; sets epoch, version, checksum and config
  [ -n "$1" ] || { refuse 'empty: it erases nothing'; return; }
  [ ${#1} -le 1048576 ] && [[ $1 =~ $form ]] || { refuse 'not an update in canonical form'; return; }
  local at=${BASH_REMATCH[4]} named=${BASH_REMATCH[6]} signature=${BASH_REMATCH[7]} age key seconds
  local got=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]} life=${BASH_REMATCH[3]} number=${BASH_REMATCH[8]}
  [[ $at != *.000000+* ]] && [ "$number" -lt 9007199254740992 ] || { refuse 'not of its form'; return; }
  [ "$named" = "$service" ] || { refuse 'of another service'; return; }
  [ "$(printf %s "$text" | sha256sum)" = "$got  -" ] || { refuse 'the checksum does not match'; return; }
  printf '%s|%s|%s|%s|%s|%s' "$number" "$service" "$text" "$got" "$life" "$at" > "$work/signed"
  printf %s "$signature" | base64 -d > "$work/signature"
  for key in "$work"/key*; do
    openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/signed" -sigfile "$work/signature" \
      > "$work/verdict" 2>&1 && break
  done || { refuse 'not signed by a known key'; return; }
  seconds=$(date -u -d "$at" +%s 2> "$work/verdict") || { refuse 'no time that there is'; return; }
  age=$(($(date +%s) - seconds))
  [ "${age#-}" -le "$window" ] || { refuse 'not fresh'; return; }
  epoch=$life version=$number checksum=$got config=$text
}

held_epoch='' held_version=0 held_checksum=''
if [ -e "$state" ]; then
  { IFS= read -r held && IFS= read -r config; } < "$state" &&
    [[ $held =~ ^($uuid)\ ([1-9][0-9]{0,15})\ ([0-9a-f]{64})$ ]] ||
    { echo "$state: damaged (expected: what this program kept)" >&2; exit 65; }
  held_epoch=${BASH_REMATCH[1]} held_version=${BASH_REMATCH[2]} held_checksum=${BASH_REMATCH[3]}
  printf 'held %s %s\n' "$held_version" "$config"
fi
heard=$SECONDS

keep() { # on the disk, whole, before it returns
  printf '%s %s %s\n%s\n' "$epoch" "$version" "$checksum" "$config" > "$state.tmp" &&
    sync "$state.tmp" && mv "$state.tmp" "$state" && sync "$(dirname "$state")"
}

accept() { # the verified update; $1 is not empty where the manager itself told it; $2 is the command
  if [ -n "$held_epoch" ] && [ "$epoch" != "$held_epoch" ]; then
    [ -n "$1" ] || [ $((SECONDS - heard)) -gt "$window" ] ||
      { refuse 'another epoch, which the manager does not confirm'; return; }
  elif [ "$version" -le "$held_version" ]; then
    [ "$version $checksum" = "$held_version $held_checksum" ] || { refuse 'not above the version held'; return; }
    heard=$SECONDS
    return
  fi
  keep || { refuse 'it cannot be kept'; return; }
  heard=$SECONDS held_epoch=$epoch held_version=$version held_checksum=$checksum
  printf 'applied %s %s\n' "$version" "$config"
  shift
  [ $# -eq 0 ] || printf %s "$config" | "$@" "$version" || echo "failed: $1" >&2
}

shift 3
while :; do # the broker may come and go
  exec 3< <(exec mosquitto_sub -h "${MQTT_HOST:-127.0.0.1}" -p "${MQTT_PORT:-1883}" -q 1 -F %x -t "system/config/$service")
  listener=$!
  while IFS= read -r hex <&3; do
    [ ${#hex} -le 2097152 ] || { refuse 'larger than an update can be'; continue; }
    message=$(printf '%b.' "$(printf %s "$hex" | sed 's/../\\x&/g')" 2> "$work/verdict")
    message=${message%.}
    # The shell drops NUL, so a payload that has one is shorter now.
    [ $((${#message} * 2)) -eq ${#hex} ] || { refuse 'not an update in canonical form'; continue; }
    verify "$message" || continue
    if [ -n "$held_epoch" ] && [ "$epoch" != "$held_epoch" ] && [ -n "${MANAGER_URL:-}" ]; then
      # The token goes by standard input: arguments can be read by everybody on the machine.
      answer=$(printf 'X-API-Token: %s\n' "${MANAGER_TOKEN:-}" | curl -fsS -m 5 --max-filesize 1048576 -H @- \
        "$MANAGER_URL/api/config/services/$service/signed" 2> "$work/verdict") &&
        { verify "$answer" && accept asked "$@"; continue; }
    fi
    accept '' "$@"
  done
  sleep 1
done
