"""Makes a checkpoint of lstm-train from the parameters of a PyTorch model.

    pip install torch safetensors numpy
    python Examples/checkpoint-from-pytorch.py model.pt vocabulary.json checkpoint.bin
    lstm-sample checkpoint.bin

The model is a torch.nn.LSTM, GRU or RNN of one or more layers that reads one-hot characters, or those of a
torch.nn.Embedding, and a torch.nn.Linear that makes logits of its output. Where it was trained, save

    torch.save(model.state_dict(), "model.pt")
    json.dump(characters, open("vocabulary.json", "w"))

with the characters in the order of the model's indices, as strings of one character, or as integers if they are bytes.
The parts are called `rnn`, `decoder` and `embedding` unless --rnn, --decoder or --embedding say otherwise. An embedding
is multiplied into the weights of the first layer, which gives the same numbers; dropout is not part of a checkpoint.
PyTorch's default for torch.nn.RNN, tanh, is the one that lstm-train has.
"""

import argparse
import json
import pickle
import sys

from pytorch_checkpoint import CheckpointError, save, torch


def load_parameters(path):
    try:
        parameters = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError):
        raise CheckpointError(f"{path}: is not what torch.save writes of a state_dict") from None
    if not isinstance(parameters, dict) or not all(isinstance(value, torch.Tensor) for value in parameters.values()):
        raise CheckpointError(f"{path}: is not a state_dict")
    return parameters


def load_vocabulary(path):
    try:
        with open(path, encoding="utf-8") as file:
            vocabulary = json.load(file)
    except ValueError:
        raise CheckpointError(f"{path}: is not JSON") from None
    if not isinstance(vocabulary, list):
        raise CheckpointError(f"{path}: is not a list of characters")
    return vocabulary


def renamed(parameters, rnn, decoder, embedding):
    """The parameters under the names that they have in a checkpoint."""
    tensors = {}
    for name, value in parameters.items():
        part, _, rest = name.rpartition(".")
        if part in (rnn, decoder):
            tensors[f"{'rnn' if part == rnn else 'decoder'}.{rest}"] = value
        elif name != f"{embedding}.weight":
            raise CheckpointError(f"the model has {name}, which is not of {rnn}, {decoder} or {embedding}")
    vectors = parameters.get(f"{embedding}.weight")
    first = tensors.get("rnn.weight_ih_l0")
    if vectors is not None and first is not None:
        if vectors.dim() != 2 or first.dim() != 2 or vectors.shape[1] != first.shape[1]:
            raise CheckpointError(f"{embedding}.weight does not fit the first layer")
        tensors["rnn.weight_ih_l0"] = (first.double() @ vectors.double().T).float()
    return tensors


def main():
    parser = argparse.ArgumentParser(
        description="Makes a checkpoint of lstm-train from the parameters of a PyTorch model."
    )
    parser.add_argument("parameters", help="what torch.save wrote of the model's state_dict")
    parser.add_argument("vocabulary", help="JSON list of the characters, in the order of the model's indices")
    parser.add_argument("checkpoint", help="the file to write")
    for part in ("rnn", "decoder", "embedding"):
        parser.add_argument(f"--{part}", default=part, metavar="NAME", help=f"the model's name for it, if not {part}")
    arguments = parser.parse_args()

    try:
        tensors = renamed(
            load_parameters(arguments.parameters), arguments.rnn, arguments.decoder, arguments.embedding
        )
        save(arguments.checkpoint, tensors, load_vocabulary(arguments.vocabulary))
    except CheckpointError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
