#!/usr/bin/env bash
# Prints before each line of a text the name of the model under which the line is likelier:
#
#   lstm-train --lines -o german.bin german.txt
#   lstm-train --lines -o french.bin french.txt
#   Examples/tell-languages-apart.sh german.bin french.bin mixed.txt | sort | cut -f 1 | uniq -c
#
# A character that a model does not know costs ln V nats, as in a uniform guess among the V characters that it knows. An
# empty line gets a hyphen. The tools are taken from the path, or built if they are not there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [[ $# -ne 3 ]]; then
  echo 'usage: tell-languages-apart.sh first.bin second.bin text' >&2
  exit 64
fi

. "$root/Examples/find_tools.sh" lstm-score

rows() { lstm-score --quiet --unknown charge --per-line "$1" "$2"; }

paste <(rows "$1" "$3") <(rows "$2" "$3") |
  awk -F '\t' -v first="$(basename "$1" .bin)" -v second="$(basename "$2" .bin)" '
    { print ($2 == "nan" ? "-" : $2 + 0 <= $7 + 0 ? first : second) "\t" $5 }'
