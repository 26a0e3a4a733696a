#!/usr/bin/env python3
"""Predicts how efficiently several processes train one model.

    Examples/predict-scaling.py                      # tables for three models and networks of 1, 10 and 100 Gbit/s
    Examples/predict-scaling.py --operations 1.8e12  # processes of 16 threads each

Efficiency is the time of a step of one process with its rows alone, divided by the time of a step of P processes with
as many rows each. The formula and its terms are those of the article "The sum of several processes", which also describes
the machine of the default; the update is part of the operations a second.

    --operations N    floating-point operations a second of one process (default: 2.3e11, of two threads)
    --rows N          rows of the mini-batch that each process has (default: 16)
    --steps N         sequence length (default: 128)
    --latency N       seconds from sending to receiving a short message (default: 2.0e-5)
    --wanted N        efficiency for the last table (default: 0.8)
"""

import argparse
import math

# Layers, hidden units and vocabulary size.
MODELS = [("LSTM 2 × 256", 2, 256, 65), ("LSTM 2 × 512", 2, 512, 65), ("LSTM 3 × 1024", 3, 1024, 65)]
NETWORKS = [1, 10, 100]  # Gbit/s
PROCESSES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]


def weights(layers, hidden, vocabulary):
    """Returns the number of multiplied weights, and of all parameters."""
    multiplied = 4 * hidden * hidden * (2 * layers - 1) + hidden * vocabulary
    return multiplied, multiplied + 4 * hidden * vocabulary + 4 * hidden * layers + vocabulary


def communication(parameters, processes, bytes_per_second, latency):
    rounds = math.log2(processes)
    return 8 * (1 - 1 / processes) * parameters / bytes_per_second + 2 * latency * rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in [("operations", 2.3e11), ("latency", 2.0e-5), ("wanted", 0.8)]:
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--steps", type=int, default=128)
    given = parser.parse_args()

    print(f"Efficiency with {given.rows} rows of {given.steps} characters for each process\n")
    print("| model | Gbit/s | " + " | ".join(str(count) for count in PROCESSES) + " |")
    print("|---|---|" + "---|" * len(PROCESSES))
    for name, *shape in MODELS:
        multiplied, parameters = weights(*shape)
        alone = 6 * multiplied * given.rows * given.steps / given.operations
        for network in NETWORKS:
            times = [communication(parameters, count, network * 1.25e8, given.latency) for count in PROCESSES]
            print(f"| {name} | {network} | " + " | ".join(f"{alone / (alone + time):.2f}" for time in times) + " |")

    print(f"\nBatch size for an efficiency of {given.wanted}\n")
    print("| model | Gbit/s | " + " | ".join(str(count) for count in PROCESSES[1:]) + " |")
    print("|---|---|" + "---|" * (len(PROCESSES) - 1))
    for name, *shape in MODELS:
        multiplied, parameters = weights(*shape)
        of_row = 6 * multiplied * given.steps / given.operations
        for network in NETWORKS:
            batches = []
            for count in PROCESSES[1:]:
                time = communication(parameters, count, network * 1.25e8, given.latency)
                computation = time * given.wanted / (1 - given.wanted)
                batches.append(count * max(1, math.ceil(computation / of_row)))
            print(f"| {name} | {network} | " + " | ".join(f"{batch:,}" for batch in batches) + " |")


if __name__ == "__main__":
    main()
