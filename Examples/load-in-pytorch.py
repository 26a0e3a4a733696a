"""Loads a checkpoint of lstm-train into PyTorch and prints its loss on a text, in nats per character.

    pip install torch safetensors numpy
    python Examples/load-in-pytorch.py checkpoint.bin text.txt
    python Examples/load-in-pytorch.py checkpoint.bin text.txt --tail 0.1

With --tail it measures only that share of the text, at its end; 0.1 is what lstm-train holds out unless it is told
otherwise, so the number is then its validation loss. It is computed as lstm-train does: the first character is context
only, and the text is read in up to 64 streams, each of which begins 512 characters early, uncounted.

Checkpoints of `--cell lstm`, of `--cell rnn` and of `--cell gru --gru-reset after` are models that PyTorch has. The
default GRU applies its reset gate before the product with the state, and PyTorch has no such cell, nor has it any with
layer normalization.
"""

import argparse
import math
import sys

from pytorch_checkpoint import CheckpointError, load, torch

CHUNK = 100  # Steps at a time: memory does not grow with the text, and any number gives the same loss.
MAXIMUM_STREAMS = 64
MINIMUM_STREAM = 512  # Predictions below which there are fewer streams.
WARM_UP = 512  # Characters that a stream reads before those that count.
UNCOUNTED = -100


def read(path, checkpoint):
    """The text as indices into the vocabulary."""
    with open(path, "rb") as file:
        text = file.read().removeprefix(b"\xef\xbb\xbf")
    if checkpoint.unit == "grapheme":
        raise CheckpointError("the model's unit is the grapheme, into which Python alone cannot cut a text")
    indices = {character: index for index, character in enumerate(checkpoint.vocabulary)}
    try:
        return torch.tensor([indices[character] for character in (text if checkpoint.is_bytes else text.decode())])
    except UnicodeDecodeError:
        raise CheckpointError(f"{path}: is not UTF-8") from None
    except KeyError as error:
        raise CheckpointError(f"{path}: the model does not know the character {error}") from None


def streams(characters):
    """Inputs and targets (step, stream) of the whole text; what does not count has the target UNCOUNTED."""
    count = len(characters) - 1
    stream_count = min(MAXIMUM_STREAMS, max(1, count // MINIMUM_STREAM))
    bounds = [1 + count * stream // stream_count for stream in range(stream_count + 1)]
    inputs, targets = [], []
    for first, end in zip(bounds, bounds[1:]):
        start = max(0, first - WARM_UP)
        inputs.append(characters[start : end - 1])
        targets.append(characters[start + 1 : end].clone())
        targets[-1][: first - start - 1] = UNCOUNTED
    pad = torch.nn.utils.rnn.pad_sequence
    return pad(inputs), pad(targets, padding_value=UNCOUNTED)


@torch.inference_mode()
def mean_loss(model, characters):
    """The mean cross-entropy of all characters but the first, in nats."""
    inputs, targets = streams(characters)
    total, state = 0.0, None
    for chunk, wanted in zip(inputs.split(CHUNK), targets.split(CHUNK)):
        logits, state = model(chunk, state)
        total += torch.nn.functional.cross_entropy(
            logits.double().flatten(0, 1), wanted.flatten(), ignore_index=UNCOUNTED, reduction="sum"
        ).item()
    return total / (len(characters) - 1)


def share(text):
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1")
    return value


def main():
    parser = argparse.ArgumentParser(
        description="Prints the loss of a checkpoint on a text, in nats per character, as PyTorch computes it."
    )
    parser.add_argument("checkpoint")
    parser.add_argument("text")
    parser.add_argument("--tail", type=share, default=1.0, help="share of the text to measure, at its end")
    arguments = parser.parse_args()

    try:
        checkpoint = load(arguments.checkpoint)
        characters = read(arguments.text, checkpoint)
    except CheckpointError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
    characters = characters[math.floor(len(characters) * (1 - arguments.tail)) :]
    if len(characters) < 2:
        sys.exit(f"{arguments.text}: too short; a loss needs two characters")
    print(f"{mean_loss(checkpoint.model, characters):.6f}")


if __name__ == "__main__":
    main()
