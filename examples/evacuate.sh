#!/bin/sh
# evacuate.sh NODE NS/POD: hands every address of the node's pods over to another pod, one by one.
# Stops at the first that cannot be moved; what was moved stays moved. Needs jq.
set -eu
node=$1
target=$2

fipctl list -A -o json |
  jq -r --arg node "$node" '.items[] | select(.pod.node == $node and .status == "held")
    | "\(.address) \(.pod.namespace)/\(.pod.name)"' |
  while read -r address holder; do
    fipctl move "$address" --from "$holder" --to "$target"
  done
