"""Prints the losses and gradients that PyTorchLayoutTests.swift compares with.

Needs PyTorch. Parameters, initial states and text are given by formulas, so that both sides can compute them.
"""

import math
import torch

VOCABULARY, HIDDEN, LAYERS, STEPS, BATCH = 5, 3, 2, 4, 2
torch.set_default_dtype(torch.float64)


def wave(count, phase):
    return torch.tensor([0.7 * math.sin(1.3 * k + phase) for k in range(count)])


def fingerprint(gradient):
    """Returns a number that depends on every element and its position."""
    return (gradient.flatten() * wave(gradient.numel(), 0.5)).sum().item()


for name, module in [("rnn", torch.nn.RNN), ("lstm", torch.nn.LSTM), ("gruResetAfter", torch.nn.GRU)]:
    rnn = module(VOCABULARY, HIDDEN, LAYERS)
    decoder = torch.nn.Linear(HIDDEN, VOCABULARY)
    named = {f"rnn.{n}": p for n, p in rnn.named_parameters()}
    named |= {f"decoder.{n}": p for n, p in decoder.named_parameters()}
    with torch.no_grad():
        for phase, key in enumerate(sorted(named)):
            named[key].copy_(wave(named[key].numel(), phase).reshape(named[key].shape))

    h0 = wave(LAYERS * BATCH * HIDDEN, 20).reshape(LAYERS, BATCH, HIDDEN).requires_grad_()
    c0 = wave(LAYERS * BATCH * HIDDEN, 21).reshape(LAYERS, BATCH, HIDDEN).requires_grad_()
    inputs = torch.tensor([[(3 * t + 2 * b) % VOCABULARY for b in range(BATCH)] for t in range(STEPS)])
    targets = torch.tensor([[(t * t + b + 1) % VOCABULARY for b in range(BATCH)] for t in range(STEPS)])
    targets[1, 1] = -1

    x = torch.nn.functional.one_hot(inputs, VOCABULARY).double()
    output, final = rnn(x, (h0, c0) if name == "lstm" else h0)
    loss = torch.nn.functional.cross_entropy(
        decoder(output).reshape(-1, VOCABULARY), targets.flatten(), ignore_index=-1)
    loss.backward()
    # Only the candidate of the GRU has a second bias.
    for key, parameter in named.items():
        if "bias_hh" in key:
            parameter.grad[: 2 * HIDDEN if name == "gruResetAfter" else None] = 0

    print(f"    .{name}: Recorded(")
    print(f"      loss: {loss.item():.15f},")
    print(f"      finalH: {fingerprint(final[0] if name == 'lstm' else final):.15f},")
    print("      gradients: [")
    for key in sorted(named):
        print(f'        "{key}": {fingerprint(named[key].grad):.15f},')
    print(f'        "h0": {fingerprint(h0.grad):.15f},')
    if name == "lstm":
        print(f'        "c0": {fingerprint(c0.grad):.15f},')
    print("      ]),")
