#!/usr/bin/env bash
# Trains on compressed texts, or on texts in another encoding, without writing the decompressed or converted text to disk:
#
#   Examples/train-from-pipe.sh part-*.txt.gz -- --epochs 20
#   ENCODING=ISO-8859-15 Examples/train-from-pipe.sh old.txt older.txt.xz -- --hidden 128
#
# Arguments after -- are options of lstm-train. ENCODING is a name that `iconv --list` prints (default: UTF-8).
# The tools are taken from the path, or built if they are not there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

files=()
while [[ $# -gt 0 && $1 != -- ]]; do
  files+=("$1")
  shift
done
shift || true
if [[ ${#files[@]} -eq 0 ]]; then
  echo 'usage: train-from-pipe.sh texts ... [-- options of lstm-train]' >&2
  exit 64
fi

. "$root/Examples/find_tools.sh" lstm-train

for file in "${files[@]}"; do
  case $file in
    *.gz | *.Z) gzip -dc "$file" ;;
    *.bz2) bzip2 -dc "$file" ;;
    *.xz | *.lzma) xz -dc "$file" ;;
    *.zst) zstd -dc "$file" ;;
    *) cat "$file" ;;
  esac
done | iconv -f "${ENCODING:-UTF-8}" -t UTF-8 | lstm-train "$@" -
