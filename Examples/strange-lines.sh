#!/usr/bin/env bash
# Prints the lines of standard input that a model finds strange, as they arrive: those with a loss of more than a number of
# nats per character (default: 3). Before the line is its loss.
#
#   lstm-train --lines -o log.bin old.log
#   tail -n 0 -f new.log | Examples/strange-lines.sh log.bin 2.5
#
# `sort` would print nothing before its input ends; a threshold needs no end. To choose one, look at the losses of usual
# lines:
#
#   Examples/strange-lines.sh log.bin 0 < old.log | cut -f 1 | sort -n | tail
#
# The tools are taken from the path, or built if they are not there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

if [[ $# -lt 1 || $# -gt 2 ]]; then
  echo 'usage: strange-lines.sh model.bin [nats-per-character]' >&2
  exit 64
fi

. "$root/Examples/find_tools.sh" lstm-score

# mawk waits for a full buffer of input unless it is interactive.
awk=(awk)
if awk -W interactive 'BEGIN { exit }' < /dev/null &> /dev/null; then awk=(awk -W interactive); fi

lstm-score --quiet --unknown charge --per-line "$1" - |
  "${awk[@]}" -F '\t' -v limit="${2:-3}" '
    $3 > 0 && $2 / $3 > limit { printf "%.3f\t%s\n", $2 / $3, $5; fflush() }'
