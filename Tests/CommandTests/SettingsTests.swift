import Foundation
import Testing

/// Tests of the settings that are chosen for options that are not given.
struct SettingsTests {
  /// Returns the values of the options in the printed settings.
  private func settings(_ options: [String], text: String) throws -> [String: String] {
    let folder = try WorkFolder()
    let outcome = try folder.run(.train, ["--dry-run"] + options + ["text.txt"], writing: text).expectSuccess()
    let line = try #require(outcome.errorLines.first { $0.hasPrefix("settings: lstm-train ") })
    let words = line.split(separator: " ").dropFirst(2).map(String.init)
    #expect(words.last == "text.txt")
    var values: [String: String] = [:]
    for (name, value) in zip(words, words.dropFirst()) where name.hasPrefix("--") { values[name] = value }
    return values
  }

  private static func text(_ length: Int) -> String {
    String(String(repeating: TinyTraining.text, count: length / TinyTraining.text.count + 1).prefix(length))
  }

  private func number(_ settings: [String: String], _ name: String) throws -> Double {
    try #require(settings[name].flatMap(Double.init), "\(name)")
  }

  @Test func theModelGrowsWithTheTextAndTheTime() throws {
    let lengths = [500, 5_000, 50_000, 500_000]
    let sizes = try lengths.map { try number(settings([], text: Self.text($0)), "--hidden") }
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try #require(sizes.last) > 2 * #require(sizes.first))
    let times = ["2s", "10s", "2m"]
    let ofTimes = try times.map { try number(settings(["--max-time", $0], text: Self.text(500_000)), "--hidden") }
    #expect(zip(ofTimes, ofTimes.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func reasonsAreOfTheChosenSettings() throws {
    func reasons(_ options: String..., length: Int) throws -> String? {
      try WorkFolder().run(.train, ["--dry-run"] + options + ["text.txt"], writing: Self.text(length)).expectSuccess()
        .errorLines.first { $0.hasPrefix("reasons: ") }
    }
    #expect(
      try reasons("--epochs", "30", length: 3_000)
        == "reasons: --hidden 32 because more weights would overfit a text of this length; --dropout 0.2 "
        + "--recurrent-dropout 0.3 for an estimated 30 epochs; --learning-rate 0.01 for this hidden size")
    #expect(
      try reasons("--epochs", "1", "--learning-rate", "0.002", length: 300_000)
        == "reasons: --hidden 32 because more weights would need longer training; --dropout 0 for an estimated 1 epoch")
    #expect(
      try reasons("--hidden", "24", "--recurrent-dropout", "0.1", "--learning-rate", "0.002", length: 3_000) == nil)
    #expect(try reasons("--hidden", "24", "--dropout", "0", "--learning-rate", "0.002", length: 3_000) == nil)
  }

  @Test func patienceIsForRunsThatNothingBounds() throws {
    let text = Self.text(3_000)
    let patience: [String?] = try [[], ["--epochs", "3"], ["--max-time", "1m"], ["--val-fraction", "0"]].map {
      try settings($0, text: text)["--patience"]
    }
    #expect(patience == ["10", nil, nil, nil])
  }

  /// A longer text has equal rates.
  @Test(arguments: [
    (50_000, 1, ["0", nil]), (50_000, 5, ["0.05", "0.05"]), (50_000, 100, ["0.2", "0.3"]),
    (600_000, 100, ["0.2", "0.2"]),
  ])
  func whatIsReadOftenIsDropped(length: Int, epochs: Int, rates: [String?]) throws {
    let settings = try settings(["--hidden", "64", "--epochs", "\(epochs)"], text: Self.text(length))
    #expect([settings["--dropout"], settings["--recurrent-dropout"]] == rates)
    #expect(settings["--state-reset"] == (epochs == 1 ? nil : "0.02"))
  }

  @Test func aGivenRateDecidesBoth() throws {
    let options = ["--hidden", "64", "--epochs", "100"]
    let given = try settings(options + ["--dropout", "0.3"], text: Self.text(50_000))
    #expect(given["--recurrent-dropout"] == nil && given["--state-reset"] == nil, "given regularization is kept")
    let recurrent = try settings(options + ["--recurrent-dropout", "0.3"], text: Self.text(50_000))
    #expect(recurrent["--dropout"] == nil && recurrent["--state-reset"] == nil)
  }

  @Test func whatIsGivenStays() throws {
    let given = [
      "--hidden": "24", "--layers": "3", "--batch-size": "5", "--seq-length": "9", "--learning-rate": "0.5",
      "--dropout": "0.45", "--schedule": "linear", "--forget-bias": "2", "--steps": "7",
      "--recurrent-dropout": "0.15", "--state-reset": "0.05", "--output-bias": "zero",
      "--temporal-regularization": "0.5",
    ]
    for name in given.keys {
      let value = given[name] ?? ""
      let settings = try settings([name, value], text: Self.text(3_000))
      #expect(settings[name] == value)
      #expect(settings["--epochs"] == nil || name != "--steps")
    }
    let folder = try WorkFolder()
    let all = try folder.run(
      .train, ["--dry-run"] + given.flatMap { [$0.key, $0.value] } + ["text.txt"], writing: Self.text(3_000))
    #expect(!all.expectSuccess().error.contains("settings: "), "all settings were given")
  }

  @Test(arguments: [("tiny", "64", "1"), ("small", "128", "2"), ("medium", "256", "2"), ("large", "512", "2")])
  func presets(name: String, hidden: String, layers: String) throws {
    let settings = try settings(["--preset", name], text: Self.text(3_000))
    #expect(settings["--hidden"] == hidden && settings["--layers"] == layers)
    #expect(try self.settings(["--preset", name, "--layers", "4"], text: Self.text(3_000))["--layers"] == "4")
  }

  /// The printed command line reproduces the run, byte for byte.
  @Test func theChoiceCanBeRepeated() throws {
    let (chosen, repeated) = (try WorkFolder(), try WorkFolder())
    let text = Self.text(1_500)
    let outcome = try chosen.run(.train, ["--hidden", "8", "text.txt"], writing: text).expectSuccess()
    let line = try #require(outcome.errorLines.first { $0.hasPrefix("settings: lstm-train ") })
    let arguments = line.split(separator: " ").dropFirst(2).map(String.init)
    let again = try repeated.run(.train, arguments, writing: text).expectSuccess()
    #expect(!again.error.contains("settings: "))
    for file in ["checkpoint.bin", "checkpoint.last.bin"] {
      #expect(try chosen.bytes(of: file) == repeated.bytes(of: file), "\(file)")
    }
  }

  /// The settings of a text of three characters are printed once, with the values that are used.
  @Test func shortTextsAreSaidOnce() throws {
    let folder = try WorkFolder()
    let outcome = try folder.run(.train, ["--lines", "text.txt"], writing: "aba\nb\n").expectSuccess()
    #expect(outcome.error.contains(" --batch-size 1 ") && outcome.error.contains(" with batch size 1 and "))
    try folder.write("aba", to: "text.txt")
    let lines = try folder.run(.train, ["--hidden", "4", "--overwrite", "text.txt"]).expectSuccess().errorLines
    #expect(lines.contains { $0.hasPrefix("settings: ") && $0.contains(" --batch-size 1 --seq-length 1 ") })
    #expect(lines.contains { $0.hasPrefix("model: ") && $0.hasSuffix(" with batch size 1 and sequence length 1") })
    #expect(!lines.contains { $0.contains("the text is short") })
    let epochs = lines.filter { $0.hasPrefix("epoch ") }
    #expect(epochs.count < 40 && epochs.last?.hasPrefix("epoch 200.00, step 200: ") == true)
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(curve.rows.count == 200)
  }

  /// Texts down to the smallest possible one.
  @Test(arguments: [3, 10, 60, 300, 2_000]) func aTinyText(length: Int) throws {
    let folder = try WorkFolder()
    let outcome = try folder.run(.train, ["--epochs", "2", "text.txt"], writing: Self.text(length))
    #expect(outcome.status == 0, "\(outcome.error)")
    let settings = try settings(["--epochs", "2"], text: Self.text(length))
    let step = try number(settings, "--batch-size") * number(settings, "--seq-length")
    if length >= 300 { #expect(step * 4 <= Double(length)) }
    #expect(outcome.error.contains("no validation set") == (length < 20))
  }

  /// Earlier versions did not store the time limit.
  @Test func aRunOfUnknownLengthMustBeBoundedAgain() throws {
    let folder = try WorkFolder()
    try folder.train(["--max-time", "60s", "--schedule", "wsd", "--stop-after", "5"], bounded: false).expectSuccess()
    try folder.rewriteRun { run in
      run["arguments"] = (run["arguments"] as? [String])?.filter { !["--max-time", "1m"].contains($0) }
      run["secondsSpent"] = nil
    }
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "text.txt"]).expect(
      status: 64,
      error: "lstm-train: the run of checkpoint.last.bin was bounded by time alone; give --max-time again, or --steps "
        + "or --epochs\n")
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "--steps", "9", "text.txt"]).expectSuccess()
  }
}
