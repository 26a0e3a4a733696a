import Foundation
import Testing

/// Tests of the prompts of `lstm-sample`, including its conversation.
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
        + "2 characters replaced by the nearest, 1 character skipped\n")
    try sample(folder, ["--prime", "Zthe seañ", "--unknown", "skip"]).expect(
      status: 0, output: known,
      error: "lstm-sample: notice: --prime: not in the model's vocabulary: 2 characters skipped\n")
    try folder.write("Z\n", to: "prompt.txt")
    try sample(folder, ["--prime-file", "prompt.txt"]).expect(
      status: 65,
      error: "lstm-sample: prompt.txt: not in the model's vocabulary: 'Z' (U+005A); "
        + "use only what the model was trained on, or --unknown skip or nearest\n")
    // Nothing is left of the prompt, so the text begins as without one.
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
    // An empty line continues the text, the last line may lack a line feed, and a removed turn leaves no trace.
    try converse("the sea\n\n/quit\nmore\n").expect(
      status: 0, output: "\(first)\n\(both.dropFirst(25))\n", error: "")
    try converse("rose\n/undo\nthe sea\n/undo\nthe sea").expect(
      status: 0, output: "\(try text("rose", length: 25))\n\n\(first)\n\n\(first)\n", error: "")
    // A refused line gets an answer, too, so that a program that waits for it does not hang.
    try converse("/undo\nZ\nthe sea\n", "--null").expect(
      status: 0, output: "\0\0" + first + "\0",
      error: "lstm-sample: there is no turn to undo\n"
        + "lstm-sample: the line: not in the model's vocabulary: 'Z' (U+005A); use only what the model was trained on, "
        + "or --unknown skip or nearest; the line was not read\n")
    // With the same random numbers, the model has read exactly the text of the conversation.
    try folder.write("the sea\n", to: "lines.txt")
    let random = ["--temperature", "1.5", "--seed", "3", "-n", "99", "checkpoint.bin"]
    #expect(
      try folder.run(.sample, ["-i"] + random, input: "lines.txt").output
        == folder.run(.sample, ["--no-echo", "--prime", "the sea"] + random).output + "\n")
    try folder.write("\n", to: "lines.txt")
    #expect(
      try folder.run(.sample, ["-i"] + random, input: "lines.txt").output == folder.run(.sample, random).output + "\n")
    try converse("").expect(status: 0, output: "", error: "")
    try converse("the sea\r\n\r\n/undo\r\n\r\n/quit\r\nmore\n").expect(
      status: 0, output: try converse("the sea\n\n/undo\n\n").output, error: "")
  }

  /// A program writes a line and reads the whole answer before it writes the next one.
  @Test func aProgramGetsAnAnswerToEachLine() throws {
    let folder = try WorkFolder()
    try folder.train()
    let requests = ["the sea", "", "Z", "\u{FF}\u{FE}", "/undo", "/undo", "/undo", "/und", "rose\r"]
    let script = """
      coproc "$0" -i --null -n 9 --temperature 0 checkpoint.bin 2>errors.txt
      # Kept, because the shell unsets the array when the program has ended.
      program=$COPROC_PID
      exec 3<&"${COPROC[0]}" 4>&"${COPROC[1]}"
      for request in "$@"; do
        printf '%s\\n' "$request" >&4
        IFS= read -r -d '' -t 20 answer <&3 || exit 9
        printf '%s' "${#answer} "
      done
      printf '/quit\\r\\n' >&4
      ! IFS= read -r -d '' -t 20 answer <&3 && [ $? -eq 0 ] && wait "$program"
      """
    let outcome = try folder.run("/bin/bash", ["-c", script, BuiltTool.sample.path] + requests)
    #expect(outcome.expectSuccess().output == "9 9 0 0 0 0 0 0 9 ")
    #expect(try folder.text(of: "errors.txt").split(separator: "\n").count == 4)
  }

  /// Carriage returns at the ends of lines are read only by a model whose vocabulary has them.
  @Test(arguments: [[], ["--unit", "grapheme"], ["--unit", "byte"]]) func carriageReturns(options: [String]) throws {
    let folder = try WorkFolder()
    try folder.train(options)
    try folder.write("the sea\r\nrose\r\n", to: "prompt.txt")
    let expected = try sample(folder, ["--prime", "the sea\nrose\n"]).output
    try sample(folder, ["--prime-file", "prompt.txt"]).expect(status: 0, output: expected, error: "")
    #expect(try sample(folder, ["--prime", "the\rsea"]).status == 64)
    try folder.write(TinyTraining.text.replacing("\n", with: "\r\n"), to: "text.txt")
    try folder.train(options)
    #expect(try sample(folder, ["--prime-file", "prompt.txt"]).output.hasPrefix("the sea\r\nrose\r\n"))
  }

  /// A shell passes escape sequences unchanged: a backslash and a letter, not a line feed.
  @Test func escapeSequences() throws {
    let folder = try WorkFolder()
    try folder.train()
    let hint = #"'\n' is a backslash and a letter; a line feed is $'\n' in most shells"#
    let unknown = #"not in the model's vocabulary: '\' (U+005C); use only what the model was trained on"#
    try sample(folder, ["--prime", #"the\nsea"#]).expect(
      status: 64,
      error: "lstm-sample: --prime: \(unknown), or --unknown skip or nearest; \(hint), or comes from --prime-file\n")
    try sample(folder, ["--stop", #"sea\n"#]).expect(status: 64, error: "lstm-sample: --stop: \(unknown); \(hint)\n")
    for option in ["--ban", "--allow", "--separator"] {
      let outcome = try sample(folder, ["--count", "2", option, #"t\n"#]).expectSuccess()
      #expect(outcome.error == "lstm-sample: notice: \(option): \(hint)\n")
    }
    try folder.write(String(repeating: #"print("the sea\n")"# + "\n", count: 50), to: "text.txt")
    try folder.train()
    let outcome = try sample(folder, ["--prime", #"the sea\n"#]).expectSuccess()
    #expect(outcome.error == "lstm-sample: notice: --prime: \(hint), or comes from --prime-file\n")
    #expect(outcome.output.hasPrefix(#"the sea\n"#))
    #expect(try sample(folder, ["--prime", "the sea"]).error == "")
  }
}
