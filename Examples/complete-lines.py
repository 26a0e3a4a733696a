#!/usr/bin/env python3
"""Continues each line of standard input with a model, by requests to one process that holds the model:

    printf 'The sea \nThe wind \n' | Examples/complete-lines.py checkpoint.bin

lstm-sample must be on the path. Other programs can use the class below.
"""

import json
import subprocess
import sys


class Model:
    """A running lstm-sample that answers requests."""

    def __init__(self, path, *options):
        self.process = subprocess.Popen(
            ["lstm-sample", "--requests", *options, path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, **request):
        """Returns the answer to a request, such as ask(prompt="The ", length=20)["text"]."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("lstm-sample has ended with status %d" % self.process.wait())
        answer = json.loads(answer)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: complete-lines.py checkpoint.bin")
    model = Model(sys.argv[1], "--unknown", "nearest", "--temperature", "0.5", "--length", "80")
    for line in sys.stdin:
        prompt = line.rstrip("\n")
        print(prompt + model.ask(prompt=prompt, stop="\n")["text"].rstrip("\n"), flush=True)


if __name__ == "__main__":
    main()
