#!/usr/bin/env bash
# How far back does each cell remember? Trains models on records of long-memory.sh at growing distances, reads from
# lstm-score in which share of new records the key comes back, and prints a table:
#
#   Examples/memory-study.sh                                                  # a minute or so on two cores
#   VARIANTS='lstm; lstm --forget-bias 1; rnn --init identity' Examples/memory-study.sh
#   CHUNKS='whole half' DISTANCES='8 16 32' Examples/memory-study.sh          # what truncated BPTT can and cannot carry
#   HIDDEN=64 DISTANCES='5 10 20 35 50 75 100 150 200' STEPS=20000 RECORDS=50000 \
#     RATES='0.001 0.003 0.01' SEEDS='1 2 3' Examples/memory-study.sh         # the whole study: hours
#
#   VARIANTS    cells, each with options of lstm-train behind it, and a semicolon between them (lstm; gru; rnn)
#   DISTANCES   characters between the key and its recall, in growing order
#   CHUNKS      whole: a chunk is a record, and gradients go back to the key; half: it is half the distance, and they
#               do not, though the state is carried on
#   RATES       learning rates, each tried with the first seed
#   SEEDS       runs with the rate that recalled most, or of several that solved it the one that was first, of which the
#               mean is told
#   HIDDEN, STEPS, BATCH_SIZE, RECORDS   units, updates, streams, and records to train on
#   CHECKS      looks at a run, evenly spaced, of which the first that finds 99 % of the records recalled ends it (10)
#   OUTPUT      where the tables and the drawing go: OUTPUT.csv has all runs, OUTPUT.solved.csv the largest distance that
#               each variant solves, OUTPUT.svg the share recalled over the distance (memory)
#
# A key is one letter out of eight. It counts as recalled where the model gives it more than half of the probability, and
# so takes it for the likeliest: it costs less than ln 2 nats then, which lstm-score --per-character tells. A distance is
# solved where 95 % of 500 new records are recalled, in the mean over the seeds. Beyond the second in a row that a variant
# does not solve, it is not tried.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

VARIANTS=${VARIANTS:-lstm; gru; rnn}
DISTANCES=${DISTANCES:-5 10 20 40}
CHUNKS=${CHUNKS:-whole}
RATES=${RATES:-0.01}
SEEDS=${SEEDS:-1}
HIDDEN=${HIDDEN:-32}
STEPS=${STEPS:-2000}
BATCH_SIZE=${BATCH_SIZE:-32}
RECORDS=${RECORDS:-10000}
CHECKS=${CHECKS:-10}
OUTPUT=${OUTPUT:-memory}

