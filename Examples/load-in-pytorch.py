"""Loads a checkpoint of lstm-train into PyTorch and prints its loss on a text, in nats per character.

    pip install torch safetensors numpy
    python Examples/load-in-pytorch.py checkpoint.bin text.txt
    python Examples/load-in-pytorch.py checkpoint.bin text.txt --tail 0.1

With --tail it evaluates only that share of the text, at its end. --tail 0.1 is the default validation set of
lstm-train, so the result is then the validation loss. It is computed as in lstm-train: the first character is context
only, and the text is read in up to 64 streams. Each stream starts from the state after a line feed and has a warm-up
context of 512 characters, which adds no loss.

PyTorch has the models of `--cell lstm`, of `--cell rnn` with either `--activation`, and of `--cell gru --gru-reset
after`. It does not have the default GRU, which applies its reset gate before the recurrent matrix product, an LSTM with
another `--forget-gate`, cells with layer normalization, or connections between layers.
"""

import argparse
import math
import re
import sys

from pytorch_checkpoint import CheckpointError, load, torch
from pytorch_evaluation import mean_loss


def read(path, checkpoint):
    """Returns the text as indices into the vocabulary."""
    with open(path, "rb") as file:
        text = file.read().removeprefix(b"\xef\xbb\xbf")
    if checkpoint.unit == "grapheme":
        raise CheckpointError("the model's unit is the grapheme, which Python's standard library cannot segment")
    if not {"\r", 13} & set(checkpoint.vocabulary):
        text = re.sub(rb"\r(?=\n|\Z)", b"", text)
    indices = {character: index for index, character in enumerate(checkpoint.vocabulary)}
    try:
        return torch.tensor([indices[character] for character in (text if checkpoint.is_bytes else text.decode())])
    except UnicodeDecodeError:
        raise CheckpointError(f"{path}: is not UTF-8") from None
    except KeyError as error:
        raise CheckpointError(f"{path}: the character {error} is not in the vocabulary of the model") from None


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
    parser.add_argument("--tail", type=share, default=1.0, help="share of the text to evaluate, at its end")
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
    print(f"{mean_loss(checkpoint.model, characters, checkpoint.line_feed):.6f}")


if __name__ == "__main__":
    main()
