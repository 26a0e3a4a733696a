"""Loads a checkpoint of lstm-train into PyTorch and prints its loss on a text, in nats per character.

    pip install torch safetensors numpy
    python Examples/load-in-pytorch.py checkpoint.bin text.txt
    python Examples/load-in-pytorch.py checkpoint.bin text.txt --tail 0.1

With --tail it measures only that share of the text, at its end; 0.1 is what lstm-train holds out unless it is told
otherwise, so the number is then its validation loss. The text is read in one pass from a zero state, and its first
character is context only. (lstm-train validates in several streams that start 512 characters early; a model with a
long memory can differ in the fifth decimal.)

Checkpoints of `--cell lstm`, of `--cell rnn` and of `--cell gru --gru-reset after` are models that PyTorch has. The
default GRU applies its reset gate before the product with the state, and PyTorch has no such cell.
"""

import argparse
import json
import math
import sys

try:
    import torch
    from safetensors import SafetensorError, safe_open
except ImportError as error:
    sys.exit(f"{error.name} is missing; install what this needs: pip install torch safetensors numpy")

CELLS = {"lstm": torch.nn.LSTM, "gru-reset-after": torch.nn.GRU, "rnn": torch.nn.RNN}
CHUNK = 1000  # Characters at a time: memory does not grow with the text, and any number gives the same loss.


class LanguageModel(torch.nn.Module):
    """Its parameters have the names of the tensors in the file."""

    def __init__(self, configuration, vocabulary_size):
        super().__init__()
        cell = CELLS[configuration["cell"]]
        hidden_size = configuration["hiddenSize"]
        self.rnn = cell(vocabulary_size, hidden_size, configuration["layerCount"])
        self.decoder = torch.nn.Linear(hidden_size, vocabulary_size)
        self.vocabulary_size = vocabulary_size

    def forward(self, characters, state=None):
        one_hot = torch.nn.functional.one_hot(characters, self.vocabulary_size).float()
        output, state = self.rnn(one_hot, state)
        return self.decoder(output), state


def load(path):
    """The model in a file, its vocabulary, and whether the vocabulary is of bytes."""
    open(path, "rb").close()  # Says which file is missing; safetensors does not.
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys() if name.startswith(("rnn.", "decoder."))}
    if not {"configuration", "vocabulary"} <= metadata.keys():
        sys.exit(f"{path}: is not a checkpoint of lstm-train")
    configuration = json.loads(metadata["configuration"])
    vocabulary = json.loads(metadata["vocabulary"])
    if configuration["cell"] not in CELLS:
        sys.exit(f"{path}: PyTorch has no cell like {configuration['cell']}; it can load {', '.join(CELLS)}")
    if configuration["unit"] == "grapheme":
        sys.exit(f"{path}: its unit is the grapheme, into which Python alone cannot cut a text")
    model = LanguageModel(configuration, len(vocabulary))
    model.load_state_dict(tensors)
    return model.eval(), vocabulary, configuration["unit"] == "byte"


def read(path, vocabulary, is_bytes):
    """The text as indices into the vocabulary."""
    with open(path, "rb") as file:
        text = file.read().removeprefix(b"\xef\xbb\xbf")
    indices = {character: index for index, character in enumerate(vocabulary)}
    try:
        return torch.tensor([indices[character] for character in (text if is_bytes else text.decode())])
    except UnicodeDecodeError:
        sys.exit(f"{path}: is not UTF-8")
    except KeyError as error:
        sys.exit(f"{path}: the model does not know the character {error}")


@torch.inference_mode()
def mean_loss(model, characters):
    """The mean cross-entropy of all characters but the first, in nats."""
    total, state = 0.0, None
    for inputs, targets in zip(characters[:-1].split(CHUNK), characters[1:].split(CHUNK)):
        logits, state = model(inputs, state)
        total += torch.nn.functional.cross_entropy(logits.double(), targets, reduction="sum").item()
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
        model, vocabulary, is_bytes = load(arguments.checkpoint)
        characters = read(arguments.text, vocabulary, is_bytes)
    except SafetensorError as error:
        sys.exit(f"{arguments.checkpoint}: is not a whole checkpoint ({error})")
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
    characters = characters[math.floor(len(characters) * (1 - arguments.tail)) :]
    if len(characters) < 2:
        sys.exit(f"{arguments.text}: too short; a loss needs two characters")
    print(f"{mean_loss(model, characters):.6f}")


if __name__ == "__main__":
    main()
