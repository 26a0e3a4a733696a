import Foundation
import RecurrentEngine
import Testing

/// Tests of `--resume` and `--continue`.
struct ResumeTests {
  /// The results of a run that do not depend on interruptions.
  struct Result: Equatable {
    var best: Data
    var last: Data
    /// The loss curve without the columns that depend on the time.
    var curve: [[String: String]]

    init(_ folder: WorkFolder, _ name: String = "checkpoint") throws {
      best = try folder.bytes(of: "\(name).bin")
      last = try folder.bytes(of: "\(name).last.bin")
      let curve = try LossCurveFile(folder.text(of: "loss.csv"))
      curve.expectWellFormed()
      self.curve = curve.rows.map { $0.filter { !["seconds", "characters_per_second"].contains($0.key) } }
    }
  }

  private static let optimizers = [
    ["--optimizer", "adamw", "--schedule", "wsd", "--decay-steps", "30", "--average", "0.9"],
    ["--optimizer", "rmsprop", "--schedule", "plateau", "--weight-decay", "0.1"],
    ["--optimizer", "sgd", "--momentum", "0.9", "--schedule", "step", "--decay-rate", "0.9", "--warmup", "12"],
    ["--optimizer", "adam", "--schedule", "cosine"],
  ]

  private static let regularizations = [
    ["--dropout", "0.3"], ["--dropout", "0.2", "--dropout-mask", "sequence", "--input-dropout", "0.1"],
    ["--recurrent-dropout", "0.2", "--state-reset", "0.3", "--label-smoothing", "0.1"],
    ["--temporal-regularization", "1"], [],
  ]

  /// Every cell and every optimizer, with sizes that are multiples of neither the vector width nor the number of
  /// threads.
  static let runs =
    TrainingRunTests.cells.enumerated().map { index, cell in
      cell + optimizers[index % optimizers.count] + regularizations[index % regularizations.count]
        + divisions[index % divisions.count] + [
          "--hidden", "21", "--layers", "2", "--batch-size", "5", "--val-every", "9",
        ]
    } + [
      ["--init", "orthogonal"], ["--embedding", "30", "--layers", "2", "--input-dropout", "0.2"],
      ["--cell", "gru", "--embedding", "8", "--tie", "--val-every", "9"],
      ["--layer-norm", "--layers", "2", "--dropout", "0.2", "--lines"],
      ["--layer-norm", "--cell", "gru", "--gru-reset", "after", "--optimizer", "rmsprop"],
      ["--forget-gate", "coupled", "--layers", "2", "--layer-norm"],
      ["--peepholes", "--forget-gate", "off", "--hidden", "21", "--recurrent-dropout", "0.1"],
      ["--cell", "rnn", "--activation", "relu", "--init", "identity", "--learning-rate", "0.001"],
      ["--connection", "gated", "--layers", "3", "--dropout", "0.2", "--average", "0.9"],
    ]

  private static let divisions = [
    ["--lines", "--val-lines", "13", "--test-fraction", "0.1"], ["--lines", "--patience", "4"], [],
    ["--split", "interleaved", "--test-fraction", "0.05"],
  ]

  @Test(arguments: runs)
  func aRunInPiecesIsTheWholeRun(options: [String]) throws {
    let whole = try WorkFolder()
    try whole.train(options).expectSuccess()
    let pieces = try WorkFolder()
    // The file stores the options, except for the number of threads and the intervals of saving.
    try pieces.train(options + ["--stop-after", "7"]).expectSuccess()
    for more in [["--stop-after", "20", "--threads", "2"], ["--threads", "3", "--checkpoint-every", "1"]] {
      try pieces.run(.train, ["--resume", "checkpoint.last.bin"] + more + ["text.txt"]).expectSuccess()
    }
    #expect(try Result(pieces) == Result(whole))
    #expect(try pieces.names() == TinyTraining.files)
  }

  /// A new state that could not be renamed, and an incomplete one.
  @Test(arguments: ["damaged", "older", "missing"])
  func aRunResumesFromATemporaryFile(state: String) throws {
    let (whole, folder) = (try WorkFolder(), try WorkFolder())
    try whole.train().expectSuccess()
    try folder.train("--stop-after", "20").expectSuccess()
    let older = try folder.bytes(of: "checkpoint.last.bin")
    try folder.train("--continue", "--stop-after", "20").expectSuccess()
    let newer = try folder.bytes(of: "checkpoint.last.bin")
    try folder.write(newer, to: "checkpoint.last.bin.tmp-7-2")
    try folder.write(newer.dropLast(100), to: "checkpoint.last.bin.tmp-8")
    switch state {
    case "older": try folder.write(older, to: "checkpoint.last.bin")
    case "damaged": try folder.write(newer.prefix(5000), to: "checkpoint.last.bin")
    default: unlink(folder.path(of: "checkpoint.last.bin"))
    }
    let outcome = try folder.train("--continue").expectSuccess()
    #expect(outcome.errorLines.contains("resuming checkpoint.last.bin.tmp-7-2 after step 40"), "\(outcome.error)")
    #expect(try Result(folder) == Result(whole))
    #expect(try folder.names() == TinyTraining.files)
  }

