"""A CSV of runs of lstm-train, which scripts extend so that they can be stopped and started."""

import csv
import os


def read_rows(path):
    """Returns the rows of a table; none if there is no file."""
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def append_row(path, fields, row):
    """Appends a row to a table, which is created if there is no file."""
    is_new = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def lowest_loss(curve):
    """Returns the lowest validation loss of a loss curve, as it is written there."""
    return min((row["val_loss"] for row in curve if row["val_loss"]), key=float)
