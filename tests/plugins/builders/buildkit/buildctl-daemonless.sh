#!/bin/sh
# As the one of BuildKit's rootless image: starts a daemon for one build. BUILDKITD_FLAGS are words.
set -eu
XDG_RUNTIME_DIR=$HOME/run
export XDG_RUNTIME_DIR
mkdir -p "$XDG_RUNTIME_DIR"
address=unix://$XDG_RUNTIME_DIR/buildkitd.sock
# shellcheck disable=SC2086 # words
rootlesskit buildkitd $BUILDKITD_FLAGS --addr="$address" >"$HOME/log" 2>&1 &
tries=0
until buildctl --addr="$address" debug workers >"$HOME/workers" 2>&1; do
  tries=$((tries + 1))
  if [ $tries = 150 ]; then cat "$HOME/log" "$HOME/workers" >&2; exit 1; fi
  sleep 0.2
done
exec buildctl --addr="$address" "$@"
