import Foundation
import Testing

/// What `lstm-sample` goes on from.
struct SamplePromptTests {
  private func sample(_ folder: WorkFolder, _ options: [String], input: String? = nil) throws -> Outcome {
    try folder.run(.sample, options + ["--seed", "1", "-n", "30", "checkpoint.bin"], input: input)
  }

  @Test func filesAreTexts() throws {
    let folder = try WorkFolder()
    try folder.train()
    try folder.write("\u{FEFF}the sea\n", to: "prompt.txt")
    let expected = try sample(folder, ["--prime", "the sea\n"])
    #expect(expected.output.hasPrefix("the sea\n"))
    try sample(folder, ["--prime-file", "prompt.txt"]).expect(status: 0, output: expected.output, error: "")
    try sample(folder, ["--prime-file", "-"], input: "prompt.txt").expect(status: 0, output: expected.output, error: "")
    try sample(folder, ["--start-text", "the sea\n", "--no-echo"])
      .expect(status: 0, output: String(expected.output.dropFirst(8)), error: "")
    try sample(folder, ["--prime-file", "none.txt"]).expect(
      status: 66,
      error: "lstm-sample: none.txt: cannot open (No such file or directory); check the path\n")
  }

  @Test func unknownCharacters() throws {
    let folder = try WorkFolder()
    try folder.train()
    let known = try sample(folder, ["--prime", "the sea"]).output
    try sample(folder, ["--prime", "The ñSea", "--unknown", "nearest"]).expect(
      status: 0, output: known,
      error: "lstm-sample: notice: --prime: not in the model's vocabulary: "
        + "2 characters read in the other case, 1 character skipped\n")
    try sample(folder, ["--prime", "Zthe seañ", "--unknown", "skip"]).expect(
      status: 0, output: known,
      error: "lstm-sample: notice: --prime: not in the model's vocabulary: 2 characters skipped\n")
    try folder.write("Z\n", to: "prompt.txt")
    try sample(folder, ["--prime-file", "prompt.txt"]).expect(
      status: 65,
      error: "lstm-sample: prompt.txt: not in the model's vocabulary: 'Z' (U+005A); "
        + "use only what the model was trained on, or --unknown skip or nearest\n")
    // Nothing is left, so it begins as without a prompt.
    #expect(try sample(folder, ["--prime", "Z", "--unknown", "skip"]).output == sample(folder, []).output)
  }

  @Test func conversation() throws {
    let folder = try WorkFolder()
    try folder.train()
    func converse(_ lines: String, _ options: String...) throws -> Outcome {
      try folder.write(lines, to: "lines.txt")
      return try folder.run(
        .sample, ["-i", "--temperature", "0", "-n", "25"] + options + ["checkpoint.bin"], input: "lines.txt")
    }
    func text(_ prompt: String, length: Int) throws -> String {
      try folder.run(
        .sample, ["--temperature", "0", "--no-echo", "--prime", prompt, "-n", "\(length)", "checkpoint.bin"]
      ).output
    }
    let first = try text("the sea", length: 25)
    let both = try text("the sea", length: 50)
    try converse("the sea\n").expect(status: 0, output: first + "\n", error: "")
    // An empty line goes on, the last line may lack its end, and what is taken back leaves no trace.
    try converse("the sea\n\n/quit\nmore\n").expect(
      status: 0, output: "\(first)\n\(both.dropFirst(25))\n", error: "")
    try converse("rose\n/undo\nthe sea\n/undo\nthe sea").expect(
      status: 0, output: "\(try text("rose", length: 25))\n\(first)\n\(first)\n", error: "")
    try converse("/undo\nZ\nthe sea\n", "--null").expect(
      status: 0, output: first + "\0",
      error: "lstm-sample: there is no turn to take back\n"
        + "lstm-sample: the line: not in the model's vocabulary: 'Z' (U+005A); use only what the model was trained on, "
        + "or --unknown skip or nearest; the line was not read\n")
    // With the same random numbers the conversation is the text: nothing is read that nobody wrote.
    try folder.write("the sea\n", to: "lines.txt")
    let random = ["--temperature", "1.5", "--seed", "3", "-n", "99", "checkpoint.bin"]
    #expect(
      try folder.run(.sample, ["-i"] + random, input: "lines.txt").output
        == folder.run(.sample, ["--no-echo", "--prime", "the sea"] + random).output + "\n")
    try folder.write("\n", to: "lines.txt")
    #expect(
      try folder.run(.sample, ["-i"] + random, input: "lines.txt").output == folder.run(.sample, random).output + "\n")
    try converse("").expect(status: 0, output: "", error: "")
  }
}
