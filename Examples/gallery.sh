#!/usr/bin/env bash
# Trains five small models, on English, Korean, names, nested brackets and simple tunes, and writes one web page with all
# of them. The page runs the models in a browser, from disk and without a network. Options are passed to lstm-train:
#
#   Examples/gallery.sh gallery.html
#   Examples/gallery.sh gallery.html --cell gru --max-time 2m
#
# The tools are taken from the path, or built if they are not there. No other files remain.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [[ $# -eq 0 || $1 == -* ]]; then
  echo 'usage: gallery.sh page.html [options of lstm-train]' >&2
  exit 64
fi
page=$1
shift

. "$root/Examples/find_tools.sh" lstm-train lstm-export

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/Examples/nested-brackets.sh" --lines 3000 > "$work/brackets.txt"
"$root/Examples/simple-tunes.sh" --lines 5000 > "$work/tunes.txt"

train() {
  local name=$1
  shift
  echo "gallery: $name" >&2
  lstm-train --quiet --max-time 40s "$@" --checkpoint "$work/$name.bin" --log "$work/$name.csv"
}
train english "$@" "$root"/data/english/*.txt
train korean "$@" "$root/data/korean.txt"
train names --lines "$@" "$root/data/names.txt"
train brackets "$@" "$work/brackets.txt"
train tunes --lines "$@" "$work/tunes.txt"

lstm-export --page "$page" "$work"/{english,korean,names,brackets,tunes}.bin
