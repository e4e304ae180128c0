#!/bin/sh
# evacuate.sh NODE NS/POD: hands every address of the node's pods over to another pod, one by one.
# Stops at the first that cannot be moved; what was moved stays moved.
set -eu
node=$1
target=$2

fipctl list -A --no-headers |
  while read -r namespace address pod on status _; do
    if [ "$on" = "$node" ] && [ "$status" = held ]; then
      fipctl move "$address" --from "$namespace/$pod" --to "$target" </dev/null
    fi
  done
