"""Converts the parameters of a PyTorch model to a checkpoint of lstm-train.

    pip install torch safetensors numpy
    python Examples/checkpoint-from-pytorch.py model.pt vocabulary.json checkpoint.bin
    lstm-sample checkpoint.bin

The model is a torch.nn.LSTM, GRU or RNN of one or more layers with one-hot characters or a torch.nn.Embedding as input,
followed by a torch.nn.Linear that computes the logits. In the training script, save it with

    torch.save(model.state_dict(), "model.pt")
    json.dump(characters, open("vocabulary.json", "w"))

with the characters in the order of the model's indices, as strings of one character, or as integers if they are bytes.
The modules are called `rnn`, `decoder` and `embedding` unless --rnn, --decoder or --embedding give other names. Tied
embeddings stay one matrix; dropout is not part of a checkpoint. A torch.nn.RNN is assumed to have PyTorch's default
nonlinearity, tanh; for one with nonlinearity="relu", add --relu.
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
        raise CheckpointError(f"{path}: is not a state_dict written by torch.save") from None
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
    """Returns the parameters under their names in a checkpoint."""
    tensors = {}
    for name, value in parameters.items():
        part, _, rest = name.rpartition(".")
        own_names = {rnn: "rnn", decoder: "decoder", embedding: "embedding"}
        if part not in own_names:
            raise CheckpointError(f"the model has {name}, which is not a parameter of {rnn}, {decoder} or {embedding}")
        tensors[f"{own_names[part]}.{rest}"] = value
    return tensors


def main():
    parser = argparse.ArgumentParser(
        description="Converts the parameters of a PyTorch model to a checkpoint of lstm-train."
    )
    parser.add_argument("parameters", help="the model's state_dict, written by torch.save")
    parser.add_argument("vocabulary", help="JSON list of the characters, in the order of the model's indices")
    parser.add_argument("checkpoint", help="the file to write")
    for part in ("rnn", "decoder", "embedding"):
        parser.add_argument(f"--{part}", default=part, metavar="NAME", help=f"name of this module (default: {part})")
    parser.add_argument("--relu", action="store_true", help="the nonlinearity of the RNN is ReLU instead of tanh")
    arguments = parser.parse_args()

    try:
        tensors = renamed(
            load_parameters(arguments.parameters), arguments.rnn, arguments.decoder, arguments.embedding
        )
        save(arguments.checkpoint, tensors, load_vocabulary(arguments.vocabulary), arguments.relu)
    except CheckpointError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")


if __name__ == "__main__":
    main()
