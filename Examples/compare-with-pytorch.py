"""Compares the throughput of lstm-train with that of PyTorch on this machine.

    pip install torch
    swift build -c release
    python Examples/compare-with-pytorch.py
    python Examples/compare-with-pytorch.py --rows 'lstm-128*' 'generate-*' --repetitions 5

The two run alternately, each for about --seconds, in float32 unless a row says int8, with the same number of threads
and the same sizes, on random text with a vocabulary of 65 characters. A row shows the median of each and the median of
the pairs' ratios, because other load on the machine changes the speeds more than their ratio.

A training step is forward pass, backward pass, gradient clipping and Adam, with the state carried from chunk to chunk,
as in `lstm-bench training`. In PyTorch the first layer has an nn.Embedding of the hidden size, as usual, and Adam is
fused. (lstm-train has no embedding here: it looks up the input products of the first layer in its weights.) The GRU
applies its reset gate after the matrix product, as in PyTorch.

Generation is that of one text at temperature 1, as in `lstm-bench generation`. The figure of PyTorch is that of the
fastest of nn.LSTM and nn.LSTMCell, with one thread and with all, under torch.inference_mode. In rows of int8, the
weights of both have 8 bits: those that `lstm-export` writes, and those of PyTorch's dynamic quantization.
"""

import argparse
import csv
import dataclasses
import fnmatch
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

EXIT_UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits

try:
    import torch
except ImportError:
    print("torch is missing; install it: pip install torch", file=sys.stderr)
    sys.exit(EXIT_UNAVAILABLE)

VOCABULARY_SIZE = 65
CHARACTERS_PER_SAMPLE = 128  # Generated between two readings of the clock.
CELLS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}


@dataclasses.dataclass(frozen=True)
class Training:
    cell: str
    hidden_size: int
    layer_count: int
    batch_size: int
    step_count: int

    @property
    def name(self):
        return f"{self.cell}-{self.hidden_size}x{self.layer_count}-b{self.batch_size}-t{self.step_count}"

    def ours(self, bench):
        options = ["--batch-size", self.batch_size, "--seq-length", self.step_count]
        if self.cell == "gru":
            options += ["--gru-reset", "after"]
        return bench.rate("training", "training_step", self, options)

    def make_theirs(self, threads, seconds):
        """Returns a function that trains in PyTorch for a while and returns characters per second."""
        model = LanguageModel(self)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.002, fused=True)
        shape = (self.step_count, self.batch_size)
        state = None

        def train():
            nonlocal state
            inputs, targets = (torch.randint(VOCABULARY_SIZE, shape) for _ in range(2))
            start = time.perf_counter()
            optimizer.zero_grad()
            logits, state = model(inputs, state)
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            state = tuple(part.detach() for part in state) if self.cell == "lstm" else state.detach()
            return time.perf_counter() - start

        def rate():
            torch.set_num_threads(threads)
            return self.step_count * self.batch_size / median_time(train, seconds)

        return rate


@dataclasses.dataclass(frozen=True)
class Generation:
    hidden_size: int
    layer_count: int
    weights: str = "float32"
    cell = "lstm"

    @property
    def name(self):
        suffix = "" if self.weights == "float32" else f"-{self.weights}"
        return f"generate-{self.cell}-{self.hidden_size}x{self.layer_count}{suffix}"

    def ours(self, bench):
        figure = "generation" if self.weights == "float32" else f"generation_{self.weights}"
        return bench.rate("generation", figure, self, [])

    def make_model(self, kind):
        """Returns a model of a class for inference, with quantized weights if the row says so."""
        model = kind(self).eval()
        if self.weights == "float32":
            return model
        layers = {torch.nn.LSTM, torch.nn.LSTMCell, torch.nn.Linear}
        return torch.ao.quantization.quantize_dynamic(model, layers, dtype=torch.qint8)

    def make_theirs(self, threads, seconds):
        """Returns a function that generates in PyTorch in every way and returns the most characters per second."""
        models = [self.make_model(kind) for kind in (LanguageModel, CellByCell)]
        ways = [(model, count) for model in models for count in {1, threads}]

        @torch.inference_mode()
        def best_rate():
            rates = []
            for model, thread_count in ways:
                torch.set_num_threads(thread_count)
                character, state = torch.zeros(1, 1, dtype=torch.long), None

                def generate():
                    nonlocal character, state
                    start = time.perf_counter()
                    for _ in range(CHARACTERS_PER_SAMPLE):
                        logits, state = model(character, state)
                        character = torch.multinomial(logits[0].softmax(-1), 1)
                    return time.perf_counter() - start

                rates.append(CHARACTERS_PER_SAMPLE / median_time(generate, seconds))
            return max(rates)

        return best_rate


ROWS = [
    Training("lstm", 128, 2, 50, 50),
    Training("lstm", 256, 2, 64, 64),
    Training("lstm", 512, 2, 64, 64),
    Training("lstm", 512, 3, 100, 100),
    Training("lstm", 1024, 1, 64, 64),
    Training("gru", 128, 2, 50, 50),
    Training("gru", 256, 2, 64, 64),
    Training("gru", 512, 2, 64, 64),
    Training("rnn", 128, 2, 50, 50),
    Training("rnn", 256, 2, 64, 64),
    Training("rnn", 512, 2, 64, 64),
    # The sizes and batches that lstm-train chooses itself.
    *[Training("lstm", hidden_size, 2, 16, 128) for hidden_size in (96, 160, 256, 320, 384)],
    Generation(128, 2),
    Generation(256, 2),
    Generation(512, 2),
    Generation(128, 2, "int8"),
    Generation(256, 2, "int8"),
    Generation(512, 2, "int8"),
]


