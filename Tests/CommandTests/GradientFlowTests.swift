import Foundation
import Testing

/// Tests of the gradient flow as measured by `lstm-inspect` and during training.
struct GradientFlowTests {
  private static let measure = ["--gradient-flow", "text.txt", "--lags", "6", "--positions", "40"]

  @Test func everyStateOfEveryLayerAndLag() throws {
    let folder = try WorkFolder()
    for cell in ["lstm", "rnn"] {
      try folder.train("--cell", cell, "--layers", "2", "--checkpoint", "\(cell),1.bin").expectSuccess()
    }
    let outcome = try folder.run(
      .inspect, Self.measure + ["--output", "flow.csv", "--plot", "flow.svg", "lstm,1.bin", "rnn,1.bin"])
    outcome.expect(status: 0, error: "")
    let rows = try Self.rows(folder.text(of: "flow.csv"), first: "checkpoint")
    let expected = [("lstm,1", ["h", "c"]), ("rnn,1", ["h"])].flatMap { name, quantities in
      (0..<2).flatMap { layer in
        quantities.flatMap { quantity in (0...6).map { [name, "\(layer)", quantity, "\($0)", "40"] } }
      }
    }
    #expect(rows.map { row in ["checkpoint", "layer", "quantity", "lag", "positions"].map { row[$0] } } == expected)
    for row in rows {
      let norm = try #require(row["norm"].flatMap(Double.init))
      #expect(norm > 0)
      let atLag1 = try #require(
        rows.first { other in
          ["checkpoint", "layer", "quantity"].allSatisfy { other[$0] == row[$0] } && other["lag"] == "1"
        })
      let ratio = norm / (try #require(atLag1["norm"].flatMap(Double.init)))
      #expect(abs(try #require(row["ratio_to_lag_1"].flatMap(Double.init)) - ratio) < 1e-4 * ratio)
    }

    let drawing = try Drawing(folder.bytes(of: "flow.svg"))
    #expect(drawing.count(of: "polyline", withClass: "strong") == 4)
    #expect(drawing.count(of: "polyline", withClass: "fine") == 2)
    for text in ["lstm,1, layer 0", "rnn,1, layer 1", "∂loss/∂h", "∂loss/∂c", "lag: steps back from the loss"] {
      #expect(drawing.texts.contains(text), "\(text)")
    }
    // One checkpoint, to standard output, with any number of threads.
    for threads in ["1", "3"] {
      let csv = try folder.run(.inspect, Self.measure + ["--threads", threads, "rnn,1.bin"]).output
      #expect(try Self.rows(csv, first: "checkpoint") == rows.suffix(14))
    }
  }

  /// An LSTM with an open forget gate keeps the gradient; one that forgets about half of its cell state loses it.
  @Test func aForgetGateThatIsOpenKeepsTheGradient() throws {
    let folder = try WorkFolder()
    for bias in ["-1", "5"] {
      try folder.train("--steps", "0", "--forget-bias", bias, "--checkpoint", "\(bias).bin").expectSuccess()
    }
    let outcome = try folder.run(.inspect, Self.measure + ["./-1.bin", "5.bin"]).expectSuccess()
    let last = try Self.rows(outcome.output, first: "checkpoint").filter { $0["quantity"] == "c" && $0["lag"] == "6" }
    let ratios = last.compactMap { $0["ratio_to_lag_1"].flatMap(Double.init) }
    #expect(ratios.count == 2)
    // f is about σ(−1) = 0.27 in one model, and about σ(5) = 0.99 in the other.
    #expect(ratios[0] < 0.05 && ratios[1] > 0.5, "\(ratios)")
  }

