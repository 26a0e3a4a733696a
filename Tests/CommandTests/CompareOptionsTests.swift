import Testing

/// `Examples/compare-options.sh` with the tools that the package has built.
struct CompareOptionsTests {
  private func compare(in folder: WorkFolder, _ environment: [String: String], _ options: [String]) throws -> Outcome {
    try folder.run(
      "\(PackageFolder.path)/Examples/compare-options.sh", options,
      environment: environment.merging(["PATH": "\(BuiltTool.folder.path):/usr/bin:/bin"]) { $1 })
  }

  private let training = ["--hidden", "8", "--layers", "1", "--steps", "30", "--batch-size", "4", "--seq-length", "16"]

  @Test func theBestRateOfEachIsRunWithAllSeeds() throws {
    let folder = try WorkFolder()
    try folder.write(TinyTraining.text, to: "text.txt")
    let outcome = try compare(
      in: folder, ["VARIANTS": "--cell gru; --cell rnn", "RATES": "0.0000001 0.02", "SEEDS": "4 5 6"],
      training + ["text.txt"]
    ).expectSuccess()
    #expect(try folder.names() == ["options.csv", "options.svg", "text.txt"])
    let runs = try folder.text(of: "options.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(runs[0] == ["options", "learning_rate", "seed", "val_loss"])
    for variant in ["\"--cell gru\"", "\"--cell rnn\""] {
      let own = runs.filter { $0[0] == variant }
      #expect(own.map { "\($0[1]) \($0[2])" } == ["0.0000001 4", "0.02 4", "0.02 5", "0.02 6"])
    }
    // The table has the mean of what was run with the best rate.
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 3 && lines[0] == ["val_loss", "least", "greatest", "rate"])
    var means: [Double] = []
    for line in lines.dropFirst() {
      let losses = runs.filter { $0[0] == "\"\(line[0]) \(line[1])\"" && $0[1] == "0.02" }.compactMap { Double($0[3]) }
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
    try folder.write(TinyTraining.text, to: "text.txt")
    let outcome = try compare(
      in: folder, ["VARIANTS": "--activation relu; --activation tanh", "RATES": "1e30", "SEEDS": "1"],
      ["--cell", "rnn", "--optimizer", "sgd", "--clip", "0", "--schedule", "constant"] + training + ["text.txt"]
    ).expectSuccess()
    #expect(outcome.output.contains(/--activation relu +diverged +1e30/))
  }

  @Test func wrongSettings() throws {
    let folder = try WorkFolder()
    #expect(try compare(in: folder, [:], ["text.txt"]).status == 64)
    #expect(try compare(in: folder, ["VARIANTS": "--cell rnn"], ["missing.txt"]).status != 0)
    let help = try compare(in: folder, [:], ["--help"]).expectSuccess()
    #expect(help.output.hasPrefix("Which options let a model learn better?"))
  }
}
