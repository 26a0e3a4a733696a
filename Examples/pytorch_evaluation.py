"""The loss of a PyTorch model on a text as lstm-train computes it, for the scripts in this folder.

The first character is context only. The text is read in up to 64 streams. Each stream starts from the state after a
line feed and has a warm-up context of 512 characters, which adds no loss.
"""

from pytorch_checkpoint import torch

CHUNK = 100  # Steps per pass; the number limits memory and does not change the loss.
MAXIMUM_STREAMS = 64
MINIMUM_STREAM = 512  # Minimum predictions per stream.
WARM_UP = 512  # Characters of context before those that count.
UNCOUNTED = -100


def streams(characters):
    """Returns inputs and targets (step, stream) of the whole text; ignored targets are UNCOUNTED."""
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
def mean_loss(model, characters, line_feed):
    """Returns the mean cross-entropy of all characters except the first, in nats.

    `line_feed` is the index of the line feed in the vocabulary, or None.
    """
    inputs, targets = streams(characters)
    total, state = 0.0, None
    if line_feed is not None:
        _, state = model(torch.full_like(inputs[:1], line_feed))
    for chunk, wanted in zip(inputs.split(CHUNK), targets.split(CHUNK)):
        logits, state = model(chunk, state)
        total += torch.nn.functional.cross_entropy(
            logits.double().flatten(0, 1), wanted.flatten(), ignore_index=UNCOUNTED, reduction="sum"
        ).item()
    return total / (len(characters) - 1)
