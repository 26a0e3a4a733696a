import Foundation
import RecurrentEngine
import Testing

@testable import lstm_study

/// Tests of `lstm-study compare`.
struct ComparisonTests {
  static let options = [
    "--hidden", "12", "--layers", "1", "--batch-size", "4", "--seq-length", "16", "--threads", "1", "--steps", "40",
    "--log-every", "20", "--val-every", "10",
  ]

  /// A table of a comparison, parsed as in a user's script.
  private struct Table {
    static let columns = [
      "cell", "hidden", "parameters", "training_characters", "seed", "step", "characters", "seconds", "learning_rate",
      "train_loss", "val_loss", "event",
    ]
    let rows: [[String: String]]

    init(_ text: String) throws {
      rows = try TableFile(text, columns: Self.columns).rows
    }

    func values(_ column: String, where conditions: [String: String] = [:]) -> [String] {
      rows.filter { row in conditions.allSatisfy { row[$0.key] == $0.value } }.compactMap { $0[column] }
    }
  }

  private func compare(
    _ folder: WorkFolder, _ options: String..., cells: String = "lstm,gru,rnn", common: [String] = options
  ) throws -> Outcome {
    try folder.write(TinyTraining.text, to: "text.txt")
    return try folder.run(.study, ["compare", "--cells", cells] + common + options + ["text.txt"])
  }

