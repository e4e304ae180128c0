# shellcheck shell=bash
# Sourced by the scripts of src/e2e: where things are, and how their programs are started, watched and stopped.

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
REPOSITORY=$(cd "$E2E/../.." && pwd)
OUTPUT=${FIPCTL_E2E_OUTPUT:-$REPOSITORY/target/e2e}
BIN=$OUTPUT/bin
STATE=${FIPCTL_E2E_STATE:-$OUTPUT/state}

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

# need COMMAND…: names everything that is missing at once.
need() {
  local missing=() command
  for command in "$@"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  [ ${#missing[@]} -eq 0 ] || die "not on this machine: ${missing[*]} (src/e2e/install.sh installs what Debian has)"
}

# started_at PID: the kernel's start time of a process; with the PID it names one process for ever.
started_at() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The command name in parentheses may hold spaces: count from the last parenthesis.
  set -- ${stat##*) }
  # Ended, and nobody has asked how.
  case $1 in Z | X) return 1 ;; esac
  printf '%s\n' "${20}"
}

# start NAME COMMAND…: in the background, in a session of its own, output in $STATE/log/NAME.log.
start() {
  local name=$1
  shift
  setsid "$@" >"$STATE/log/$name.log" 2>&1 </dev/null &
  printf '%s %s\n' "$!" "$(started_at $!)" >"$STATE/run/$name.pid"
  # Else the shell reports its end when `stop` kills it.
  disown
}

# running NAME: the process that `start` recorded is alive, and not another one under its number.
running() {
  local pid since
  { read -r pid since <"$STATE/run/$1.pid"; } 2>/dev/null || return 1
  [ -n "$since" ] && [ "$(started_at "$pid")" = "$since" ]
}

# stop NAME: ends it at once; nothing that these processes keep is worth a graceful end.
stop() {
  local pid since tries
  if running "$1"; then
    read -r pid since <"$STATE/run/$1.pid"
    kill -KILL "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 100; tries++)); do
      running "$1" || break
      sleep 0.05
    done
    ! running "$1" || die "$1 (process $pid) does not end"
  fi
  rm -f "$STATE/run/$1.pid"
}

# eventually SECONDS COMMAND…: until it succeeds.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

# free_port: one on loopback that nobody listens on, below the ports that the kernel gives to clients.
free_port() {
  local port tries
  for ((tries = 0; tries < 100; tries++)); do
    port=$((20000 + RANDOM % 10000))
    if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  die "no free port between 20000 and 29999"
}

# last_words NAME…: the ends of their logs.
last_words() {
  local name
  for name in "$@"; do
    [ -f "$STATE/log/$name.log" ] || continue
    say "--- the last lines of $STATE/log/$name.log"
    tail -n "${FIPCTL_E2E_LOG_LINES:-15}" "$STATE/log/$name.log" >&2
  done
}
