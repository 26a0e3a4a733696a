"""Checkpoints of lstm-train as PyTorch models, for the scripts in this folder.

`load` returns the model in a file, `save` writes one. The format is described in
Sources/RecurrentEngine/Documentation.docc/Reference/CheckpointFormat.md.
"""

import dataclasses
import functools
import json
import sys

EXIT_UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits

try:
    import numpy  # noqa: F401, safetensors needs it
    import torch
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import save_file
except ImportError as error:
    print(f"{error.name} is missing; install the requirements: pip install torch safetensors numpy", file=sys.stderr)
    sys.exit(EXIT_UNAVAILABLE)

# The names of the cells in a checkpoint, PyTorch's modules, and their numbers of gates.
CELLS = {
    "lstm": (torch.nn.LSTM, 4),
    "gru-reset-after": (torch.nn.GRU, 3),
    "rnn": (torch.nn.RNN, 1),
    "rnn-relu": (functools.partial(torch.nn.RNN, nonlinearity="relu"), 1),
}


class CheckpointError(Exception):
    """An unusable file or model."""


class LanguageModel(torch.nn.Module):
    """Maps characters (step, batch) to logits (step, batch, character). Parameters are named as in a checkpoint.

    The input of the first layer is an embedding of dimension `embedding_size`, or one-hot if that is 0. A tied
    embedding is also the decoder's weight.
    """

    def __init__(self, cell, vocabulary_size, hidden_size, layer_count, embedding_size=0, is_tied=False):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary_size, embedding_size) if embedding_size else None
        self.rnn = CELLS[cell][0](embedding_size or vocabulary_size, hidden_size, layer_count)
        self.decoder = torch.nn.Linear(hidden_size, vocabulary_size)
        if is_tied:
            self.decoder.weight = self.embedding.weight
        self.vocabulary_size = vocabulary_size

    def forward(self, characters, state=None):
        if self.embedding is None:
            vectors = torch.nn.functional.one_hot(characters, self.vocabulary_size).float()
        else:
            vectors = self.embedding(characters)
        output, state = self.rnn(vectors, state)
        return self.decoder(output), state


@dataclasses.dataclass
class Checkpoint:
    model: LanguageModel
    vocabulary: list  # Strings in the order of their indices, or integers if the unit is the byte.
    unit: str

    @property
    def is_bytes(self):
        return self.unit == "byte"

    @property
    def line_feed(self):
        """The index of the line feed, or None."""
        entry = 10 if self.is_bytes else "\n"
        return self.vocabulary.index(entry) if entry in self.vocabulary else None


def load(path):
    """Returns the model in a file. Raises CheckpointError, or OSError if the file cannot be opened."""
    open(path, "rb").close()  # Names the missing file, unlike safetensors.
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            parts = ("embedding.", "rnn.", "decoder.")
            tensors = {name: file.get_tensor(name) for name in file.keys() if name.startswith(parts)}
    except SafetensorError as error:
        raise CheckpointError(f"{path}: is not a complete checkpoint ({error})") from None
    if not {"configuration", "vocabulary"} <= metadata.keys():
        raise CheckpointError(f"{path}: is not a checkpoint of lstm-train")
    try:
        configuration = json.loads(metadata["configuration"])
        vocabulary = json.loads(metadata["vocabulary"])
        cell, unit = configuration["cell"], configuration["unit"]
        if "normalization" in configuration:
            raise CheckpointError(f"{path}: PyTorch has no cell with layer normalization")
        if "connection" in configuration and configuration["layerCount"] > 1:
            raise CheckpointError(f"{path}: PyTorch has no stack with connections between its layers")
        if cell not in CELLS:
            raise CheckpointError(f"{path}: PyTorch has no such cell as {cell}; it can load {', '.join(CELLS)}")
        embedding = configuration.get("embedding", {"size": 0, "isTied": False})
        model = LanguageModel(
            cell,
            len(vocabulary),
            configuration["hiddenSize"],
            configuration["layerCount"],
            embedding["size"],
            embedding["isTied"],
        )
        if embedding["isTied"]:  # The file stores one matrix for both.
            tensors["decoder.weight"] = tensors["embedding.weight"]
        model.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise CheckpointError(f"{path}: is damaged: its metadata do not match its tensors") from None
    return Checkpoint(model.eval(), vocabulary, unit)


