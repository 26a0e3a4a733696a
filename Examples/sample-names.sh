#!/usr/bin/env bash
# Trains on a list with one name per line, writes a thousand generated lines to standard output, and prints on standard
# error the share of them that are in the training set, that is, memorized. Every tenth name is held out for validation.
# Options are passed to lstm-train:
#
#   Examples/sample-names.sh data/names.txt > new-names.txt
#   Examples/sample-names.sh names.txt --cell gru --hidden 256 --patience 5 | sort | uniq -c | sort -rn | head
#
# The tools are taken from the path, or built if they are not there. No other files remain.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [[ $# -eq 0 || ! -r $1 ]]; then
  echo 'usage: sample-names.sh names.txt [options of lstm-train]' >&2
  exit 64
fi
names=$1
shift

. "$root/Examples/find_tools.sh" lstm-train lstm-sample

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v work="$work" '{ sub(/\r$/, "") } $0 != "" { print > (work (++count % 10 ? "/seen.txt" : "/held-out.txt")) }' \
  "$names"

lstm-train --lines --val-file "$work/held-out.txt" "$@" --checkpoint "$work/checkpoint.bin" --log "$work/loss.csv" \
  "$work/seen.txt"
lstm-sample --count 1000 --length 100 --seed 1 "$work/checkpoint.bin" | tee "$work/new.txt"
awk 'NR == FNR { seen[$0] = 1; next } { count++; known += $0 in seen; if (!($0 in seen)) new[$0] = 1 }
  END { printf "%.1f %% of %d lines are in the training set; %d others are new and different\n", 100 * known / count,
    count, length(new) }' "$work/seen.txt" "$work/new.txt" >&2
