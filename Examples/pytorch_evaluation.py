"""The loss of a PyTorch model on a text as lstm-train computes it: what the scripts beside this file share.

The first character is context only. The text is read in up to 64 streams; each begins 512 characters early, uncounted,
and as a line does: with what a line feed leaves of a zero state.
"""

from pytorch_checkpoint import torch

CHUNK = 100  # Steps at a time: memory does not grow with the text, and any number gives the same loss.
MAXIMUM_STREAMS = 64
MINIMUM_STREAM = 512  # Predictions below which there are fewer streams.
WARM_UP = 512  # Characters that a stream reads before those that count.
UNCOUNTED = -100


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
def mean_loss(model, characters, line_feed):
    """The mean cross-entropy of all characters but the first, in nats; `line_feed` is its index, or None."""
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
