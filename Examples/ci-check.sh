#!/usr/bin/env bash
# CI job: trains on English prose for a minute, and fails if the model predicts other prose with more bits per character
# than the limit. Options are passed to lstm-train:
#
#   Examples/ci-check.sh
#   Examples/ci-check.sh --max-time 10m --hidden 256
#   BITS_LIMIT=2.3 Examples/ci-check.sh
#
# BITS_LIMIT is the maximum number of bits per character. The tools are taken from the path, or built if they are not
# there. Status 0 means that the check passed, 1 that the limit is exceeded, and any other that a tool failed, which
# prints the reason. No files remain.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
limit=${BITS_LIMIT-2.5}

fail() {
  printf 'ci-check: %s\n' "$2" >&2
  exit "$1"
}

[[ $limit =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail 64 "BITS_LIMIT is '$limit'; give a number, such as 2.5"

. "$root/Examples/find_tools.sh" lstm-train lstm-score

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
model=$work/checkpoint.bin

seen=("$root"/data/english/{house,shore,sky}.txt)
unseen=$root/data/english/workshop.txt
lstm-train --max-time 1m "$@" --checkpoint "$model" --log "$work/loss.csv" "${seen[@]}"
score=$(lstm-score --quiet --json --unknown charge "$model" "$unseen")
bits=$(sed 's/.*"total":{[^}]*"bits_per_character":\([^,}]*\).*/\1/' <<<"$score")

# In some locales, the decimal separator is a comma.
export LC_ALL=C
bits=$(awk -v bits="$bits" 'BEGIN { printf "%.4f", bits }')
awk -v bits="$bits" -v limit="$limit" 'BEGIN { exit !(bits <= limit) }' ||
  fail 1 "$bits bits per character exceed the limit, $limit"
echo "ci-check: $bits bits per character, within the limit, $limit"
