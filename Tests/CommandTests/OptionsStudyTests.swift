import Foundation
import Testing

/// Tests of `lstm-study options`.
struct OptionsStudyTests {
  private func compare(_ variants: String, in folder: WorkFolder, _ options: [String]) throws -> Outcome {
    try folder.write(TinyTraining.text, to: "text.txt")
    return try folder.run(.study, ["options", "--variants", variants] + training + options + ["text.txt"])
  }

  private let training = ["--hidden", "8", "--layers", "1", "--steps", "30", "--batch-size", "4", "--seq-length", "16"]

  @Test func theBestRateOfEachIsRunWithAllSeeds() throws {
    let folder = try WorkFolder()
    let outcome = try compare(
      "--cell gru; --cell rnn", in: folder, ["--rates", "0.0000001,0.02", "--seed", "4"]
    ).expectSuccess()
    #expect(try folder.names() == ["options.csv", "options.svg", "text.txt"])
    let runs = try folder.text(of: "options.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(runs[0] == ["options", "learning_rate", "seed", "val_loss"])
    for variant in ["--cell gru", "--cell rnn"] {
      let own = runs.filter { $0[0] == variant }
      #expect(own.map { "\($0[1]) \($0[2])" } == ["1e-07 4", "0.02 4", "0.02 5", "0.02 6"])
    }
    // The table has the mean loss of the runs at the best rate.
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 3 && lines[0] == ["val_loss", "least", "greatest", "rate"])
    var means: [Double] = []
    for line in lines.dropFirst() {
      let losses = runs.filter { $0[0] == "\(line[0]) \(line[1])" && $0[1] == "0.02" }.compactMap { Double($0[3]) }
      let figures = line[2...].compactMap(Double.init)
      try #require(losses.count == 3 && figures.count == 4)
      means.append(figures[0])
      #expect(abs(figures[0] - losses.reduce(0, +) / 3) < 1e-4 && figures[3] == 0.02)
      #expect(abs(figures[1] - losses.min()!) < 1e-4 && abs(figures[2] - losses.max()!) < 1e-4)
    }
    #expect(means == means.sorted())
  }

  @Test func aRunThatDivergesIsSaidToHave() throws {
    let folder = try WorkFolder()
    let outcome = try compare(
      "rnn --activation relu; rnn", in: folder,
      ["--rates", "1e30", "--seeds", "1", "--optimizer", "sgd", "--clip", "0", "--schedule", "constant"]
        + ["--output-bias", "zero", "--temporal-regularization", "0"]
    ).expectSuccess()
    #expect(outcome.output.split(separator: "\n").last?.contains(/rnn --activation relu +diverged +1e\+30/) == true)
    #expect(try folder.text(of: "options.csv").contains("\nrnn --activation relu,1e+30,1,\n"))
  }

  /// The commands of `--list`, run in any order, have the results of the study without it.
  @Test func listedRunsMakeTheSameTable() throws {
    let folder = try WorkFolder()
    let common = ["--rates", "0.02,0.01", "--seeds", "2"]
    try compare("; --layer-norm", in: folder, common + ["-o", "whole"]).expectSuccess()
    func study(_ options: [String]) throws -> Outcome {
      try compare("; --layer-norm", in: folder, common + ["-o", "sweep"] + options)
    }
    func runAll(_ commands: some Sequence<Substring>) throws {
      for command in commands { try folder.bash(String(command)).expectSuccess() }
    }
    let first = try study(["--list"]).expectSuccess().output.split(separator: "\n")
    #expect(first.count == 4 && Set(first).count == 4)
    try runAll(first.dropFirst().reversed())
    // A run is missing: its command is printed again, and the table leaves its variant out.
    #expect(try study(["--list"]).expectSuccess().output.split(separator: "\n").contains(first[0]))
    let partly = try study(["--collect"]).expectSuccess()
    #expect(partly.error.contains("notice: 2 runs to go; --list prints the commands"))
    try runAll([first[0], first[0]])
    let second = try study(["--list"]).expectSuccess().output.split(separator: "\n")
    #expect(second.count == 2)
    try runAll(second)
    #expect(try study(["--list"]).expectSuccess().output.isEmpty)
    try study(["--collect", "--overwrite"]).expectSuccess()
    #expect(try folder.text(of: "sweep.csv") == folder.text(of: "whole.csv"))
  }

