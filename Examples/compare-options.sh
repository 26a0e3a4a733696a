#!/usr/bin/env bash
# Which options let a model learn better? Trains each variant with each learning rate, then the best rate of each with more
# seeds, and prints a table, the best variant first:
#
#   VARIANTS='--connection plain; --connection residual' Examples/compare-options.sh --layers 8 --hidden 128 book.txt
#   VARIANTS='--clip 0; --clip 1; --clip 5' RATES='0.002 0.004' SEEDS='1 2 3' \
#     Examples/compare-options.sh --cell rnn --steps 3000 book.txt
#
#   VARIANTS    what differs: options of lstm-train, and a semicolon between variants
#   RATES       learning rates, each tried with the first seed (0.001 0.002 0.004)
#   SEEDS       the best rate is run with all of these (1 2 3)
#   OUTPUT      where the runs go: OUTPUT.csv has a row for each, and OUTPUT.svg is its drawing (options)
#
# All that stands on the command line goes to lstm-train as it is. A run counts with the least validation loss that it
# reached, in nats per character; the spread is from the least to the greatest of all seeds. A run that ends because its
# numbers are no longer finite has none, unless it was validated before.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

VARIANTS=${VARIANTS:-}
RATES=${RATES:-0.001 0.002 0.004}
SEEDS=${SEEDS:-1 2 3}
OUTPUT=${OUTPUT:-options}

if [[ $# -eq 0 || $1 = --help || -z ${VARIANTS// /} ]]; then
  # The comment at the top is the help text.
  sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
  [[ ${1:-} = --help ]] && exit
  exit 64
fi
if ! type lstm-train lstm-inspect &>/dev/null; then
  for tool in lstm-train lstm-inspect; do swift build --package-path "$root" -c release --product "$tool" >&2; done
  PATH=$(swift build --package-path "$root" -c release --show-bin-path):$PATH
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run variant rate seed -- options: trains one model, and sets loss to its least validation loss.
run() {
  local variant=$1 rate=$2 seed=$3
  shift 4
  # The words of a variant are options of their own.
  # shellcheck disable=SC2086
  lstm-train --quiet --overwrite --checkpoint "$work/model.bin" --log "$work/loss.csv" --learning-rate "$rate" \
    --seed "$seed" $variant "$@" || [[ $? = 76 ]]
  loss=$(awk -F , '
    NR == 1 { for (column = 1; column <= NF; column++) if ($column == "val_loss") break; next }
    $column != "" && (least == "" || $column < least) { least = $column }
    END { print least }' "$work/loss.csv")
  echo "\"$variant\",$rate,$seed,$loss" >> "$OUTPUT.csv"
  loss=${loss:-diverged}
  echo "$variant, rate $rate, seed $seed: $loss" >&2
}

echo 'options,learning_rate,seed,val_loss' > "$OUTPUT.csv"
first_seed=${SEEDS%% *}
other_seeds=${SEEDS#"$first_seed"}
while read -r -d ';' variant; do
  best_loss='' best_rate=''
  for rate in $RATES; do
    run "$variant" "$rate" "$first_seed" -- "$@"
    if [[ -z $best_loss || $best_loss = diverged ]] || awk "BEGIN { exit !(${loss/diverged/1e9} < $best_loss) }"; then best_loss=$loss best_rate=$rate; fi
  done
  losses=$best_loss
  for seed in $other_seeds; do
    run "$variant" "$best_rate" "$seed" -- "$@"
    losses+=" $loss"
  done
  awk -v variant="$variant" -v rate="$best_rate" -v losses="$losses" 'BEGIN {
    if (losses ~ /diverged/) { printf "%s\t%s\t\t\t%s\n", variant, "diverged", rate; exit }
    count = split(losses, loss, " "); least = greatest = loss[1]
    for (i = 1; i <= count; i++) {
      sum += loss[i]
      if (loss[i] < least) least = loss[i]
      if (loss[i] > greatest) greatest = loss[i]
    }
    printf "%s\t%.4f\t%.4f\t%.4f\t%s\n", variant, sum / count, least, greatest, rate
  }' >> "$work/table"
done <<< "$VARIANTS;"

awk -F '\t' '{ if (length($1) > width) width = length($1) } { line[NR] = $0 } END {
  format = "%-" width "s  %-8s  %-8s  %-8s  %s\n"
  printf format, "", "val_loss", "least", "greatest", "rate"
  for (row = 1; row <= NR; row++) { split(line[row], field, "\t"); printf format, field[1], field[2], field[3], field[4], field[5] }
}' <(grep -v diverged "$work/table" | sort -t "$(printf '\t')" -k 2,2n; grep diverged "$work/table" || true)
lstm-inspect --columns learning_rate,val_loss,options --log-x "$OUTPUT.csv" --output "$OUTPUT.svg"
echo "runs: $OUTPUT.csv; drawing: $OUTPUT.svg" >&2
