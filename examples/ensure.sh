#!/bin/sh
# ensure.sh ADDRESS NS/POD: afterwards the pod has the address, whoever held it before.
# Safe to run again and again; the exit code is fipctl's.
set -eu
address=$1
pod=$2

if holder=$(fipctl owner "$address" 2>/dev/null); then
  fipctl move "$address" --from "$holder" --to "$pod"
else
  fipctl assign "$pod" "$address"
fi
