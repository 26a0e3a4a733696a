import RecurrentEngine
import Testing

/// Tests of the output of `lstm-bench`, without its speeds.
struct BenchTests {
  /// The names of the figures by section; those under "" belong to every section.
  private static let figures: [String: Set<String>] = [
    "": ["roof"],
    "kernels": [
      "recurrent_step_product", "state_gradient_product", "weight_gradient_product", "exponential", "sigmoid",
      "hyperbolic_tangent", "softmax_cross_entropy", "adam_update", "adam_bandwidth",
    ],
    "training": [
      "training_step", "useful_operations", "forward", "softmax", "backward", "weight_gradients", "update", "packing",
      "parameter_bandwidth",
    ],
    "generation": [
      "generation", "weights", "weights_read", "weight_bandwidth", "generation_of_64_texts", "operations_of_64_texts",
      "generation_bfloat16", "generation_bfloat16_speedup", "generation_int8", "generation_int8_speedup",
      "generation_of_64_texts_int8", "generation_of_64_texts_int8_speedup",
    ],
    "loading": ["loading", "loading_rate", "plain_reading"],
  ]

  private static let small = [
    "--hidden", "20", "--batch-size", "3", "--seq-length", "4", "--threads", "1", "--seconds", "0.01",
    "--loading-size", "1",
  ]

  @Test(arguments: [
    ["--cell", "lstm"], ["--cell", "gru"], ["--cell", "rnn"],
    ["--forget-gate", "coupled", "--peepholes", "--layer-norm", "--layers", "2", "--connection", "highway"],
    ["--cell", "rnn", "--activation", "relu", "--layers", "2", "--connection", "leaky", "--leak", "0.3"],
    ["--cell", "gru", "--gru-reset", "after", "--embedding", "20", "--tie"],
  ])
  func everyFigureIsAPositiveNumber(options: [String]) throws {
    let figures = try Self.figures(of: options)
    #expect(Set(figures.map(\.name)) == Self.figures.values.reduce([]) { $0.union($1) })
    #expect(figures.count == Set(figures.map(\.name)).count)
    for figure in figures {
      #expect(figure.value > 0 && figure.value.isFinite, "\(figure)")
      #expect(figure.share >= 0 && figure.share.isFinite, "\(figure)")
    }
  }

  @Test(arguments: [["kernels"], ["training"], ["generation"], ["loading"], ["loading", "generation"]])
  func onlyWhatIsNamedIsMeasured(sections: [String]) throws {
    let figures = try Self.figures(of: sections)
    #expect(Set(figures.map(\.name)) == ([""] + sections).reduce([]) { $0.union(Self.figures[$1] ?? []) })
  }

  @Test func peopleReadTheSameFigures() throws {
    let outcome = try WorkFolder().run(.bench, ["generation"] + Self.small)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    for name in ["kernels", "threads", "roof", "generation", "weights", "weights read", "weight bandwidth"] {
      #expect(lines.filter { $0.hasPrefix(name + "  ") }.count == 1, "\(name)")
    }
    #expect(try #require(lines.first { $0.hasPrefix("weights read ") }).contains(/[0-9] GB\/s, [0-9.]+ of bandwidth$/))
  }

  /// The number of weights that are read per character: those of the matrix products, without the looked-up row.
  @Test(
    arguments: [
      (["--cell", "lstm"], 4 * 100 * 100 + 100 * 65), (["--cell", "rnn"], 100 * 100 + 100 * 65),
      (["--cell", "gru"], 3 * 100 * 100 + 100 * 65),
      (["--cell", "gru", "--gru-reset", "after"], 3 * 100 * 100 + 100 * 65),
      (["--vocabulary", "1065"], 4 * 100 * 100 + 100 * 1065), (["--layers", "3"], 5 * 4 * 100 * 100 + 100 * 65),
      (["--hidden", "200"], 4 * 200 * 200 + 200 * 65), (["--forget-gate", "off"], 3 * 100 * 100 + 100 * 65),
      (["--embedding", "30"], 4 * 130 * 100 + 100 * 65),
      (["--layers", "3", "--connection", "gated"], (5 * 4 + 2 * 2) * 100 * 100 + 100 * 65),
    ] as [([String], Int)])
  func theModelIsAsAskedFor(options: [String], weights: Int) throws {
    let figures = try Self.figures(of: ["generation"], Self.small + ["--hidden", "100", "--layers", "1"] + options)
    #expect(try #require(figures.first { $0.name == "weights" }).value == Double(4 * weights) / 1e6)
  }

  @Test func optimizersNeedMemoryForWhatTheyRemember() throws {
    let needs = try ["adam", "rmsprop", "sgd"].map { optimizer in
      let outcome = try WorkFolder().run(.bench, ["--hidden", "16000000", "--optimizer", optimizer])
      #expect(outcome.status == 64)
      let match = try #require(try /training needs ([0-9.]+) PB of memory/.firstMatch(in: outcome.error))
      return try #require(Double(match.1))
    }
    #expect(needs[0] > needs[1] && needs[1] >= needs[2])
  }

  @Test func theResetGateIsOfTheGRU() throws {
    try WorkFolder().run(.bench, ["--gru-reset", "after"]).expect(
      status: 64, error: "lstm-bench: --gru-reset is for --cell gru; give that, too\n")
  }

  @Test func otherOperandsAreRefused() throws {
    try WorkFolder().run(.bench, ["training", "text.txt"]).expect(
      status: 64, output: "",
      error: "lstm-bench: there is no 'text.txt' to measure; there are kernels, training, generation, loading\n")
  }

  @Test func aFolderThatCannotBeWrittenTo() throws {
    let folder = try WorkFolder()
    let options = ["loading", "--seconds", "0.01", "--loading-size", "1"]
    let outcome = try folder.run(.bench, options, environment: ["TMPDIR": "/nowhere"])
    #expect(outcome.status == 73)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.error.hasPrefix("lstm-bench: /nowhere: cannot write a text to load ("), "\(outcome.error)")
  }

  /// A figure; the fraction of peak is zero if none is printed.
  private typealias Figure = (name: String, value: Double, share: Double)

  /// Returns the rows of the CSV output that have a unit.
  private static func figures(of arguments: [String], _ options: [String] = small) throws -> [Figure] {
    let outcome = try WorkFolder().run(.bench, arguments + options + ["--csv"])
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.allSatisfy { $0.contains("has no effect: it is for ") })
    let rows = outcome.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    try #require(rows.allSatisfy { $0.count == 4 })
    #expect(rows.first?.joined(separator: ",") == "name,value,unit,share_of_roof")
    return try rows.dropFirst().filter { !$0[2].isEmpty }.map { row in
      (String(row[0]), try #require(Double(row[1])), row[3].isEmpty ? 0 : try #require(Double(row[3])))
    }
  }
}
