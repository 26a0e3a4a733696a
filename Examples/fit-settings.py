#!/usr/bin/env python3
"""Measures variants of the settings that lstm-train chooses, on several texts.

    swift build -c release
    Examples/fit-settings.py --variants Examples/fit-settings.txt --output fit.csv verse.txt code.txt names.txt:lines

Each line of the file of variants is a name, a colon and options of lstm-train, which replace those of the rule; the
variant "rule" has none. A text is a path, with ":lines" after it for a text of separate lines.

A run is trained on a fixed number of characters instead of a fixed time, so that its loss depends neither on the
machine nor on other work; the sequence length is that of the rule for a time. Runs that are in the CSV already are not
repeated: stop and start at any time.

    --characters N,...  characters of each run (default 1800000,5400000: 20 seconds and 3 minutes of two fast cores)
    --seeds N,...       seeds (default 1,2,3)
    --jobs N            runs at the same time, one thread each (default: all CPUs)
    --tools FOLDER      folder of the tools (default .build/release)

The tables show the mean validation loss of each variant less that of the rule, in nats per character. The last row
leaves each text out in turn: it is the loss of the variant that is best on all other texts, less the loss of the best
variant of that text.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading

from run_table import append_row, lowest_loss, read_rows

FIELDS = ["text", "characters", "variant", "seed", "validation_loss", "settings"]
RULE = "rule"


def main():
    arguments = parse_arguments()
    variants = {RULE: []} | read_variants(arguments.variants)
    rows = read_rows(arguments.output)
    done = {key(row) for row in rows}
    runs = [
        (text, characters, name, seed)
        for characters in arguments.characters
        for seed in arguments.seeds
        for text in arguments.texts
        for name in variants
        if (text_name(text), str(characters), name, str(seed)) not in done
    ]
    lock = threading.Lock()

    def finish(run):
        row = train(arguments.tools, variants[run[2]], *run)
        with lock:
            append_row(arguments.output, FIELDS, row)
            rows.append(row)
            print(*(row[field] for field in FIELDS[:5]), file=sys.stderr)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(finish, runs))
    for characters in arguments.characters:
        print_table(characters, [row for row in rows if row["characters"] == str(characters)], variants)


def parse_arguments():
    def numbers(text):
        return [int(number) for number in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", metavar="text")
    parser.add_argument("--variants", required=True)
    parser.add_argument("--output", default="fit.csv")
    parser.add_argument("--characters", type=numbers, default=[1_800_000, 5_400_000])
    parser.add_argument("--seeds", type=numbers, default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--tools", default=".build/release")
    return parser.parse_args()


def read_variants(path):
    lines = (line.strip() for line in pathlib.Path(path).read_text().splitlines())
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): shlex.split(options) for name, options in pairs}


def text_name(text):
    return pathlib.Path(text.removesuffix(":lines")).stem


def key(row):
    return row["text"], row["characters"], row["variant"], row["seed"]


def train(tools, options, text, characters, name, seed):
    path = os.path.abspath(text.removesuffix(":lines"))
    unit = ["--lines", "--val-lines", "1000"] if text.endswith(":lines") else []
    batch_size, length = value(options, "--batch-size", 16), 128
    # As the rule does for --max-time, but not for --steps or lines.
    while not unit and length > 32 and characters // (batch_size * length) < 1500:
        length //= 2
    length = value(options, "--seq-length", length)
    steps = str(characters // (batch_size * length))
    common = ["--steps", steps, "--seq-length", str(length), "--seed", str(seed), "--threads", "1"]
    command = [os.path.abspath(f"{tools}/lstm-train"), *unit, *common, *options, "--progress", "none", path]
    with tempfile.TemporaryDirectory() as folder:
        outcome = subprocess.run(command, cwd=folder, text=True, capture_output=True)
        if outcome.returncode != 0:
            sys.exit(f"{shlex.join(command)}: status {outcome.returncode}: {outcome.stderr}")
        best = lowest_loss(read_rows(f"{folder}/loss.csv"))
    settings = re.search(r"settings: lstm-train (.*) \S+\n", outcome.stderr)
    return dict(zip(FIELDS, [text_name(text), str(characters), name, str(seed), best, settings[1] if settings else ""]))


def value(options, name, default):
    return int(options[options.index(name) + 1]) if name in options else default


def print_table(characters, rows, variants):
    texts = sorted({row["text"] for row in rows})
    means = {
        (text, name): statistics.mean(float(row["validation_loss"]) for row in chosen)
        for text in texts
        for name in variants
        if (chosen := [row for row in rows if row["text"] == text and row["variant"] == name])
    }
    complete = [name for name in variants if all((text, name) in means for text in texts)]
    if RULE not in complete:
        return
    print(f"\n{characters} characters" + "".join(f"{text:>12}" for text in texts) + f"{'mean':>12}")
    difference = {(t, n): means[t, n] - means[t, RULE] for t in texts for n in complete}
    for name in complete:
        columns = [means[t, name] if name == RULE else difference[t, name] for t in texts]
        sign = "" if name == RULE else "+"
        cells = "".join(f"{column:>{sign}12.4f}" for column in columns + [statistics.mean(columns)])
        print(f"{name:{len(str(characters)) + 11}}{cells}")
    if len(texts) > 1:
        regrets = []
        for text in texts:
            others = [other for other in texts if other != text]
            chosen = min(complete, key=lambda name: statistics.mean(difference[other, name] for other in others))
            regrets.append(means[text, chosen] - min(means[text, name] for name in complete))
        cells = "".join(f"{regret:>12.4f}" for regret in regrets + [statistics.mean(regrets)])
        print(f"{'left out':{len(str(characters)) + 11}}{cells}")


if __name__ == "__main__":
    main()
