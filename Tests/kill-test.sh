#!/usr/bin/env bash
# Kills training runs at random moments, resumes each with --continue, and compares the results with those of an
# uninterrupted run: checkpoint.bin and checkpoint.last.bin byte for byte, the loss curve without its times.
#
#   swift build -c release
#   Tests/kill-test.sh [kills] [path of lstm-train] [seed]
#
# 300 kills take about a minute. The package's tests run this script with a few kills. The sanitizers check those tests
# for data races and memory errors, each in a separate build folder:
#
#   swift test --sanitize=thread --scratch-path .build/thread
#   ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build/address
#
# Leak detection is off because Foundation leaks memory for every empty file that it reads. The thread sanitizer does
# not support a limit on the file size, so the test aCheckpointThatCannotBeWritten fails with it.
set -euo pipefail

kills=${1:-300}
tool=$(realpath "${2:-$(dirname "$0")/../.build/release/lstm-train}")
RANDOM=${3:-1}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for line in $(seq 60); do echo "the tide and the wind $((line * line % 97)) and the rose $((line % 7))"; done >text.txt

fail() {
  echo "kill-test: $*" >&2
  cat messages.txt >&2
  exit 1
}

# Every step is saved and has a row in the loss curve, so that every lost step is detected.
options=(--hidden 24 --layers 2 --batch-size 3 --seq-length 20 --epochs 4 --val-every 9 --log-every 1
  --checkpoint-every 1 --keep 3 --threads 2)

# All columns except seconds and characters_per_second.
curve() { cut -d, -f1-3,5-10,12 "$1"; }

mkdir whole
(cd whole && "$tool" "${options[@]}" ../text.txt 2>../messages.txt) || fail 'the uninterrupted run failed'
steps=$(tail -n 1 whole/loss.csv | cut -d, -f1)

killed=0
runs=0
longest=0
while [ "$killed" -lt "$kills" ]; do
  rm -rf disturbed
  mkdir disturbed
  finished=no
  while [ $finished = no ]; do
    rows=0
    [ ! -e disturbed/loss.csv ] || rows=$(($(wc -l <disturbed/loss.csv) - 1))
    [ "$rows" -le 1 ] || [ -e disturbed/checkpoint.last.bin ] || fail "the state after step $rows is gone"
    cd disturbed
    "$tool" "${options[@]}" --continue ../text.txt 2>../messages.txt &
    process=$!
    cd ..
    if [ "$killed" -lt "$kills" ]; then
      sleep "0.$(printf %03d $((RANDOM % 250)))"
      kill -KILL $process 2>/dev/null || true
    fi
    status=0
    wait $process 2>/dev/null || status=$?
    case $status in
      0) finished=yes ;;
      137) killed=$((killed + 1)) ;;
      *) fail "status $status after $killed kills" ;;
    esac

    # A row is written just before its step is saved, so one step may be lost.
    resumed=$(sed -n 's/^resuming .* after step //p' messages.txt)
    if [ -n "$resumed" ]; then
      lost=$((rows - resumed))
      [ "$lost" -le 1 ] || fail "$lost steps were lost"
      [ "$lost" -le "$longest" ] || longest=$lost
    fi
  done
  runs=$((runs + 1))
  for file in checkpoint.bin checkpoint.last.bin; do
    cmp whole/$file disturbed/$file || fail "$file differs"
  done
  cmp <(curve whole/loss.csv) <(curve disturbed/loss.csv) || fail 'the loss curve differs'
  # A run that was killed between its first row and its first state started again, with the old curve renamed, and its
  # model, if that was complete but had no name yet.
  diff <(ls -A whole) <(ls -A disturbed | grep -Ev '^(loss\.previous-|checkpoint\.previous-[0-9]+\.bin\.tmp-)') >&2 ||
    fail 'the remaining files differ'
done
echo "$killed kills in $runs runs of $steps steps: every run resumed, at most $longest step lost, all results equal"
