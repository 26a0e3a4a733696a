"""Trains a PyTorch model on a text for a given time, as lstm-train would, and prints its validation loss.

    pip install torch safetensors numpy
    python Examples/train-in-pytorch.py corpus.txt --hidden 256 --layers 2 --max-time 180

Use it to compare the losses of PyTorch and lstm-train with the same architecture, time limit and settings; lstm-train
prints its settings in its first lines. Training is in float32, with truncated BPTT over chunks of contiguous streams,
carried state, Adam, gradient clipping by the global norm, and dropout between layers and before the output layer. The
learning rate is constant and decays linearly to zero in the last fifth of the time. The last tenth of the text is the
validation set, which is evaluated after the time limit.
"""

import argparse
import math
import os
import pathlib
import sys
import time

from pytorch_checkpoint import CELLS, torch
from pytorch_evaluation import mean_loss

DECAY_SHARE = 0.2  # Share of the time for the final decay of the learning rate.
ARCHITECTURES = {"lstm": "lstm", "gru": "gru-reset-after", "rnn": "rnn"}


class LanguageModel(torch.nn.Module):
    """Maps characters (step, stream) to logits (step, stream, character), with an embedding as usual in PyTorch."""

    def __init__(self, cell, vocabulary_size, hidden_size, layer_count, dropout):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary_size, hidden_size)
        layers = CELLS[ARCHITECTURES[cell]][0]
        self.rnn = layers(hidden_size, hidden_size, layer_count, dropout=dropout if layer_count > 1 else 0)
        self.dropout = torch.nn.Dropout(dropout)
        self.decoder = torch.nn.Linear(hidden_size, vocabulary_size)

    def forward(self, characters, state=None):
        output, state = self.rnn(self.embedding(characters), state)
        return self.decoder(self.dropout(output)), state


def chunks(characters, batch_size, length):
    """Yields inputs and targets (step, stream) endlessly, and whether an epoch begins."""
    stream_length = (len(characters) - 1) // batch_size
    inputs = characters[: batch_size * stream_length].view(batch_size, stream_length).t()
    targets = characters[1 : batch_size * stream_length + 1].view(batch_size, stream_length).t()
    while True:
        for start in range(0, stream_length, length):
            yield inputs[start : start + length], targets[start : start + length], start == 0


def train(model, characters, arguments):
    """Trains until the time limit; returns the numbers of optimizer steps and of characters."""
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.learning_rate, fused=True)
    start, state, updates, seen = time.perf_counter(), None, 0, 0
    for inputs, targets, is_first in chunks(characters, arguments.batch_size, arguments.seq_length):
        elapsed = (time.perf_counter() - start) / arguments.max_time
        if elapsed >= 1:
            return updates, seen
        for group in optimizer.param_groups:
            group["lr"] = arguments.learning_rate * min(1, (1 - elapsed) / DECAY_SHARE)
        logits, state = model(inputs, None if is_first else state)
        state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), arguments.clip)
        optimizer.step()
        updates, seen = updates + 1, seen + inputs.numel()
        if updates % 50 == 0 and sys.stderr.isatty():
            print(f"\r{elapsed:4.0%}  train {loss.item():.4f} ", end="", file=sys.stderr, flush=True)


def parse_arguments():
    affinity = getattr(os, "sched_getaffinity", None)
    parser = argparse.ArgumentParser(
        description="Trains a PyTorch model on a text for a given time and prints its validation loss.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--cell", choices=ARCHITECTURES, default="lstm")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seq-length", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.002)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--clip", type=float, default=5.0)
    parser.add_argument("--val-fraction", type=float, default=0.1)
    parser.add_argument("--max-time", type=float, default=180, help="time limit of training in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=len(affinity(0)) if affinity else os.cpu_count() or 1)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    try:
        text = arguments.text.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{arguments.text}: {getattr(error, 'strerror', None) or 'is not UTF-8'}")
    vocabulary = sorted(set(text))
    indices = {character: index for index, character in enumerate(vocabulary)}
    characters = torch.tensor([indices[character] for character in text])
    end = math.floor(len(characters) * (1 - arguments.val_fraction))
    if end <= arguments.batch_size or len(characters) - end < 2:
        sys.exit(f"{arguments.text}: too short for {arguments.batch_size} streams and a validation set")

    model = LanguageModel(arguments.cell, len(vocabulary), arguments.hidden, arguments.layers, arguments.dropout)
    updates, seen = train(model, characters[:end], arguments)
    model.eval()
    print(
        f"\r{mean_loss(model, characters[end:], indices.get(chr(10))):.4f} nats after {updates:,} steps,"
        f" {seen / arguments.max_time:,.0f} characters/s"
    )


if __name__ == "__main__":
    main()