if [[ $# -gt 0 ]]; then
  # The comment at the top is the help text.
  sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
  [[ $1 = --help ]] && exit
  exit 64
fi
for chunk in $CHUNKS; do
  [[ $chunk = whole || $chunk = half ]] || { echo "memory-study.sh: CHUNKS are whole or half, not '$chunk'" >&2; exit 64; }
done
if ! type lstm-train lstm-score lstm-inspect &>/dev/null; then
  for tool in lstm-train lstm-score lstm-inspect; do
    swift build --package-path "$root" -c release --product "$tool" >&2
  done
  PATH=$(swift build --package-path "$root" -c release --show-bin-path):$PATH
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# share_recalled: the share of the records in the test that are recalled, and what a key costs in nats.
share_recalled() {
  lstm-score --quiet --per-character "$work/model.bin" "$work/test.txt" | awk -F '\t' '
    isKey { count++; nats += $3; recalled += $3 < log(2) }
    { isKey = $2 == "=" }
    END { printf "%.4f,%.6f\n", recalled / count, nats / count }'
}

# is CONDITION: whether the arithmetic holds, fractions and all.
is() { awk "BEGIN { exit !($1) }"; }

# run variant chunk distance rate seed: trains one model on train.txt, and sets steps and recalled to what it comes to.
run() {
  local length=$(($3 + 9)) part=$(((STEPS + CHECKS - 1) / CHECKS)) nats
  steps=0
  [[ $2 = whole ]] || length=$(($3 > 1 ? $3 / 2 : 1))
  rm -f "$work"/model*.bin "$work"/loss*.csv
  while [[ $steps -lt $STEPS ]]; do
    # The last part is what is left, so that the rate falls once, at the end of all.
    steps=$((steps + part < STEPS ? steps + part : STEPS))
    # The words of a variant are options of their own.
    # shellcheck disable=SC2086
    lstm-train --quiet --continue --lines --hidden "$HIDDEN" --layers 1 --dropout 0 --recurrent-dropout 0 \
      --batch-size "$BATCH_SIZE" --seq-length "$length" --steps "$STEPS" --stop-after "$part" --learning-rate "$4" \
      --val-fraction 0 --seed "$5" --checkpoint "$work/model.bin" --log "$work/loss.csv" --cell $1 "$work/train.txt"
    IFS=, read -r recalled nats < <(share_recalled)
    if is "$recalled >= 0.99"; then break; fi
  done
  echo "$1,$2,$3,$4,$5,$steps,$recalled,$nats" >> "$OUTPUT.csv"
  echo "distance $3, $1, $2 chunks, rate $4, seed $5: $recalled recalled after $steps updates" >&2
}

echo 'cell,chunk,distance,learning_rate,seed,updates,recalled,nats' > "$OUTPUT.csv"
echo 'cell,distance,recalled' > "$work/best.csv"
first_seed=${SEEDS%% *}
other_seeds=${SEEDS#"$first_seed"}
# How many distances in a row a variant has not solved, as ",variant,chunk," for each: no array by names, which bash 3.2
# has not.
unsolved=''
for distance in $DISTANCES; do
  "$root/Examples/long-memory.sh" --distance "$distance" --records "$RECORDS" > "$work/train.txt"
  "$root/Examples/long-memory.sh" --distance "$distance" --records 500 --seed 1000 > "$work/test.txt"
  while read -r -d ';' variant; do
    for chunk in $CHUNKS; do
      place=",$variant,$chunk,"
      [[ $unsolved != *"$place"*"$place"* ]] || continue
      best_recalled='' best_steps='' best_rate=''
      for rate in $RATES; do
        run "$variant" "$chunk" "$distance" "$rate" "$first_seed"
        if [[ -z $best_rate ]] || { is "$recalled >= 0.99 && $best_recalled >= 0.99" && [[ $steps -lt $best_steps ]]; } ||
          is "$recalled > $best_recalled && $best_recalled < 0.99"; then
          best_recalled=$recalled best_steps=$steps best_rate=$rate
        fi
      done
      sum=$best_recalled count=1
      echo "$variant ($chunk),$distance,$best_recalled" >> "$work/best.csv"
      for seed in $other_seeds; do
        run "$variant" "$chunk" "$distance" "$best_rate" "$seed"
        echo "$variant ($chunk),$distance,$recalled" >> "$work/best.csv"
        sum+=+$recalled count=$((count + 1))
      done
      if is "($sum) / $count >= 0.95"; then unsolved=${unsolved//"$place"/}; else unsolved+=$place; fi
    done
  done <<< "$VARIANTS;"
done

awk -F , -v solved_file="$OUTPUT.solved.csv" '
  NR == 1 { next }
  !($1 in seen) { seen[$1]; names[++name_count] = $1; if (length($1) > width) width = length($1) }
  !($2 in known) { known[$2]; distances[++distance_count] = $2 }
  { sum[$1, $2] += $3; count[$1, $2]++ }
  END {
    if (width < 20) width = 20
    name_format = "%-" width "s"
    printf name_format, "recalled at distance"
    for (d = 1; d <= distance_count; d++) printf "  %5s", distances[d]
    printf "  solved to\n"
    print "cell,solved_distance" > solved_file
    for (n = 1; n <= name_count; n++) {
      solved = ""
      printf name_format, names[n]
      for (d = 1; d <= distance_count; d++) {
        place = names[n] SUBSEP distances[d]
        if (!(place in count)) { printf "  %5s", "-"; continue }
        mean = sum[place] / count[place]
        if (mean >= 0.95) solved = distances[d]
        printf "  %4.0f%%", 100 * mean
      }
      printf "  %9s\n", solved == "" ? "none" : solved
      print names[n] "," solved > solved_file
    }
  }' "$work/best.csv"
lstm-inspect --columns distance,recalled,cell "$work/best.csv" --output "$OUTPUT.svg"
echo "runs: $OUTPUT.csv; solved: $OUTPUT.solved.csv; drawing: $OUTPUT.svg" >&2