  @Test func cellsHaveEqualParametersAndUpdates() throws {
    let folder = try WorkFolder()
    let outcome = try compare(folder, "--seeds", "2").expectSuccess()
    #expect(try folder.names() == ["comparison.csv", "comparison.svg", "text.txt"])
    let table = try Table(folder.text(of: "comparison.csv"))
    #expect(Set(table.values("hidden", where: ["cell": "lstm"])) == ["12"])
    let counts = try ["lstm", "gru", "rnn"].map { cell in
      let counts = Set(table.values("parameters", where: ["cell": cell]))
      #expect(counts.count == 1)
      return try #require(counts.first.flatMap(Int.init))
    }
    // One unit more or less would make a larger difference.
    #expect(counts.allSatisfy { abs($0 - counts[0]) < 60 } && Set(counts).count == 3)
    for cell in ["lstm", "gru", "rnn"] {
      for seed in ["1", "2"] {
        #expect(table.values("step", where: ["cell": cell, "seed": seed]) == ["10", "20", "30", "40"])
      }
    }
    #expect(Set(table.values("training_characters")) == ["1944"])

    // Standard output has a summary row for each cell.
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: "  ").map { $0.trimmed } }
    #expect(rows.map { $0.first } == ["cell", "lstm", "gru", "rnn"])
    for row in rows.dropFirst() {
      let best = ["1", "2"].map { seed in
        table.values("val_loss", where: ["cell": row[0], "seed": seed]).compactMap { Double($0) }.min() ?? 0
      }
      let figures = [String(format: "%.4f", best.min() ?? 0), String(format: "%.4f", best.max() ?? 0), "2"]
      #expect(Array(row.suffix(3)) == figures)
      let spread = (best[0] - best[1]).magnitude / 2.0.squareRoot()
      #expect(row[5] == String(format: "%.4f ± %.4f", (best[0] + best[1]) / 2, spread))
    }
    let svg = try folder.text(of: "comparison.svg")
    #expect(svg.ranges(of: "<polygon class=\"band ").count == 3)
    #expect(svg.contains(">lstm, 1 × 12 units<") && svg.contains(">optimizer step<"))
  }

  /// Each run of a comparison has the same results as a separate run with the printed settings.
  @Test func eachRunEqualsASeparateRun() throws {
    let folder = try WorkFolder()
    let outcome = try compare(folder, "--seed", "5", "--seeds", "2", cells: "rnn,gru").expectSuccess()
    let table = try Table(folder.text(of: "comparison.csv"))
    for (cell, settings) in zip(["rnn", "gru"], outcome.errorLines.filter { $0.hasPrefix("settings: ") }) {
      let alone = try WorkFolder()
      try alone.write(TinyTraining.text, to: "text.txt")
      let command = settings.dropFirst("settings: ".count).replacing("--seed 5", with: "--seed 6")
      #expect(command.contains("--cell \(cell)"))
      #expect(try alone.bash("\(command) --quiet").status == 0)
      let curve = try LossCurveFile(alone.text(of: "loss.csv"))
      for column in ["step", "characters", "train_loss", "val_loss", "learning_rate"] {
        #expect(
          curve.rows.compactMap { $0[column] } == table.values(column, where: ["cell": cell, "seed": "6"]), "\(column)")
      }
    }
  }

  @Test func byUnits() throws {
    let folder = try WorkFolder()
    try compare(folder, "--by", "hidden", "--seeds", "1").expectSuccess()
    let table = try Table(folder.text(of: "comparison.csv"))
    #expect(Set(table.values("hidden")) == ["12"] && Set(table.values("parameters")).count == 3)
    #expect(!(try folder.text(of: "comparison.svg")).contains("<polygon"), "one seed has no spread")
  }

  @Test func byTime() throws {
    let folder = try WorkFolder()
    let common = ["--hidden", "12", "--layers", "1", "--batch-size", "4", "--seq-length", "16", "--threads", "1"]
    try compare(
      folder, "--by", "time", "--max-time", "1s", "--seeds", "1", cells: "lstm,rnn", common: common
    ).expectSuccess()
    let table = try Table(folder.text(of: "comparison.csv"))
    for cell in ["lstm", "rnn"] {
      #expect(table.values("val_loss", where: ["cell": cell]).count { !$0.isEmpty } > 3)
    }
    #expect(try folder.text(of: "comparison.svg").contains(">seconds of training<"))
  }

  @Test(arguments: [[], ["--lines"], ["--split", "interleaved"]])
  func growingPartsOfTheText(division: [String]) throws {
    let folder = try WorkFolder()
    try compare(
      folder, "--data", "1,0.2,0.5", "--seeds", "1", "--output", "a", cells: "gru",
      common: Self.options + division
    ).expectSuccess()
    #expect(try folder.names() == ["a.csv", "a.data.svg", "a.svg", "text.txt"])
    let table = try Table(folder.text(of: "a.csv"))
    let lengths = table.values("training_characters").compactMap { Int($0) }
    #expect(lengths == lengths.sorted() && Set(lengths).count == 3)
    #expect(abs(Double(lengths[0]) / Double(lengths[lengths.count - 1]) - 0.2) < 0.01)
    // The same number of steps, and different losses.
    #expect(table.values("step").suffix(4) == ["10", "20", "30", "40"])
    let losses = Set(lengths).map { table.values("val_loss", where: ["training_characters": String($0)]) }
    #expect(Set(losses).count == 3 && losses.allSatisfy { $0.count == 4 })
    #expect(try folder.text(of: "a.data.svg").contains(">characters trained on<"))
  }

  @Test func whatNothingBoundsIsChosenForAllRunsTogether() throws {
    let folder = try WorkFolder()
    let outcome = try compare(folder, "--seeds", "1", cells: "gru", common: ["--hidden", "8", "--epochs", "1"])
    let settings = try #require(outcome.expectSuccess().errorLines.first { $0.hasPrefix("settings: ") })
    for option in ["--batch-size", "--seq-length", "--steps", "--val-every", "--learning-rate"] {
      #expect(settings.contains(" \(option) "), "\(option)")
    }
    #expect(!settings.contains("--epochs") && !settings.contains("--patience"))
    // Each of ten runs gets a tenth of the budget of a single run.
    func hiddenSize(ofRuns count: Int) throws -> Int {
      var budget = TrainingBudget()
      budget.operations /= Double(count)
      return try TrainingConfiguration.recommended(
        characterCount: 10_000_000, vocabularySize: 60, isValidated: true, from: TrainingConfiguration(),
        budget: budget, threadCount: 1, kernelName: "avx512"
      ).configuration.hiddenSize
    }
    #expect(try hiddenSize(ofRuns: 10) < hiddenSize(ofRuns: 1))
  }

  @Test func earlierResultsAreKept() throws {
    let folder = try WorkFolder()
    try compare(folder, "--seeds", "1", cells: "rnn").expectSuccess()
    let first = try folder.bytes(of: "comparison.csv")
    let lines = try compare(folder, "--seeds", "1", "--seed", "7", cells: "rnn").expectSuccess().errorLines
    #expect(
      lines.contains(
        "lstm-study: notice: moved an earlier result to comparison.previous-1.csv; --overwrite replaces it"))
    #expect(try folder.bytes(of: "comparison.previous-1.csv") == first)
    try compare(folder, "--seeds", "1", "--overwrite", cells: "gru").expectSuccess()
    #expect(
      try folder.names() == ["comparison.csv", "comparison.previous-1.csv", "comparison.svg", "text.txt"])
    #expect(try Set(Table(folder.text(of: "comparison.csv")).values("cell")) == ["gru"])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalLeavesWhatIsDone(signal: Int32) throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let run = try folder.start(
      .study, ["compare", "--cells", "rnn,gru"] + Self.options + ["--seeds", "1000", "text.txt"])
    try run.wait(for: "a run of each cell") { run.error.contains("gru, seed 1: best validation loss") }
    run.signal(signal)
    let outcome = try run.outcome()
    #expect(outcome.status == 128 + signal)
    let table = try Table(folder.text(of: "comparison.csv"))
    #expect(table.values("step", where: ["cell": "gru", "seed": "1"]) == ["10", "20", "30", "40"])
    #expect(outcome.output.split(separator: "\n").map { $0.prefix(4) } == ["cell", "rnn ", "gru "])
    #expect(try folder.text(of: "comparison.svg").hasSuffix("</svg>\n"))
    #expect(try folder.names() == ["comparison.csv", "comparison.svg", "text.txt"])
  }

  @Test func aRunThatDivergesDoesNotEndTheOthers() throws {
    let folder = try WorkFolder()
    let outcome = try compare(
      folder, "--seeds", "1", "--optimizer", "sgd", "--learning-rate", "1e38", "--clip", "0", cells: "gru,rnn")
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.count { $0.contains("training diverged after") } == 2)
    #expect(outcome.output.split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix("0 of 1") })
  }

  @Test func contradictions() throws {
    let folder = try WorkFolder()
    let cases: [([String], String)] = [
      (["--cells", "gru,gru"], "--cells names gru twice; give each cell once"),
      (
        ["--cells", "lstm,rnn", "--gru-reset", "after"],
        "--gru-reset is for --cell gru, which --cells does not name; leave it out"
      ),
      (["--leak", "0.1"], "--leak is for --connection leaky; give that, too"),
      (["--by", "time"], "--by time gives each run the same time; set it by --max-time"),
      (
        ["--by", "time", "--max-time", "1s"],
        "--by time gives each run the same time, not the same number of steps; leave out --steps"
      ),
      (
        ["--max-time", "1s"],
        "--max-time allows each cell another number of steps; give --by time, or --steps"
      ),
      (
        ["--val-fraction", "0"],
        "compare needs a validation set; give a higher --val-fraction"
      ),
    ]
    try folder.write(TinyTraining.text, to: "text.txt")
    for (options, message) in cases {
      let outcome = try folder.run(.study, ["compare"] + Self.options + options + ["text.txt"])
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(options)")
      #expect(outcome.errorLines.last == "lstm-study: \(message)", "\(options)")
    }
    try folder.write(TinyTraining.text, to: "text.csv")
    try folder.run(.study, ["compare", "--output", "text", "text.csv"]).expect(
      status: 64, error: "lstm-study: --output would overwrite the text text.csv; choose another path\n")
    #expect(try compare(folder, "--data", "0.0001", "--seeds", "1").status == 65)
    #expect(try folder.names().contains("comparison.svg") == false)
  }

  /// Training options that a comparison does not support are refused.
  @Test(arguments: [
    "--cell", "--resume", "--continue", "--init-from", "--checkpoint", "--checkpoint-every", "--keep", "--patience",
    "--json-log", "--stop-after", "--sample-every", "--test-fraction", "--baselines",
  ])
  func foreignOptions(option: String) throws {
    let outcome = try WorkFolder().run(.study, ["compare", option, "3", "text.txt"])
    #expect(outcome.status == 64 && outcome.error.hasPrefix("lstm-study: unknown option '\(option)'; "))
  }

  @Test func theNearestSize() {
    for wanted in [1, 7, 8, 24, 25, 1_000_003] {
      let size = hiddenSizeNearest(toParameters: wanted) { $0 * $0 + $0 }
      let distance = { (size: Int) in abs(size * size + size - wanted) }
      #expect(size > 0 && distance(size) <= distance(size + 1) && (size == 1 || distance(size) <= distance(size - 1)))
    }
  }

  @Test func theSpreadOfASample() {
    let sample = Sample([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(sample.mean == 5 && sample.least == 2 && sample.greatest == 9)
    #expect(abs((sample.deviation ?? 0) - (32.0 / 7).squareRoot()) < 1e-12)
    #expect(Sample([3]).deviation == nil && Sample([]).mean == nil)
  }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
