#!/usr/bin/env python3
"""Trains and scores the models of the record of results, and prints its table.

    swift build -c release
    Examples/record-results.py --texts FOLDER --output results.csv [NAME ...]

Without names, all records are made; --list prints their names. A record that the CSV holds already is not repeated, so
the command can be stopped and started at any time. FOLDER holds the texts that this project does not contain:
tinyshakespeare.txt, ja_soseki.txt (novels by Natsume Soseki) and names.txt (one name a line). Run it on a machine that
does nothing else: what is learned in three minutes depends on the speed.

    --texts FOLDER    folder of the texts (default: .)
    --output FILE     CSV of results, read and appended (default: results.csv)
    --models FOLDER   folder for models, which later records score (default: results-models)
    --tools FOLDER    folder of the tools (default: .build/release)
    --list            print names and commands
    --table           print the table of the CSV and run nothing
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import shlex
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from run_table import append_row, lowest_loss, read_rows

FIELDS = ["record", "text", "command", "seed", "loss", "characters", "seconds", "threads", "cpu", "version", "date"]


@dataclass
class Record:
    name: str
    text: str
    options: str
    seeds: int = 1
    # The record whose models are scored on the last tenth of the text, instead of training.
    models_of: str | None = None
    # The number of models that are mixed.
    model_count: int = 1


SHAKESPEARE = "tinyshakespeare.txt"
RECORDS = [
    Record("english", "data/english/*.txt", "--epochs 20", seeds=3),
    Record("shakespeare-3m", SHAKESPEARE, "--max-time 3m", seeds=3),
    Record("shakespeare-3m-adapt", SHAKESPEARE, "--adapt auto", models_of="shakespeare-3m"),
    Record("shakespeare-3m-gru", SHAKESPEARE, "--cell gru --max-time 3m"),
    Record("shakespeare-3m-rnn", SHAKESPEARE, "--cell rnn --max-time 3m"),
    Record("shakespeare-30m", SHAKESPEARE, "--max-time 30m"),
    Record("shakespeare-7m", SHAKESPEARE, "--max-time 7m", seeds=4),
    Record("shakespeare-7m-mixed", SHAKESPEARE, "", models_of="shakespeare-7m", model_count=4),
    Record("sources-3m", "Sources/**/*.swift", "--max-time 3m"),
    Record("japanese-10m", "ja_soseki.txt", "--max-time 10m"),
    Record("names-80s", "names.txt", "--lines --val-lines 1000 --max-time 80s", seeds=3),
]


def main():
    arguments = parse_arguments()
    if arguments.list:
        for record in RECORDS:
            print(f"{record.name}: {record.options} {record.text}")
        return
    rows = read_rows(arguments.output)
    wanted = [record for record in RECORDS if not arguments.names or record.name in arguments.names]
    if unknown := set(arguments.names) - {record.name for record in RECORDS}:
        sys.exit(f"{sorted(unknown)[0]}: no such record; see --list")
    for record in wanted if not arguments.table else []:
        for seed in range(1, record.seeds + 1):
            if any(row["record"] == record.name and row["seed"] == str(seed) for row in rows):
                continue
            row = (score if record.models_of else train)(record, seed, arguments)
            append_row(arguments.output, FIELDS, row)
            rows.append({key: str(value) for key, value in row.items()})
            print(record.name, seed, row["loss"], file=sys.stderr)
    print_table(rows)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--texts", default=".")
    parser.add_argument("--output", default="results.csv")
    parser.add_argument("--models", default="results-models")
    parser.add_argument("--tools", default=".build/release")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--table", action="store_true")
    return parser.parse_args()


def text_paths(text, arguments):
    """Returns the files of a text, which is a pattern of files of this project or a file of the folder of texts."""
    project = pathlib.Path(__file__).resolve().parent.parent
    return sorted(project.glob(text)) or [pathlib.Path(arguments.texts, text).resolve()]


def model_folder(name, seed, arguments):
    return pathlib.Path(arguments.models, f"{name}-{seed}").resolve()


def train(record, seed, arguments):
    folder = model_folder(record.name, seed, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    options = shlex.split(record.options) + ["--seed", str(seed)]
    start = time.monotonic()
    run(arguments, folder, "lstm-train", *options, "--overwrite", "--progress", "none", *text_paths(record.text, arguments))
    seconds = time.monotonic() - start
    curve = read_rows(folder / "loss.csv")
    command = f"lstm-train {record.options} {record.text}"
    return result(record, seed, command, lowest_loss(curve), curve[-1]["characters"], seconds, arguments)


def score(record, seed, arguments):
    text = "".join(path.read_text() for path in text_paths(record.text, arguments))
    held_out = pathlib.Path(arguments.models, "held-out.txt").resolve()
    held_out.write_text(text[len(text) - len(text) // 10 :])
    first, *others = [
        model_folder(record.models_of, number, arguments) / "checkpoint.bin" for number in range(1, record.model_count + 1)
    ]
    options = shlex.split(record.options) + [word for other in others for word in ("--with", other)]
    start = time.monotonic()
    output = run(arguments, held_out.parent, "lstm-score", *options, "--json", first, held_out)
    seconds = time.monotonic() - start
    figures = json.loads(output)["total"]
    names = " ".join(["lstm-score", record.options, *(f"--with {number}.bin" for number in range(2, len(others) + 2))])
    command = " ".join(names.split()) + " 1.bin held-out.txt"
    return result(record, seed, command, f"{figures['nats_per_character']:.6f}", figures["characters"], seconds, arguments)


def run(arguments, folder, tool, *words):
    command = [os.path.abspath(f"{arguments.tools}/{tool}"), *map(str, words)]
    outcome = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if outcome.returncode != 0:
        sys.exit(f"{shlex.join(command)}: status {outcome.returncode}: {outcome.stderr}")
    return outcome.stdout


def result(record, seed, command, loss, characters, seconds, arguments):
    version = subprocess.run([f"{arguments.tools}/lstm-train", "--version"], text=True, capture_output=True)
    return dict(
        zip(
            FIELDS,
            [record.name, record.text, command, seed, loss, characters, round(seconds), os.cpu_count(), cpu_name()]
            + [version.stdout.split()[-1], datetime.date.today().isoformat()],
        )
    )


def cpu_name():
    try:
        names = re.findall(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return " ".join(names[0].replace("(R)", "").split()) if names else platform.processor() or platform.machine()


def print_table(rows):
    print("| command | characters | seconds | validation loss |")
    print("|---|---|---|---|")
    for record in RECORDS:
        chosen = [row for row in rows if row["record"] == record.name]
        if not chosen:
            continue
        losses = [float(row["loss"]) for row in chosen]
        characters = statistics.mean(int(row["characters"]) for row in chosen)
        seconds = statistics.mean(float(row["seconds"]) for row in chosen)
        each = f" ({', '.join(f'{loss:.3f}' for loss in losses)})" if len(losses) > 1 else ""
        cells = [f"`{chosen[0]['command']}`", f"{characters:,.0f}", f"{seconds:.0f}"]
        print(f"| {' | '.join(cells)} | {statistics.mean(losses):.3f}{each} |")


if __name__ == "__main__":
    main()
