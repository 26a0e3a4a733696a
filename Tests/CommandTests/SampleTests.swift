import Foundation
import Testing

/// Tests of the output of `lstm-sample`, and of its errors for unusable files.
struct SampleTests {
  @Test func theSeedDecides() throws {
    let folder = try WorkFolder()
    try folder.train()
    func sample(_ options: String...) throws -> Outcome {
      let outcome = try folder.run(.sample, options + ["--length", "200", "checkpoint.bin"])
      #expect(outcome.status == 0)
      #expect(outcome.error.isEmpty)
      // Without a terminal, the output has exactly the requested characters and no line feed after them.
      #expect(outcome.output.unicodeScalars.count == 200)
      return outcome
    }
    #expect(try sample("--seed", "7").output == sample("--seed=7").output)
    #expect(try sample("--seed", "7").output != sample("--seed", "8").output)
    #expect(try sample().output != sample().output)
    #expect(try sample("--temperature", "0").output == sample("--temperature", "0").output)
  }

  /// On a terminal, the seed is printed, so that a text can be reproduced.
  @Test(arguments: [[], ["--interactive"], ["--show-probabilities"]]) func aTerminalTellsTheSeed(options: [String])
    throws
  {
    let folder = try WorkFolder()
    try folder.train()
    try folder.write("the sea\n\n", to: "lines.txt")
    let arguments = options + ["-n", "50", "checkpoint.bin"]
    let terminal = try Terminal(columns: 80, rows: 24)
    let run = try RunningTool(BuiltTool.sample.path, arguments, in: folder, input: "lines.txt", terminal: terminal)
    let text = try run.outcome().expectSuccess().output
    let notice = terminal.read()
    let seed = try #require(notice.wholeMatch(of: /lstm-sample: notice: --seed ([0-9]+) repeats this text\n/)?.1)
    try folder.run(.sample, ["--seed", String(seed)] + arguments, input: "lines.txt").expect(
      status: 0, output: text, error: "")
    // No seed is printed if nothing is drawn or the seed is given.
    for known in [["--temperature", "0"], ["--beam", "2"], ["--seed", "1"]] where options == [] {
      _ = try RunningTool(BuiltTool.sample.path, known + arguments, in: folder, terminal: terminal).outcome()
      #expect(terminal.read() == "")
    }
  }

  @Test func namesOfTheColumns() throws {
    let folder = try WorkFolder()
    try folder.train()
    let table = ["--show-probabilities", "--seed", "1", "-n", "9", "checkpoint.bin"]
    let rows = try folder.run(.sample, table).output
    let names = "character\tprobability" + (1...4).map { "\tother_\($0)\tprobability_\($0)" }.joined()
    try folder.run(.sample, ["--header"] + table).expect(status: 0, output: "\(names)\n\(rows)", error: "")
  }

