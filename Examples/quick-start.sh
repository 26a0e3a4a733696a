#!/usr/bin/env bash
# Trains a small LSTM on the English prose in data/ and prints a generated sample.
# Writes checkpoint.bin, checkpoint.last.bin and loss.csv in the current folder. Options are passed to lstm-train:
#
#   Examples/quick-start.sh
#   Examples/quick-start.sh --cell gru --epochs 10
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

for tool in lstm-train lstm-sample; do
  swift build --package-path "$root" -c release --product "$tool"
done
bin=$(swift build --package-path "$root" -c release --show-bin-path)

"$bin/lstm-train" --epochs 20 "$@" "$root"/data/english/*.txt
"$bin/lstm-sample" --temperature 0.7 --length 600 --seed 1 checkpoint.bin
echo
