#!/bin/sh
# Writes a task that only a long memory can solve: a key, filler that says nothing about it, the key again.
#
#   Examples/long-memory.sh --distance 50 > memory.txt
#   lstm-train memory.txt
#
#   --distance N     filler characters between key and recall (default 20)
#   --records N      records to write, one a line, at least 1 (default 2000)
#   --key-length N   letters of the key, at least 1 (default 1)
#   --seed N         the same seed gives the same bytes with every awk (default 1)
#   --help           print this text
#
# With key length 2 and distance 16 a record is
#
#   K:bd 5307126640217351 K=bd
#
# Key letters come from a to h, filler from 0 to 7, all drawn uniformly and independently: 3 bits each, and
# chance is right for one key letter in 8. The only "=" of a record stands before the recall: a record cut
# there is a prompt, and the rest is its answer. A record has distance + 2 * key length + 7 characters with
# its newline, and each key letter returns distance + key length + 4 characters after it was first seen.
# Choose a --seq-length longer than a record.
#
# The loss on unseen records tells what was remembered. The least to expect, in bits per character, is
#   3 * (distance + key length) / (distance + 2 * key length + 7)
# and a model that knows everything but the key scores
#   3 * (distance + 2 * key length) / (distance + 2 * key length + 7)

set -eu

fail() {
  printf '%s: %s; see --help\n' "${0##*/}" "$1" >&2
  exit 64
}

# require_count option value minimum: nine digits are exact in any awk, and a leading zero is octal in some.
require_count() {
  case $2 in
    '' | *[!0-9]* | 0?* | ??????????*)
      fail "$1 needs a whole number of at most nine digits without leading zeros, not '$2'"
      ;;
  esac
  [ "$2" -ge "$3" ] || fail "$1 must be at least $3, not $2"
}

distance=20 records=2000 key_length=1 seed=1

while [ $# -gt 0 ]; do
  option=$1
  shift
  case $option in
    --help)
      # The comment at the top is the help text.
      sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
      exit
      ;;
    --distance=* | --records=* | --key-length=* | --seed=*)
      value=${option#*=}
      option=${option%%=*}
      ;;
    --distance | --records | --key-length | --seed)
      [ $# -gt 0 ] || fail "$option needs a number"
      value=$1
      shift
      ;;
    -*) fail "unknown option '$option'" ;;
    *) fail "unexpected argument '$option'" ;;
  esac
  case $option in
    --distance) require_count "$option" "$value" 0 && distance=$value ;;
    --records) require_count "$option" "$value" 1 && records=$value ;;
    --key-length) require_count "$option" "$value" 1 && key_length=$value ;;
    --seed) require_count "$option" "$value" 0 && seed=$value ;;
  esac
done

LC_ALL=C exec awk -v distance="$distance" -v records="$records" -v key_length="$key_length" -v seed="$seed" '
  # The generator MRG32k3a: every product stays below 2^53, so doubles compute it exactly. It avoids the
  # operator %, which not every awk computes in the same way.
  function draw(    p, q) {
    p = 1403580 * x1 - 810728 * x0
    p -= int(p / m1) * m1
    if (p < 0) p += m1
    x0 = x1; x1 = x2; x2 = p

    q = 527612 * y2 - 1370589 * y0
    q -= int(q / m2) * m2
    if (q < 0) q += m2
    y0 = y1; y1 = y2; y2 = q

    return p < q ? p - q + m1 : p - q
  }

  # Eight digits from the upper 24 of 32 bits.
  function filler() { return sprintf("%08o", int(draw() / 256)) }

  function letter() { return substr("abcdefgh", int(draw() / 536870912) + 1, 1) }

  BEGIN {
    m1 = 4294967087
    m2 = 4294944443
    x0 = x1 = y0 = y1 = y2 = 12345
    x2 = seed + 0
    # Neighbouring seeds start alike; a few steps drive them apart.
    for (i = 0; i < 16; i++) draw()

    for (record = 0; record < records; record++) {
      key = ""
      for (i = 0; i < key_length; i++) key = key letter()
      printf "K:%s ", key
      # Printed piece by piece: memory does not grow with the distance.
      for (rest = distance; rest >= 8; rest -= 8) printf "%s", filler()
      printf "%s K=%s\n", substr(filler(), 1, rest), key
    }
  }
'
