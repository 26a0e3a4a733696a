"""Records checkpoints that PyTorch wrote, and their losses, for PyTorchCheckpointTests.swift.

    pip install torch safetensors numpy
    python record-checkpoints-from-pytorch.py

Writes to the folder of this script pytorch-lstm.bin, pytorch-gru-reset-after.bin and pytorch-rnn.bin as
Examples/checkpoint-from-pytorch.py does, two more with embeddings, one of an RNN with ReLU, and pytorch-losses.json
with the text and the loss of each model on it. The models' indices are in another order than those of a checkpoint, and
the weights are large, so that errors in them are noticeable. The files in the repository were made on 2026-11-21 with
PyTorch 2.13 on a CPU.
"""

import json
import pathlib
import random
import sys

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[2] / "Examples"))

from pytorch_checkpoint import CELLS, LanguageModel, save, torch  # noqa: E402
from pytorch_evaluation import mean_loss  # noqa: E402

random.seed(1)
torch.manual_seed(1)
TEXT = "".join(random.choices(["the ", "sea ", "wind ", "møre ", "海", "\n"], k=900))
CHARACTERS = sorted(set(TEXT), reverse=True)
INDICES = torch.tensor([CHARACTERS.index(character) for character in TEXT])

MODELS = {cell: {"cell": cell} for cell in CELLS if cell != "rnn-relu"} | {
    "gru-embedding": {"cell": "gru-reset-after", "embedding_size": 5},
    "lstm-tied": {"cell": "lstm", "embedding_size": 7, "is_tied": True},
    "rnn-relu": {"cell": "rnn-relu"},
}

losses = {}
for name, shape in MODELS.items():
    model = LanguageModel(vocabulary_size=len(CHARACTERS), hidden_size=7, layer_count=2, **shape)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= 1.5 if shape["cell"] == "rnn-relu" else 3  # ReLU is unbounded.
    save(FOLDER / f"pytorch-{name}.bin", model.state_dict(), CHARACTERS, is_relu=shape["cell"] == "rnn-relu")
    losses[name] = mean_loss(model, INDICES, CHARACTERS.index("\n"))
with open(FOLDER / "pytorch-losses.json", "w", encoding="utf-8") as file:
    json.dump({"text": TEXT, "losses": losses}, file, ensure_ascii=False, indent=1)
    file.write("\n")
