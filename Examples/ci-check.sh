#!/usr/bin/env bash
# A job for continuous integration: trains on English prose for a minute, and fails if the model foretells prose that it
# has not seen worse than it should. Options go to lstm-train:
#
#   Examples/ci-check.sh
#   Examples/ci-check.sh --max-time 10m --hidden 256
#   BITS_LIMIT=2.3 Examples/ci-check.sh
#
# BITS_LIMIT is the most bits per character that pass. The tools are those on the path; where there are none, they are
# built. Status 0 means passed, 1 that the limit is exceeded, and any other that a tool failed, which says why. Nothing
# stays behind.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
limit=${BITS_LIMIT-2.5}

fail() {
  printf 'ci-check: %s\n' "$2" >&2
  exit "$1"
}

[[ $limit =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail 64 "BITS_LIMIT is '$limit'; give a number, such as 2.5"

if ! type lstm-train lstm-score &>/dev/null; then
  for tool in lstm-train lstm-score; do
    swift build --package-path "$root" -c release --product "$tool"
  done
  PATH=$(swift build --package-path "$root" -c release --show-bin-path):$PATH
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
model=$work/checkpoint.bin

seen=("$root"/data/english/{house,shore,sky}.txt)
unseen=$root/data/english/workshop.txt
lstm-train --max-time 1m "$@" --checkpoint "$model" --log "$work/loss.csv" "${seen[@]}"
score=$(lstm-score --quiet --json --unknown charge "$model" "$unseen")
bits=$(sed 's/.*"total":{[^}]*"bits_per_character":\([^,}]*\).*/\1/' <<<"$score")

# A comma would be no decimal point in some languages.
export LC_ALL=C
bits=$(awk -v bits="$bits" 'BEGIN { printf "%.4f", bits }')
awk -v bits="$bits" -v limit="$limit" 'BEGIN { exit !(bits <= limit) }' ||
  fail 1 "$bits bits per character, and at most $limit were to be"
echo "ci-check: $bits bits per character, of at most $limit"
