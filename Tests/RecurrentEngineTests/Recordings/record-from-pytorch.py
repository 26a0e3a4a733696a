"""Records PyTorch's training of small models, for PyTorchTrajectoryTests.swift.

    pip install torch safetensors numpy
    python record-from-pytorch.py

Writes to the folder of this script pytorch-runs.json (the text, and the loss at every step of every run) and
pytorch-tensors.safetensors (the initial weights of the runs of a cell, and the gradients of its first step). The
files in the repository were made on 2026-11-21 with PyTorch 2.13 on a CPU.

PyTorch computes in double precision here, so that all differences are rounding errors of the engine, and the recording
does not depend on the CPU.
"""

import json
import pathlib
import random

import safetensors.torch
import torch
from torch.nn.functional import cross_entropy, one_hot

FOLDER = pathlib.Path(__file__).parent
HIDDEN, LAYERS, BATCH, CHUNK, STEPS = 20, 2, 5, 7, 100
UNCOUNTED = -1
CELLS = {"lstm": torch.nn.LSTM, "gru-reset-after": torch.nn.GRU, "rnn": torch.nn.RNN}
# Names and meanings are those of the Swift type OptimizerConfiguration; see `make_optimizer`.
COMMON = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "momentum": 0.0, "rmsPropDecay": 0.95}
OPTIMIZERS = [
    (COMMON | {"kind": "sgd", "learningRate": 0.5}, None),
    (COMMON | {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9}, 0.25),
    (COMMON | {"kind": "adam", "learningRate": 0.01}, None),
    (COMMON | {"kind": "adam", "learningRate": 0.01}, 0.25),
    (COMMON | {"kind": "adamw", "learningRate": 0.01, "weightDecay": 0.3}, 0.25),
    (COMMON | {"kind": "rmsprop", "learningRate": 0.002}, 0.25),
]


class Model(torch.nn.Module):
    def __init__(self, cell, vocabulary_size):
        super().__init__()
        self.cell = cell
        self.vocabulary_size = vocabulary_size
        self.rnn = CELLS[cell](vocabulary_size, HIDDEN, LAYERS)
        self.decoder = torch.nn.Linear(HIDDEN, vocabulary_size)
        self.double()
        # PyTorch adds two biases to each pre-activation, and the engine has one. Only the candidate of the GRU has
        # two, because the reset gate multiplies one of them.
        for name, parameter in self.named_parameters():
            if "bias_hh" in name:
                learned = torch.zeros_like(parameter)
                if cell == "gru-reset-after":
                    learned[2 * HIDDEN :] = 1
                parameter.data *= learned
                parameter.register_hook(lambda gradient, learned=learned: gradient * learned)

    def forward(self, inputs, state):
        output, state = self.rnn(one_hot(inputs, self.vocabulary_size).double(), state)
        return self.decoder(output), state


def make_text():
    """Returns random words: 11 different characters, including the space."""
    words = ["bad", "cafe", "chief", "edge", "fig", "jade", "hag", "ice", "abide", "dig"]
    draw = random.Random(1)
    # Not a multiple of the batch size, so that some streams are a character longer.
    return " ".join(draw.choice(words) for _ in range(200))[:503]


def chunks_of_an_epoch(text):
    """Yields inputs and targets (step, batch). The last chunk is shorter, and short streams end within it."""
    characters = sorted(set(text))
    ids = [characters.index(character) for character in text]
    streams = [ids[b * len(ids) // BATCH : (b + 1) * len(ids) // BATCH] for b in range(BATCH)]
    longest = max(map(len, streams)) - 1
    for start in range(0, longest, CHUNK):
        steps = range(start, min(start + CHUNK, longest))
        inputs = [[s[t] if t < len(s) else 0 for s in streams] for t in steps]
        targets = [[s[t + 1] if t + 1 < len(s) else UNCOUNTED for s in streams] for t in steps]
        yield torch.tensor(inputs), torch.tensor(targets)


def make_optimizer(parameters, options):
    rate = options["learningRate"]
    if options["kind"] == "adam":
        betas = options["beta1"], options["beta2"]
        return torch.optim.Adam(parameters, rate, betas=betas, eps=options["epsilon"])
    if options["kind"] == "adamw":
        betas, decay = (options["beta1"], options["beta2"]), options["weightDecay"]
        return torch.optim.AdamW(parameters, rate, betas=betas, eps=options["epsilon"], weight_decay=decay)
    if options["kind"] == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, alpha=options["rmsPropDecay"], eps=options["epsilon"])
    return torch.optim.SGD(parameters, rate, momentum=options["momentum"])


def train(model, text, options, clip):
    """Returns the losses of all steps, the gradients of the first step, and the number of clipped steps."""
    optimizer = make_optimizer(model.parameters(), options)
    losses, first_gradients, clipped = [], None, 0
    while True:
        state = None
        for inputs, targets in chunks_of_an_epoch(text):
            if len(losses) == STEPS:
                return losses, first_gradients, clipped
            logits, state = model(inputs, state)
            # Truncated BPTT: gradients do not cross chunks.
            state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
            loss = cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=UNCOUNTED)
            optimizer.zero_grad()
            loss.backward()
            if first_gradients is None:
                first_gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
            if clip is not None:
                clipped += int(torch.nn.utils.clip_grad_norm_(model.parameters(), clip) > clip)
            optimizer.step()
            losses.append(loss.item())


def main():
    text = make_text()
    made_with = f"PyTorch {torch.__version__.split('+')[0]}"
    tensors, runs = {}, []
    for seed, cell in enumerate(CELLS):
        torch.manual_seed(seed)
        start = Model(cell, len(set(text)))
        for name, parameter in start.named_parameters():
            tensors[f"{cell}.start.{name}"] = parameter.detach().float()
        for options, clip in OPTIMIZERS:
            model = Model(cell, len(set(text)))
            model.load_state_dict(start.state_dict())
            losses, gradients, clipped = train(model, text, options, clip)
            assert clip is None or clipped > 0, "choose a bound that some steps exceed"
            runs.append({"cell": cell, "optimizer": options, "clip": clip, "losses": [round(x, 9) for x in losses]})
            print(f"{cell} {options['kind']}: {losses[0]:.4f} to {losses[-1]:.4f}, {clipped} steps clipped")
        for name, gradient in gradients.items():
            tensors[f"{cell}.gradient.{name}"] = gradient.float()

    recording = {
        "madeWith": made_with, "hiddenSize": HIDDEN, "layerCount": LAYERS, "batchSize": BATCH, "chunkLength": CHUNK,
        "text": text,
    }  # fmt: skip
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in recording.items()]
    lines.append('  "runs": [\n    ' + ",\n    ".join(map(json.dumps, runs)) + "\n  ]")
    (FOLDER / "pytorch-runs.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    safetensors.torch.save_file(tensors, FOLDER / "pytorch-tensors.safetensors", {"made_with": made_with})


if __name__ == "__main__":
    main()
