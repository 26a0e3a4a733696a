#!/bin/sh
# Writes lines of letters in nested brackets of three kinds. A model must learn to close them in the right order.
#
#   Examples/nested-brackets.sh > brackets.txt
#   lstm-train --hidden 64 brackets.txt
#   lstm-inspect --activations brackets.txt --page brackets.html checkpoint.bin
#
#   --lines N    lines to write (default 10000)
#   --seed N     random seed; the same awk writes the same text for the same seed (default 1)
#   --help       print this text
#
# Example of a line:
#
#   (ta[oe{rn}is]h)
#
# Brackets are nested at most 8 deep. At each position, the next character opens a bracket with probability 1/4, closes
# the innermost one with probability 1/4, and is a letter otherwise, so lines have very different lengths.

set -eu

fail() {
  printf '%s: %s; see --help\n' "${0##*/}" "$1" >&2
  exit 64
}

lines=10000 seed=1
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      # The comment at the top is the help text.
      sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
      exit
      ;;
    --lines | --seed)
      [ $# -gt 1 ] || fail "$1 needs a number"
      case $2 in
        '' | *[!0-9]* | ??????????*) fail "$1 needs a whole number of at most nine digits, not '$2'" ;;
      esac
      [ "$1" = --seed ] && seed=$2 || lines=$2
      shift 2
      ;;
    -*) fail "unknown option '$1'" ;;
    *) fail "unexpected argument '$1'" ;;
  esac
done

exec awk -v lines="$lines" -v seed="$seed" '
  function open() { kind[++depth] = int(3 * rand()) + 1; return substr("([{", kind[depth], 1) }
  function close_innermost() { return substr(")]}", kind[depth--], 1) }

  BEGIN {
    srand(seed)
    for (line = 0; line < lines; line++) {
      printf "%s", open()
      while (depth > 0) {
        choice = rand()
        if (choice < 0.25 && depth < 8) printf "%s", open()
        else if (choice < 0.5) printf "%s", close_innermost()
        else printf "%s", substr("etaoinshrdlu", int(12 * rand()) + 1, 1)
      }
      printf "\n"
    }
  }
'
