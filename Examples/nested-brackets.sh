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

. "$(dirname "$0")/generator_options.sh"

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