class LanguageModel(torch.nn.Module):
    """Maps characters (step, batch) to logits (step, batch, character) with PyTorch's layers."""

    def __init__(self, row):
        super().__init__()
        self.embedding = torch.nn.Embedding(VOCABULARY_SIZE, row.hidden_size)
        self.rnn = CELLS[row.cell](row.hidden_size, row.hidden_size, row.layer_count)
        self.decoder = torch.nn.Linear(row.hidden_size, VOCABULARY_SIZE)

    def forward(self, characters, state):
        output, state = self.rnn(self.embedding(characters), state)
        return self.decoder(output), state


class CellByCell(torch.nn.Module):
    """The same model for one step of an LSTM, with nn.LSTMCell."""

    def __init__(self, row):
        super().__init__()
        self.embedding = torch.nn.Embedding(VOCABULARY_SIZE, row.hidden_size)
        cells = [torch.nn.LSTMCell(row.hidden_size, row.hidden_size) for _ in range(row.layer_count)]
        self.cells = torch.nn.ModuleList(cells)
        self.decoder = torch.nn.Linear(row.hidden_size, VOCABULARY_SIZE)

    def forward(self, characters, states):
        output, new_states = self.embedding(characters[0]), []
        for cell, state in zip(self.cells, states or [None] * len(self.cells)):
            new_states.append(cell(output, state))
            output = new_states[-1][0]
        return self.decoder(output).unsqueeze(0), new_states


class Bench:
    """The tool lstm-bench."""

    def __init__(self, path, threads, seconds):
        self.path = path
        self.common = ["--vocabulary", VOCABULARY_SIZE, "--threads", threads, "--seconds", seconds, "--csv"]

    def rate(self, section, figure, row, options):
        options = options + ["--cell", row.cell, "--hidden", row.hidden_size, "--layers", row.layer_count]
        command = [str(part) for part in [self.path, section, *options, *self.common]]
        try:
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        except OSError as error:
            print(f"{self.path}: {error.strerror}; build it: swift build -c release", file=sys.stderr)
            sys.exit(EXIT_UNAVAILABLE)
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)  # The tool has printed the error.
        return next(float(line["value"]) for line in csv.DictReader(output.splitlines()) if line["name"] == figure)


def median_time(run, seconds):
    """Calls `run` for `seconds`, at least three times, after a warm-up, and returns the median of its results."""
    warm = time.perf_counter() + seconds / 5
    run()
    while time.perf_counter() < warm:
        run()
    end, times = time.perf_counter() + seconds, []
    while time.perf_counter() < end or len(times) < 3:
        times.append(run())
    return statistics.median(times)


def compare(row, bench, arguments):
    """Measures and prints a row, and returns its ratio."""
    theirs = row.make_theirs(arguments.threads, arguments.seconds)
    pairs = [(row.ours(bench), theirs()) for _ in range(arguments.repetitions)]
    ours, theirs = (statistics.median(rates) for rates in zip(*pairs))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{row.name:24}{ours:>14,.0f}{theirs:>14,.0f}{ratio:>10.2f}", flush=True)
    return ratio


def positive(kind):
    def parse(text):
        value = kind(text)
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError("must be above 0")
        return value

    return parse


def parse_arguments():
    root = pathlib.Path(__file__).resolve().parent.parent
    affinity = getattr(os, "sched_getaffinity", None)
    cpu_count = len(affinity(0)) if affinity else os.cpu_count() or 1
    parser = argparse.ArgumentParser(
        description="Compares the speed of lstm-train with that of PyTorch.",
        epilog="Rows: " + ", ".join(row.name for row in ROWS),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--rows", nargs="+", default=["*"], metavar="PATTERN", help="rows to measure, by name")
    parser.add_argument("--repetitions", type=positive(int), default=3, help="pairs of runs per row")
    parser.add_argument("--seconds", type=positive(float), default=1.0, help="duration of each run")
    parser.add_argument("--threads", type=positive(int), default=cpu_count, help="threads for each")
    parser.add_argument("--bench", default=root / ".build/release/lstm-bench", metavar="FILE", help="lstm-bench")
    arguments = parser.parse_args()
    for pattern in arguments.rows:
        if not fnmatch.filter((row.name for row in ROWS), pattern):
            parser.error(f"no row matches {pattern}; the rows are {', '.join(row.name for row in ROWS)}")
    return arguments


def main():
    arguments = parse_arguments()
    bench = Bench(arguments.bench, arguments.threads, arguments.seconds)
    print(f"PyTorch {torch.__version__}, threads: {arguments.threads}, runs of each: {arguments.repetitions}")
    for kind, title in [(Training, "training, characters/s"), (Generation, "generation, characters/s")]:
        rows = [row for row in ROWS if isinstance(row, kind)]
        rows = [row for row in rows if any(fnmatch.fnmatch(row.name, pattern) for pattern in arguments.rows)]
        if not rows:
            continue
        print(f"\n{title:24}{'lstm-train':>14}{'PyTorch':>14}{'ratio':>10}", flush=True)
        ratios = [compare(row, bench, arguments) for row in rows]
        print(f"{'geometric mean':52}{statistics.geometric_mean(ratios):>10.2f}")
        print(f"{'smallest':52}{min(ratios):>10.2f}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