def save(path, tensors, vocabulary, is_relu=False):
    """Writes a checkpoint.

    `tensors` are the parameters of a LanguageModel under their names; biases may be missing. The embedding is tied if
    it equals the decoder's weight or if that is missing. `vocabulary` lists the characters in the order of the model's
    indices: strings of one character, or integers for bytes. `is_relu` is true for an RNN with nonlinearity="relu",
    which has the same parameters as one with tanh. Raises CheckpointError if lstm-train has no such model, or if the
    file cannot be written.
    """
    tensors = {name: value.detach().float() for name, value in tensors.items()}
    is_tied = "embedding.weight" in tensors and torch.equal(
        tensors["embedding.weight"], tensors.setdefault("decoder.weight", tensors["embedding.weight"])
    )
    cell, hidden_size, layer_count, embedding_size = shape_of_model(tensors, len(vocabulary))
    if is_relu and cell != "rnn":
        raise CheckpointError(f"the cell of the model is {cell}; ReLU is for an RNN")
    if is_relu:
        cell = "rnn-relu"
    is_bytes = all(type(entry) is int for entry in vocabulary)
    key = checked_key(vocabulary, is_bytes)

    # The file sorts the vocabulary by its UTF-8 bytes, and the weights of each character with it.
    order = sorted(range(len(vocabulary)), key=lambda index: key(vocabulary[index]))
    if embedding_size:
        tensors["embedding.weight"] = tensors["embedding.weight"][order]
    else:
        tensors["rnn.weight_ih_l0"] = tensors["rnn.weight_ih_l0"][:, order]
    tensors["decoder.weight"] = tensors["decoder.weight"][order]
    if is_tied:
        del tensors["decoder.weight"]
    gate_rows = CELLS[cell][1] * hidden_size
    for layer in range(layer_count):
        for name in ("ih", "hh"):
            tensors.setdefault(f"rnn.bias_{name}_l{layer}", torch.zeros(gate_rows))
    tensors["decoder.bias"] = tensors.get("decoder.bias", torch.zeros(len(vocabulary)))[order]
    for name, value in tensors.items():
        if not value.isfinite().all():
            raise CheckpointError(f"{name}: contains NaN or infinity")

    vocabulary = [vocabulary[index] for index in order]
    newline = ord("\n") if is_bytes else "\n"
    metadata = {
        "format_version": "1",
        "configuration": json.dumps(
            configuration(
                cell, hidden_size, layer_count, embedding_size, is_tied, "byte" if is_bytes else "character"
            )
        ),
        "vocabulary": json.dumps(vocabulary, ensure_ascii=False),
        "progress": json.dumps({"step": 0, "epoch": 0}),
        "selected": "newest",
        "start_character": str(vocabulary.index(newline) if newline in vocabulary else 0),
    }
    try:
        save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata)
    except SafetensorError as error:
        raise CheckpointError(f"{path}: cannot be written ({error})") from None


def configuration(cell, hidden_size, layer_count, embedding_size, is_tied, unit):
    """Returns the configuration for a checkpoint, with default values for the unknown training."""
    embedding = {"embedding": {"size": embedding_size, "isTied": is_tied}} if embedding_size else {}
    return embedding | {
        "cell": cell,
        "hiddenSize": hidden_size,
        "layerCount": layer_count,
        "unit": unit,
        "batchSize": 50,
        "chunkLength": 50,
        "optimizer": {
            "kind": "adam",
            "learningRate": 0.002,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "momentum": 0,
            "rmsPropDecay": 0.95,
        },
        "clip": 5,
        "validationFraction": 0.1,
        "initialization": {"seed": 1, "forgetBias": 1},
    }


def shape_of_model(tensors, vocabulary_size):
    """Returns the cell, the hidden size, the number of layers and the embedding dimension (0 without an embedding) of a
    model. Raises CheckpointError if a tensor has a wrong shape."""
    for name in ("rnn.weight_ih_l0", "rnn.weight_hh_l0", "decoder.weight"):
        if name not in tensors or tensors[name].dim() != 2:
            raise CheckpointError(f"the model has no matrix {name}")
    gate_rows, hidden_size = tensors["rnn.weight_hh_l0"].shape
    cell = next((name for name, (_, gates) in CELLS.items() if gate_rows == gates * hidden_size), None)
    if cell is None:
        raise CheckpointError(f"rnn.weight_hh_l0 of shape {gate_rows} × {hidden_size} is of no LSTM, GRU or RNN")
    layer_count = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    embedding_size = tensors["rnn.weight_ih_l0"].shape[1] if "embedding.weight" in tensors else 0
    sizes = (vocabulary_size, hidden_size, layer_count, embedding_size)
    expected = {name: value.shape for name, value in empty_model(cell, *sizes)}
    for name, value in tensors.items():
        if name not in expected:
            raise CheckpointError(f"{name}: lstm-train has no such parameter; it has {', '.join(expected)}")
        if value.shape != expected[name]:
            raise CheckpointError(f"{name}: has the shape {tuple(value.shape)} where {tuple(expected[name])} is needed")
    for name in expected:
        if name not in tensors and "bias" not in name:
            raise CheckpointError(f"the model has no matrix {name}")
    return cell, hidden_size, layer_count, embedding_size


def empty_model(cell, vocabulary_size, hidden_size, layer_count, embedding_size):
    """Returns the names and shapes of a model's parameters without allocating them."""
    with torch.device("meta"):
        return LanguageModel(cell, vocabulary_size, hidden_size, layer_count, embedding_size).state_dict().items()


def checked_key(vocabulary, is_bytes):
    """Returns the sort key of a vocabulary. Raises CheckpointError if an entry is invalid."""
    if is_bytes:
        is_entry = lambda entry: 0 <= entry <= 255
        kind = "a byte from 0 to 255"
    else:
        # A surrogate is half a character and has no UTF-8.
        is_entry = lambda entry: isinstance(entry, str) and len(entry) == 1 and not "\ud800" <= entry <= "\udfff"
        kind = "a string of one character"
    for index, entry in enumerate(vocabulary):
        if not is_entry(entry):
            raise CheckpointError(f"entry {index} of the vocabulary is not {kind}")
    if not vocabulary:
        raise CheckpointError("the vocabulary is empty")
    if len(set(vocabulary)) < len(vocabulary):
        raise CheckpointError("the vocabulary has an entry twice")
    return (lambda entry: entry) if is_bytes else (lambda entry: entry.encode())