  @Test func thePromptComesFirst() throws {
    let folder = try WorkFolder()
    try folder.train()
    let outcome = try folder.run(.sample, ["--prime", "the wind", "-n", "40", "--seed", "1", "checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("the wind"))
    #expect(outcome.output.unicodeScalars.count == 48)
    try folder.run(.sample, ["--prime", "the wind", "-n", "0", "checkpoint.bin"])
      .expect(status: 0, output: "the wind", error: "")
    try folder.run(.sample, ["--prime", "the ñ日 ñ\u{7}", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: --prime: not in the model's vocabulary: 'ñ' (U+00F1), '日' (U+65E5), U+0007; "
        + "use only what the model was trained on, or --unknown skip or nearest\n")
  }

  @Test(arguments: [
    "いろはにほへと ちりぬるを\n", "안녕 세계 한글\n".precomposedStringWithCanonicalMapping,
    "안녕 세계 한글\n".decomposedStringWithCanonicalMapping, "🌊 the 👨‍👩‍👧 and the 🇯🇵 e\u{301}\n",
  ])
  func textIsWrittenWhole(line: String) throws {
    let folder = try WorkFolder()
    let text = String(repeating: line, count: 30)
    let characters = try #require(try folder.textGenerated(from: text, length: 300), "not UTF-8")
    #expect(characters.unicodeScalars.count == 300)
    // The output has the Unicode form of the training text: decomposed Korean stays decomposed.
    #expect(Set(characters.unicodeScalars).isSubset(of: Set(text.unicodeScalars)))

    let graphemes = try #require(try folder.textGenerated(from: text, length: 300, "--unit", "grapheme"), "not UTF-8")
    #expect(Set(graphemes.unicodeScalars).isSubset(of: Set(text.unicodeScalars)))
  }

  @Test func aModelOfBytesWritesBytes() throws {
    let folder = try WorkFolder()
    try folder.write(Data((0..<1200).map { UInt8(truncatingIfNeeded: 0xF0 + $0 % 7) }), to: "text.txt")
    #expect(try folder.train("--unit", "byte").status == 0)
    let outcome = try folder.run(.sample, ["--length", "500", "checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(outcome.outputBytes.count == 500)
    #expect(outcome.outputBytes.allSatisfy { (0xF0...0xF6).contains($0) })
    try folder.run(.sample, ["--prime", "a", "checkpoint.bin"]).expect(
      status: 64,
      error:
        "lstm-sample: --prime: not in the model's vocabulary: 0x61; use only what the model was trained on, or "
        + "--unknown skip or nearest\n"
    )
  }

  @Test func aReaderThatHasEnough() throws {
    let folder = try WorkFolder()
    try folder.train()
    let outcome = try folder.shell(
      "{ \"$0\" --length 1000000 checkpoint.bin; echo $? > status; } | head -c 100", .sample)
    #expect(try folder.text(of: "status") == "0\n")
    #expect(outcome.outputBytes.count == 100)
    #expect(outcome.error.isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDisk() throws {
    let folder = try WorkFolder()
    try folder.train()
    try folder.shell("exec \"$0\" checkpoint.bin > /dev/full", .sample).expect(
      status: 74,
      error: "lstm-sample: cannot write to standard output: No space left on device; "
        + "free space on its disk, or choose another path\n")
  }

  @Test func whatIsNoCheckpoint() throws {
    let folder = try WorkFolder()
    try folder.makeFolder("folder")
    try folder.write(TinyTraining.text, to: "text.txt")
    try folder.write("", to: "empty.bin")
    // Nobody writes into the pipe, and the tool must not wait for it.
    try #require(mkfifo(folder.path(of: "pipe"), 0o600) == 0)
    let notRegular =
      "not a checkpoint (a device, pipe or socket, where a file is needed); give a file that lstm-train wrote"
    let problems: [(name: String, status: Int32, message: String)] = [
      ("missing.bin", 66, "cannot open (No such file or directory); check the path"),
      ("folder", 66, "cannot open (Is a directory); name a file in it"),
      ("pipe", 66, notRegular),
      ("/dev/null", 66, notRegular),
      ("empty.bin", 65, "not a checkpoint (0 bytes are too short for one); give a file that lstm-train wrote"),
      (
        "text.txt", 65,
        "not a checkpoint (it does not begin with a safetensors header); give a file that lstm-train wrote"
      ),
    ]
    for (name, status, message) in problems {
      try folder.run(.sample, [name]).expect(status: status, error: "lstm-sample: \(name): \(message)\n")
    }
  }

  @Test func damagedCheckpoints() throws {
    let folder = try WorkFolder()
    try folder.train()
    let whole = try folder.bytes(of: "checkpoint.bin")
    // Bytes of its data, of the middle of its header, and of the header length.
    let lengths = [whole.count - 1, whole.count / 2, 500, 12, 7]
    for length in lengths {
      try folder.write(whole.prefix(length), to: "damaged.bin")
      try expectDamage(in: folder, "cut to \(length) bytes")
    }
    for index in [0, 9, 40, 500, whole.count / 2, whole.count - 1] {
      var bytes = whole
      bytes[index] ^= 1
      try folder.write(bytes, to: "damaged.bin")
      try expectDamage(in: folder, "byte \(index)")
    }
  }

  private func expectDamage(in folder: WorkFolder, _ comment: Comment) throws {
    let outcome = try folder.run(.sample, ["damaged.bin"])
    #expect(outcome.status == 65, comment)
    #expect(outcome.output.isEmpty, comment)
    #expect(outcome.errorLines.count == 1, comment)
    let pattern = try Regex(
      "lstm-sample: damaged\\.bin: (damaged|not a checkpoint|not supported) \\(.+\\); [a-z -]+\n")
    #expect(outcome.error.wholeMatch(of: pattern) != nil, "\(outcome.error)")
  }
}
