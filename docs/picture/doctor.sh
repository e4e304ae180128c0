#!/bin/sh
# Draws doctor.svg, the picture in the README, from a real run on a practice cluster of its own:
#
#   docs/picture/doctor.sh            write doctor.svg
#   docs/picture/doctor.sh --check    exit 1 when doctor.svg is not what would be drawn now
#
# Nothing in it depends on the time, the machine or the user, so the same fipctl draws the same bytes.
set -eu
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A practice cluster of its own, and none of the user's settings.
unset KUBECONFIG NO_COLOR
for name in $(env | sed -n 's/^\(FIPCTL_[A-Z_]*\)=.*/\1/p'); do
  case $name in
    FIPCTL_JAVA | FIPCTL_CACHE) ;;
    *) unset "$name" ;;
  esac
done
export XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" LC_ALL=C.UTF-8
../../fipctl version >/dev/null

# typed EXIT-CODE WORD…: the command as it is typed, and what a terminal shows of it.
typed() {
  expected=$1 code=0
  shift
  printf '$ fipctl %s\n' "$*"
  ../../fipctl "$@" 2>&1 </dev/null || code=$?
  [ $code -eq "$expected" ] || {
    printf 'fipctl %s: exit code %s, expected %s\n' "$*" "$code" "$expected" >&2
    exit 1
  }
  echo
}

{
  typed 0 lab break annotation-malformed
  typed 10 --lab doctor --show problems
  typed 0 --lab doctor --fix --yes --show problems
  typed 0 --lab nat 203.0.113.77
} >"$work/transcript"
LC_ALL=C awk -f terminal.awk "$work/transcript" >"$work/doctor.svg"

if [ "${1-}" = --check ]; then
  diff doctor.svg "$work/doctor.svg"
else
  cp "$work/doctor.svg" doctor.svg
fi