  /// The number of positions falls with the lag, because most lines are short; the longest line limits the lag.
  @Test func linesAreSeparateTexts() throws {
    let folder = try WorkFolder()
    try folder.write((0..<90).map { "ab\($0 % 3 == 0 ? "ba" : "")\n" }.joined(), to: "text.txt")
    try folder.train("--lines").expectSuccess()
    let rows = try Self.rows(folder.run(.inspect, Self.measure + ["checkpoint.bin"]).output, first: "checkpoint")
    let counts = rows.filter { $0["quantity"] == "h" }.compactMap { $0["positions"].flatMap { Int($0) } }
    // A line of four characters has five predictions.
    #expect(counts.count == 5 && counts[0] == 40 && counts[4] < counts[1], "\(counts)")
  }

  @Test func wrongInput() throws {
    let folder = try WorkFolder()
    try folder.train().expectSuccess()
    try folder.write("the sea", to: "short.txt")
    try folder.write("XYZ", to: "unknown.txt")
    let problems: [(arguments: [String], status: Int32, message: String)] = [
      (["--gradient-flow", "text.txt"], 64, "give at least one checkpoint that lstm-train wrote"),
      (
        ["--gradient-flow", "-", "checkpoint.bin", "checkpoint.last.bin"], 64,
        "standard input can be read for one checkpoint only; give a file to --gradient-flow"
      ),
      (
        ["--gradient-flow", "short.txt", "checkpoint.bin"], 65,
        "short.txt: too short (7 characters, and 100 lags need 203); give more text or lower --lags"
      ),
      (
        ["--gradient-flow", "unknown.txt", "checkpoint.bin"], 65,
        "unknown.txt: no character that the model knows; give a text like the one that it learned from"
      ),
      (
        ["--gradient-flow", "text.txt", "--plot", "./text.txt", "checkpoint.bin"], 64,
        "--plot would overwrite the text text.txt; choose another path"
      ),
      (
        ["--gradient-flow", "text.txt", "--output", "checkpoint.bin", "checkpoint.bin"], 64,
        "--output would overwrite the checkpoint checkpoint.bin; choose another path"
      ),
      (
        ["--gradient-flow", "text.txt", "--output", "a", "--plot", "./a", "checkpoint.bin"], 64,
        "--output and --plot are the same file; choose another path for one of them"
      ),
      (
        ["--gradient-flow", "text.txt", "--curve", "loss.csv"], 64,
        "--curve and --gradient-flow are two tasks; give one of them"
      ),
      (
        ["--gradient-flow", "text.txt", "--log-x", "checkpoint.bin"], 64,
        "--log-x is for --curve or --columns; leave it out"
      ),
    ]
    for (arguments, status, message) in problems {
      try folder.run(.inspect, arguments).expect(status: status, error: "lstm-inspect: \(message)\n")
    }
    // Unknown characters are omitted.
    try folder.write("\(TinyTraining.text)é\(TinyTraining.text)", to: "other.txt")
    let outcome = try folder.run(.inspect, ["--gradient-flow", "other.txt", "checkpoint.bin"])
    #expect(outcome.status == 0)
    #expect(
      outcome.error == "lstm-inspect: notice: left out 1 unknown character, the first, 'é' (U+00E9), in other.txt at "
        + "byte 2160\n")
  }

  // MARK: In training

  /// `--steps 0` validates the initial model, and a longer run can resume it.
  @Test func aModelThatHasNotLearned() throws {
    let folder = try WorkFolder()
    try folder.train("--steps", "0").expectSuccess()
    let curve = try LossCurveFile(folder.text(of: "loss.csv"))
    #expect(curve.rows.count == 1 && curve.rows[0]["step"] == "0" && curve.rows[0]["train_loss"] == "")
    // All thirteen characters are about equally likely.
    let loss = try #require(curve.rows[0]["val_loss"].flatMap(Double.init))
    #expect(abs(loss - log(13)) < 0.2)
    let text = try folder.run(.inspect, ["checkpoint.bin"]).output
    #expect(text.contains("reached     step 0, epoch 0.00: validation loss "), "\(text)")
    #expect(text.replacing(#/ \\\n +/#, with: " ").contains(" --steps 0 corpus.txt\n"))
    let whole = try WorkFolder()
    try whole.train().expectSuccess()
    let last = try #require(LossCurveFile(whole.text(of: "loss.csv")).rows.last?["step"])
    try folder.run(.train, ["--resume", "checkpoint.last.bin", "--steps", last, "text.txt"]).expectSuccess()
    #expect(try folder.bytes(of: "checkpoint.bin") == whole.bytes(of: "checkpoint.bin"))
  }

  @Test(arguments: [["--cell", "gru", "--layers", "2"], ["--lines", "--dropout", "0.3"]])
  func measuringChangesNothing(options: [String]) throws {
    let plain = try WorkFolder()
    try plain.train(options).expectSuccess()
    let folder = try WorkFolder()
    try folder.train(options + ["--gradient-flow-every", "20"]).expectSuccess()
    #expect(try ResumeTests.Result(folder) == ResumeTests.Result(plain))
    let rows = try Self.rows(folder.text(of: "loss.gradient-flow.csv"), first: "step,gradient_norm")
    let last = try #require(LossCurveFile(folder.text(of: "loss.csv")).numbers("step").last)
    #expect(Set(rows.map { $0["step"] }) == Set(stride(from: 0, through: Int(last), by: 20).map(String.init)))
    #expect(rows.allSatisfy { ($0["gradient_norm"] == "") == ($0["step"] == "0") })

    // In pieces, with extra rows after the step that is resumed.
    let pieces = try WorkFolder()
    try pieces.train(options + ["--gradient-flow-every", "20", "--stop-after", "33"]).expectSuccess()
    let part = try pieces.text(of: "loss.gradient-flow.csv")
    try pieces.write(
      part + part.split(separator: "\n").suffix(1).joined().replacing(/^20,/, with: "40,") + "\n",
      to: "loss.gradient-flow.csv")
    try pieces.train(options + ["--gradient-flow-every", "20", "--continue"]).expectSuccess()
    #expect(try pieces.text(of: "loss.gradient-flow.csv") == folder.text(of: "loss.gradient-flow.csv"))
  }

  /// The file follows the loss curve: it is renamed with it, and not written if the loss curve is not.
  @Test func whereItIsWritten() throws {
    let folder = try WorkFolder()
    try folder.train("--gradient-flow-every", "20").expectSuccess()
    let first = try folder.bytes(of: "loss.gradient-flow.csv")
    try folder.train("--gradient-flow-every", "20", "--seed", "2").expectSuccess()
    #expect(try folder.bytes(of: "loss.previous-1.gradient-flow.csv") == first)
    #expect(try folder.bytes(of: "loss.gradient-flow.csv") != first)
    try folder.train("--gradient-flow-every", "20", "--overwrite").expectSuccess()
    #expect(try folder.bytes(of: "loss.gradient-flow.csv") == first)
    #expect(try folder.names().count == 9)
    try folder.train("--gradient-flow-every", "20", "--log", "/dev/null", "--overwrite").expectSuccess()
    #expect(try folder.names().count == 9)
    try folder.train("--gradient-flow-every", "20", "--plot", "loss.gradient-flow.csv").expect(
      status: 64,
      error: "lstm-train: --gradient-flow-every and --plot are the same file; choose another path for one of them\n")
  }

  /// - Parameter first: The columns before those of the gradient flow.
  private static func rows(_ text: String, first: String) throws -> [[String: String]] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.popLast() == "", "every row ends with a line feed")
    #expect(lines.first == "\(first),layer,quantity,lag,norm,ratio_to_lag_1,positions")
    let columns = try #require(lines.first).split(separator: ",").map(String.init)
    return try lines.dropFirst().map { line in
      // Only a name may contain a comma.
      let name = line.firstMatch(of: /^"(.*)",/)
      let rest = name.map { line[$0.range.upperBound...] } ?? line[...]
      let fields =
        (name.map { [String($0.1)] } ?? [])
        + rest.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == columns.count, "\(line)")
      return Dictionary(uniqueKeysWithValues: zip(columns, fields))
    }
  }
}
