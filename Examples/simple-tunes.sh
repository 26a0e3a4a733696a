#!/bin/sh
# Writes simple tunes in ABC notation, one a line. A model must learn the scale, the length of the bars, and to repeat a
# bar that is two bars back.
#
#   Examples/simple-tunes.sh > tunes.txt
#   lstm-train --lines --hidden 64 tunes.txt
#   lstm-sample --count 5 checkpoint.bin
#
#   --lines N    lines to write (default 10000)
#   --seed N     random seed; the same awk writes the same text for the same seed (default 1)
#   --help       print this text
#
# Example of a line:
#
#   EG2A|c2BA|EG2A|G2C2|
#
# A tune has four bars of four beats: a first bar, a second one, the first again, and a cadence to C. Letters are notes of
# the scale of C major, capital letters those of the lower octave; 2 doubles the length of the note before it.

set -eu

. "$(dirname "$0")/generator_options.sh"

exec awk -v lines="$lines" -v seed="$seed" '
  # Moves the note by a step or a skip, and turns back at both ends of the scale.
  function move() {
    note += int(5 * rand()) - 2
    if (note < 1) note = 2
    if (note > 14) note = 13
    return substr("CDEFGABcdefgab", note, 1)
  }
  function bar(beats,   text) {
    text = ""
    while (beats > 0) {
      text = text move()
      if (beats > 1 && rand() < 0.4) { text = text "2"; beats-- }
      beats--
    }
    return text
  }

  BEGIN {
    srand(seed)
    for (line = 0; line < lines; line++) {
      note = int(7 * rand()) + 3
      first = bar(4)
      second = bar(4)
      note = 5
      printf "%s|%s|%s|%sC2|\n", first, second, first, bar(2)
    }
  }
'