  @Test(arguments: ["--list", "--collect"])
  func separateRunsNeedAFile(option: String) throws {
    let outcome = try WorkFolder().run(.study, ["options", "--variants", "lstm", option, "-"])
    #expect(outcome.status == 64)
    #expect(outcome.error == "lstm-study: separate runs cannot read standard input again; give a file\n")
  }

  /// A run that diverges has a result, too.
  @Test func aListedRunMayDiverge() throws {
    let folder = try WorkFolder()
    let options =
      ["--rates", "1e30", "--seeds", "1", "--optimizer", "sgd", "--clip", "0", "--schedule", "constant"]
      + ["--output-bias", "zero", "--temporal-regularization", "0"]
    let command = try compare("rnn --activation relu", in: folder, options + ["--list"]).expectSuccess().output
    #expect(try folder.bash(command).status == 76)
    #expect(try compare("rnn --activation relu", in: folder, options + ["--list"]).expectSuccess().output.isEmpty)
    let outcome = try compare("rnn --activation relu", in: folder, options + ["--collect"]).expectSuccess()
    #expect(outcome.output.contains(/rnn --activation relu +diverged/))
  }

  /// Each run of a study has the same results as a separate run.
  @Test func eachRunEqualsASeparateRun() throws {
    let folder = try WorkFolder()
    try compare("; --layer-norm", in: folder, ["--rates", "0.01", "--seeds", "2", "-o", "a"]).expectSuccess()
    #expect(try folder.names() == ["a.csv", "a.svg", "text.txt"])
    let alone = try WorkFolder()
    try alone.write(TinyTraining.text, to: "text.txt")
    try alone.run(.train, training + ["--layer-norm", "--learning-rate", "0.01", "--seed", "2", "text.txt"])
      .expectSuccess()
    let losses = try LossCurveFile(alone.text(of: "loss.csv")).rows.compactMap { $0["val_loss"].flatMap(Double.init) }
    let least = String(format: "%.6f", try #require(losses.min()))
    #expect(try folder.text(of: "a.csv").hasSuffix("\n--layer-norm,0.01,2,\(least)\n"))
    #expect(try folder.text(of: "a.csv").contains("\nas given,0.01,1,"))
  }

  @Test(arguments: [
    (
      ["--variants", " ; "],
      "--variants takes training options, or several sets of them with semicolons between, not ' ; '"
    ),
    (
      ["--variants", "lstm; --hiden 3"],
      "variant '--hiden 3': unknown option '--hiden'; did you mean '--hidden'?"
    ),
    (["--variants", "lstm text.txt"], "variant 'lstm text.txt': 'text.txt' is no option"),
    (["--variants", "lstm --help"], "variant 'lstm --help': training options alone make a variant"),
    (["--variants", "--unit byte"], "variant '--unit byte': --unit cannot differ between variants; leave it out"),
    (
      ["--variants", "gru; lstm", "--gru-reset", "after"],
      "variant 'lstm': --gru-reset is for --cell gru, not for --cell lstm"
    ),
    (
      ["--variants", "lstm; gru", "--val-fraction", "0"],
      "options needs a validation set; give a higher --val-fraction"
    ),
    ([], "give --variants, such as '--clip 1; --clip 5'"),
  ])
  func wrongOptions(options: [String], message: String) throws {
    let outcome = try WorkFolder().run(.study, ["options"] + options + ["text.txt"], writing: TinyTraining.text)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errorLines.last == "lstm-study: \(message)")
  }

  @Test func aTextThatIsMissing() throws {
    let outcome = try WorkFolder().run(.study, ["options", "--variants", "rnn", "missing.txt"])
    #expect(outcome.status == 66)
  }
}
