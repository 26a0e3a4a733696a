import Foundation
import RecurrentEngine
import Testing

/// Tests of training on lines as separate texts, and of the other tools with such a model.
struct LinesTests {
  private static let names = [
    "anna", "bella", "carla", "della", "ella", "fiona", "gina", "hanna", "ida", "jo", "kaja", "lena", "mia", "nell",
    "olga", "pia", "rosa", "sina", "tea", "uma", "vera", "wilma", "xenia", "yara", "zoe", "al", "bo", "cy", "ed", "lou",
  ]
  private static let text = names.joined(separator: "\n") + "\n"

  /// Trains a model on names, and writes another text.
  private func makeFolder(_ options: String...) throws -> WorkFolder {
    let folder = try WorkFolder()
    try folder.write(Self.text, to: "text.txt")
    try folder.write("anno\nbela\n\nzenia\nlo\n", to: "other.txt")
    try folder.train(["--lines", "--epochs", "20"] + options).expectSuccess()
    return folder
  }

  // MARK: Training

  @Test func validationScoresWhatLSTMScoreDoes() throws {
    let folder = try makeFolder("--val-file", "other.txt", "--epochs", "1")
    let loss = try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("val_loss").last)
    for options in [[], ["--streams", "1"], ["--streams", "3"]] {
      let score = try folder.scores(options + ["other.txt"]).total
      #expect(score.characters == "anno\nbela\nzenia\nlo\n".count && score.bytes == score.characters)
      #expect(abs(score.natsPerCharacter - loss) < 1e-6)
    }
  }

  /// The cost of a line does not depend on the order of lines, on the line endings, or on empty lines.
  @Test func aLineCostsTheSameAnywhere() throws {
    let folder = try makeFolder()
    func costs(_ text: String) throws -> [String: String] {
      try folder.write(text, to: "lines.txt")
      let rows = try folder.rows(["--per-line", "lines.txt"])
      let total = try folder.scores(["lines.txt"]).total
      let scored = rows.filter { $0[4] != "" }
      #expect(scored.allSatisfy { Int($0[2]) == $0[4].count + 1 })
      #expect(rows.filter { $0[4] == "" }.allSatisfy { $0[1] == "nan" && $0[2] == "0" })
      #expect(total.characters == scored.reduce(0) { $0 + $1[4].count + 1 } && total.bytes == total.characters)
      #expect(abs(total.nats - scored.reduce(0) { $0 + (Double($1[1]) ?? .nan) }) < 1e-4)
      let characters = try folder.rows(["--per-character", "lines.txt"])
      #expect(characters.count == total.characters)
      #expect(abs(characters.reduce(0) { $0 + (Double($1[2]) ?? .nan) } - total.nats) < 1e-4)
      return Dictionary(scored.map { ($0[4], $0[1]) }) { $1 }
    }
    let plain = try costs("anna\nbo\nlou\nmia\n")
    #expect(plain.count == 4)
    for text in ["mia\nbo\nanna\nlou", "\n\nlou\r\nmia\r\n\r\nbo\r\nanna\r\n", "anna\nanna\nbo\nmia\nmia\nlou\n\n"] {
      #expect(try costs(text) == plain, "\(text)")
    }
    for text in ["", "\n\n", "\r\n"] {
      try folder.write(text, to: "lines.txt")
      let outcome = try folder.score(["lines.txt"])
      #expect(outcome.status == 65)
    }
    try folder.score(["lines.txt"]).expect(
      status: 65, error: "lstm-score: lines.txt: no line that has any character; give more text\n")
  }

  @Test func linesEndInOneWay() throws {
    let (plain, other) = (try makeFolder("--unit", "grapheme"), try WorkFolder())
    try other.write("\r\n" + Self.names.joined(separator: "\r\n\r\n"), to: "text.txt")
    try other.train("--lines", "--epochs", "20", "--unit", "grapheme").expectSuccess()
    #expect(try other.bytes(of: "checkpoint.bin") == plain.bytes(of: "checkpoint.bin"))
  }

  @Test func threadsMakeNoDifference() throws {
    let results = try ["1", "2", "3"].map { threads in
      let folder = try makeFolder("--threads", threads, "--batch-size", "5")
      return try ["checkpoint.bin", "checkpoint.last.bin"].map(folder.bytes)
    }
    #expect(Set(results).count == 1)
  }

  @Test func theValidationLinesAreReported() throws {
    let folder = try WorkFolder()
    try folder.write(Self.text, to: "text.txt")
    let share = try folder.train("--lines", "--test-fraction", "0.2").expectSuccess().errorLines
    #expect(share.contains("lines: 21 for training, 3 for validation, 6 for testing"))
    #expect(
      share.contains {
        $0.hasPrefix("best validation loss: ") && $0.hasSuffix("; validation set: 3 lines chosen at random")
      })
    #expect(share.contains { $0.hasPrefix("test loss of ") && $0.hasSuffix("; test set: 6 lines chosen at random") })
    let count = try folder.train("--lines", "--val-lines", "7", "--overwrite").expectSuccess().errorLines
    #expect(count.contains("lines: 23 for training, 7 for validation"))
    let epochs = try LossCurveFile(folder.text(of: "loss.csv")).rows.filter { $0["val_loss"] != "" }
    #expect(epochs.map { $0["epoch"] } == ["1.0000", "2.0000", "3.0000"])
    let characters = epochs.compactMap { $0["characters"].flatMap(Int.init) }
    #expect(characters == (1...3).map { $0 * characters[0] })
    let words = try folder.run(.inspect, ["checkpoint.bin"]).output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(
      words.contains("; each line is a separate text") && words.contains(" --lines ")
        && words.contains(" --val-lines 7 "))
  }

  @Test func aLineThatIsFarTooLongIsCut() throws {
    let folder = try WorkFolder()
    let long = String(repeating: "lorem ipsum dolor ", count: 300)
    try folder.write(Self.text + long + "\n" + Self.text, to: "text.txt")
    try folder.write(Self.text, to: "names.txt")
    let outcome = try folder.train("--lines", "--val-file", "names.txt", "--epochs", "1").expectSuccess()
    #expect(
      outcome.errorLines.contains(
        "lstm-train: notice: 1 line longer than 100 times the median (4 characters), cut into 16 pieces that start "
          + "from a zero state"))
    // No row is idle before the end of an epoch: 5,800 predictions in 4 rows, 16 at a time.
    let rows = try LossCurveFile(folder.text(of: "loss.csv")).rows
    let steps = try #require(rows.last?["step"].flatMap(Int.init))
    #expect((5_800 / 64...6_600 / 64).contains(steps), "\(steps)")

    // In scoring, each piece of a text begins with a warm-up context.
    let whole = try folder.scores(["--streams", "1", "text.txt"]).total
    let parts = try folder.scores(["text.txt"]).total
    #expect(parts.characters == whole.characters && parts.bytes == whole.bytes)
    #expect(abs(parts.natsPerCharacter - whole.natsPerCharacter) < 1e-4)
  }

  @Test func textsThatHaveNoLines() throws {
    let folder = try WorkFolder()
    try folder.write("one line alone", to: "text.txt")
    #expect(
      try folder.train("--lines").errorLines.last
        == "lstm-train: text.txt: no line feed, and so no lines (14 characters); leave out --lines")
    try folder.write("ab\ncd\n", to: "text.txt")
    let outcome = try folder.train("--lines", "--val-lines", "2")
    #expect(outcome.status == 65)
    #expect(
      outcome.errorLines.last
        == "lstm-train: text.txt: too short (6 characters, 0 lines for training); give more text or a lower --val-lines"
    )
  }

  @Test(arguments: [
    ("--val-lines 5", "--val-lines is for --lines or --records; give that, too"),
    ("--lines --records nul", "--lines and --records both choose the separator of records; give one of them"),
    (
      "--lines --val-lines 5 --val-file text.txt",
      "--val-lines and --val-file both choose the validation set; give one of them"
    ),
    (
      "--lines --split interleaved",
      "--split is for a text that is one sequence, not for --lines; leave it out"
    ),
  ])
  func optionsThatContradictEachOther(options: String, message: String) throws {
    let folder = try WorkFolder()
    try folder.train(options.split(separator: " ").map(String.init)).expect(
      status: 64, error: "lstm-train: \(message)\n")
  }

  // MARK: Sampling

  @Test func aModelOfLinesWritesLines() throws {
    let folder = try makeFolder()
    func sample(_ options: String...) throws -> String {
      try folder.run(.sample, ["--seed", "3"] + options + ["checkpoint.bin"]).expectSuccess().output
    }
    let many = try sample("--count", "40")
    let lines = many.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 41 && lines.last == "" && Set(lines).count > 20)
    let one = try sample()
    #expect(many.hasPrefix(one) && one.count { $0 == "\n" } == 1)
    // Only lines that are too long are cut.
    let short = try sample("--count", "40", "--length", "3").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(short.map { String($0) } == lines.map { String($0.prefix(3)) })
    #expect(try sample("--count", "3", "--null") == lines.prefix(3).map { $0 + "\0" }.joined())
    #expect(try sample("--count", "3", "--separator", "|") == lines.prefix(3).joined(separator: "|"))

    #expect(try sample("--prime", "an", "--count", "5").split(separator: "\n").allSatisfy { $0.hasPrefix("an") })
    #expect(
      try sample("--stop", "a", "--count", "40").split(separator: "\n").allSatisfy { !$0.dropLast().contains("a") })
    let likeliest = try sample("--temperature", "0")
    #expect(likeliest.hasSuffix("\n") && likeliest.count { $0 == "\n" } == 1)
    let beam = try folder.run(.sample, ["--beam", "4", "checkpoint.bin"]).output
    #expect(beam.hasSuffix("\n") && beam.count { $0 == "\n" } == 1)
    let stopped = try folder.run(.sample, ["--beam", "4", "--stop", "a", "checkpoint.bin"]).output
    let stoppedLines = stopped.split(separator: "\n")
    #expect(stoppedLines.count == 1 && stoppedLines.allSatisfy { !$0.dropLast().contains("a") }, "\(stopped)")
    // The table includes the line end.
    let table = try sample("--show-probabilities").split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    #expect(table.joined() == lines[0] + "\\n")
    try folder.run(.sample, ["--prime", "a\nb", "checkpoint.bin"]).expect(
      status: 64,
      error: "lstm-sample: the prompt has a line feed, which ends a text of this model; give one without\n")
  }

  @Test func everyTurnIsALine() throws {
    let folder = try makeFolder()
    try folder.write("an\nan\n\n", to: "turns.txt")
    let outcome = try folder.run(
      .sample, ["--interactive", "--temperature", "0", "checkpoint.bin"], input: "turns.txt"
    ).expectSuccess()
    let answers = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    let alone = try folder.run(.sample, ["--temperature", "0", "checkpoint.bin"]).output
    let primed = try folder.run(.sample, ["--temperature", "0", "--prime", "an", "--no-echo", "checkpoint.bin"]).output
    #expect(answers.count == 4 && answers[0] + "\n" == primed && answers[1] == answers[0])
    #expect(answers[2] + "\n" == alone)
  }

  @Test func samplesWhileItTrainsAreLines() throws {
    let folder = try WorkFolder()
    try folder.write(Self.text, to: "text.txt")
    let options = ["--lines", "--epochs", "20", "--sample-length", "60"]
    let lines = try folder.train(options + ["--sample-every", "30"]).expectSuccess().errorLines.filter {
      $0.hasPrefix("  | ")
    }
    #expect(lines.count > 4)
    #expect(try folder.train(options + ["--overwrite", "--checkpoint", "other.bin"]).status == 0)
    #expect(try folder.bytes(of: "other.bin") == folder.bytes(of: "checkpoint.bin"))
  }

  @Test func theExampleTellsNewNamesFromThoseItKnows() throws {
    let folder = try WorkFolder()
    try folder.write(Self.names.joined(separator: "\r\n"), to: "names.txt")
    let outcome = try folder.bash(
      "'\(PackageFolder.path)/Examples/sample-names.sh' names.txt --hidden 8 --layers 1 --epochs 3 --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count == 1_000)
    let seen = Set(Self.names.enumerated().filter { $0.offset % 10 != 9 }.map(\.element))
    let known = lines.count { seen.contains(String($0)) }
    #expect(outcome.errorLines.last?.hasPrefix(String(format: "%.1f %% of 1000 lines ", Double(known) / 10)) == true)
    #expect(try folder.names() == ["names.txt"])
  }
}