  @Test(.enabled(if: Set(KernelSelection.availableNames).isSuperset(of: ["avx2", "avx512"])))
  func aRunResumesOnAnotherCPU() throws {
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    try whole.train().expectSuccess()
    for kernels in ["avx2", "avx512", "avx2"] {
      try pieces.train(
        ["--continue", "--stop-after", "30"], environment: [KernelSelection.environmentVariable: kernels]
      ).expectSuccess()
    }
    try pieces.train("--continue").expectSuccess()
    #expect(try Result(pieces) == Result(whole))
  }

  @Test func continuingStartsResumesAndEnds() throws {
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    try whole.train().expectSuccess()
    var said: [String] = []
    for _ in 0..<4 { said += try pieces.train("--continue", "--stop-after", "31").expectSuccess().errorLines }
    #expect(
      said.filter { $0.hasPrefix("saved") }
        == [31, 62].map {
          "saved and stopped after step \($0) of 93; continue with: lstm-train --resume checkpoint.last.bin --threads 1 "
            + "text.txt"
        })
    #expect(
      said.filter { $0.hasPrefix("resuming") } == [31, 62, 93].map { "resuming checkpoint.last.bin after step \($0)" })
    #expect(
      said.last == "this run is finished: 93 steps of 93; to train longer, give --epochs above 3 or --steps above 93")
    #expect(try Result(pieces) == Result(whole))
  }

  @Test func aLongerRun() throws {
    let (whole, extended) = (try WorkFolder(), try WorkFolder())
    try whole.train("--steps", "70", "--epochs", "9", "--val-every", "20").expectSuccess()
    try extended.train("--steps", "40", "--epochs", "9", "--val-every", "20").expectSuccess()
    let lines = try extended.run(.train, ["--resume", "checkpoint.last.bin", "--steps", "70", "text.txt"]).errorLines
    #expect(
      lines.first
        == "lstm-train: notice: the length of the run has changed; its learning rate does not depend on "
        + "it")
    // A limit on the epochs, too, would have to be given again.
    #expect(try Result(extended).best == Result(whole).best)
    #expect(try Result(extended).curve.dropLast() == Result(whole).curve.dropLast())
  }

  @Test func optionsInOtherWordsAreTheSameRun() throws {
    let (whole, pieces) = (try WorkFolder(), try WorkFolder())
    let options = ["--hidden", "8", "--cell", "gru", "--epochs", "2", "--learning-rate", "0.002"]
    try whole.run(.train, options + ["text.txt"], writing: TinyTraining.text).expectSuccess()
    try pieces.run(.train, options + ["--stop-after", "1", "text.txt"], writing: TinyTraining.text).expectSuccess()
    let more = ["--gru-reset", "before", "--learning-rate", "2e-3", "--rnn-size", "8", "--max-epochs", "2"]
    let lines = try pieces.run(.train, ["--continue"] + more + ["text.txt"]).expectSuccess().errorLines
    #expect(!lines.contains { $0.contains("notice: the run") })
    #expect(try Result(pieces) == Result(whole))
  }

  @Test(arguments: [
    ("--hidden 9", "--hidden 8"), ("--cell gru", "--cell lstm"), ("--optimizer sgd", "--optimizer adam"),
    ("--learning-rate 0.5", "--learning-rate 0.01"), ("--seed 2", "--seed 1"), ("--clip 0", "--clip 5"),
    ("--val-every 3", "no --val-every"), ("--log-every 1", "--log-every 5"), ("--unit byte", "--unit character"),
    ("--max-vocabulary 99", "no --max-vocabulary"), ("--lines", "no --lines"), ("--min-count 3", "no --min-count"),
    ("--records ---", "no --records"),
    ("--split interleaved", "--split tail"), ("--test-fraction 0.2", "--test-fraction 0"),
    ("--val-lines 5", "no --val-lines"),
    ("--embedding 3", "--embedding 0"),
    ("--init identity", "--init uniform"),
    ("--forget-gate coupled", "--forget-gate on"), ("--peepholes", "no --peepholes"),
    ("--connection residual", "--connection plain"), ("--leak 0.2", "no --leak"),
  ])
  func anOptionThatContradictsTheFile(given: String, stored: String) throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "2").expectSuccess()
    let before = try folder.bytes(of: "checkpoint.last.bin")
    try folder.run(
      .train, ["--resume", "checkpoint.last.bin"] + given.split(separator: " ").map(String.init) + ["text.txt"]
    ).expect(
      status: 64,
      error: "lstm-train: \(given) contradicts checkpoint.last.bin, which has \(stored); leave the option out\n")
    #expect(try folder.bytes(of: "checkpoint.last.bin") == before)
  }

  @Test func contradictoryWaysToResume() throws {
    let folder = try WorkFolder()
    try folder.train("--resume", "a", "--init-from", "b").expect(
      status: 64,
      error: "lstm-train: --resume and --init-from start from different files; give one of them\n")
    try folder.train("--resume", "a", "--continue").expect(
      status: 64, error: "lstm-train: --resume and --continue both say which run is resumed; give one of them\n")
  }

  @Test func anotherText() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "2").expectSuccess()
    try folder.write(TinyTraining.text + "sea\n", to: "longer.txt")
    try folder.write("Sea" + TinyTraining.text.dropFirst(3), to: "other.txt")
    for (name, difference) in [
      ("longer.txt", "2164 bytes, and it was 2160"), ("other.txt", "the same length, other contents"),
    ] {
      let outcome = try folder.run(.train, ["--resume", "checkpoint.last.bin", name])
      #expect(outcome.status == 65)
      #expect(
        outcome.errorLines.last
          == "lstm-train: \(name): not the text that checkpoint.last.bin was trained on (\(difference)); "
          + "give that text, or start a new run with --init-from")
    }
  }

  @Test func filesThatAreNoState() throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "40").expectSuccess()
    try folder.train("--resume", "missing.last.bin").expect(
      status: 66,
      error: "lstm-train: missing.last.bin: cannot open (No such file or directory); check the path\n")
    try folder.train("--resume", "checkpoint.bin").expect(
      status: 65,
      error: "lstm-train: checkpoint.bin: has no training state; resume from the file that ends in "
        + ".last.bin, or start a new run from it with --init-from\n")
    try folder.write(folder.bytes(of: "checkpoint.last.bin").dropLast(1), to: "checkpoint.last.bin")
    let outcome = try folder.train("--continue")
    #expect(outcome.status == 65)
    #expect(outcome.error.hasPrefix("lstm-train: checkpoint.last.bin: damaged ("))
  }

  /// Options of a foreign file determine the computation only; all others are refused.
  @Test(arguments: [
    ["--log", "text.txt"], ["--checkpoint", "x"], ["--overwrite"], ["--help"], ["--nonsense"], ["x.txt"],
  ])
  func argumentsThatNoRunStores(arguments: [String]) throws {
    let folder = try WorkFolder()
    try folder.train("--stop-after", "2").expectSuccess()
    try folder.rewriteRun { run in
      guard var stored = run["arguments"] as? [String] else { return }
      stored += arguments
      run["arguments"] = stored
    }
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "text.txt"]).expect(
      status: 65,
      error: "lstm-train: checkpoint.last.bin: damaged (its 'run' is missing or invalid); "
        + "use another copy or an earlier checkpoint\n")
  }

  /// A model whose learning rate followed two lengths does not come from one command, and its file says so.
  @Test func aLengthThatChangedTheLearningRate() throws {
    let folder = try WorkFolder()
    func remarks(_ schedule: String) throws -> [Bool] {
      try folder.train("--overwrite", "--schedule", schedule, "--stop-after", "31").expectSuccess()
      try folder.run(.train, ["--continue", "--epochs", "4", "text.txt"]).expectSuccess()
      return try ["checkpoint.bin", "checkpoint.last.bin"].map { file in
        let text = try folder.run(.inspect, [file]).expectSuccess().output
        return text.contains("the run was resumed after step 31 with another length")
      }
    }
    #expect(try remarks("linear") == [true, true])
    // Its rate was the highest all the time.
    #expect(try remarks("wsd") == [false, false])
    #expect(try remarks("constant") == [false, false])
  }

  @Test func aTimeLimit() throws {
    let folder = try WorkFolder()
    let outcome = try folder.train("--epochs", "1000000", "--max-time", "1s").expectSuccess()
    #expect(
      outcome.errorLines.last?.wholeMatch(
        of: /saved and stopped after step .+ of .+; continue with: lstm-train --max-time 1s --resume .+ text\.txt/)
        != nil)
    #expect(outcome.errorLines.contains { $0.hasPrefix("best validation loss: ") })
    // When the time is over, another limit still allows training to continue.
    try folder.train("--continue", "--stop-after", "1", "--epochs", "1000000").expectSuccess()
  }

  @Test func aTextThatCannotBeReadAnyMore() throws {
    let folder = try WorkFolder()
    try folder.write(String(repeating: TinyTraining.text, count: 1_000), to: "text.txt")
    let run = try folder.start(.train, TinyTraining.options + ["--log-every", "1", "text.txt"])
    try run.wait(for: "a step") { try folder.names().contains("loss.csv") }
    try #require(truncate(folder.path(of: "text.txt"), 1_000) == 0)
    let outcome = try run.outcome()
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.last?.hasPrefix("lstm-train: text.txt: ") == true)
    // The progress is saved, and the run can be resumed once the text is back.
    try folder.write(String(repeating: TinyTraining.text, count: 1_000), to: "text.txt")
    let lines = try folder.run(.train, ["--continue", "--stop-after", "1", "text.txt"]).expectSuccess().errorLines
    #expect(lines.contains { $0.hasPrefix("resuming checkpoint.last.bin after step ") })
  }
}
