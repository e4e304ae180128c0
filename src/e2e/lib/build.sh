# shellcheck shell=bash
# Sourced after common.sh: builds the programs of the Go module into $BIN.

# build_tools COMMAND…: commands of k8s.io/kubernetes, each a `tool` of go.mod.
build_tools() {
  need go
  local version minor
  version=$(cd "$E2E" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
  minor=${version#v*.}
  mkdir -p "$BIN"
  # The server reports the version it was linked with, and kubectl warns about one that has none.
  (cd "$E2E" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$BIN/" \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=${minor%%.*}" \
    "${@/#/k8s.io/kubernetes/cmd/}")
}

# build_own FOLDER…: programs of this module itself.
build_own() {
  need go
  mkdir -p "$BIN"
  (cd "$E2E" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$BIN/" "${@/#/./}")
}
