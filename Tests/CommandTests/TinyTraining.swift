import Testing

/// A training run of a tenth of a second, and its text.
enum TinyTraining {
  static let options = unbounded + ["--epochs", "3"]

  static let unbounded = [
    "--hidden", "8", "--layers", "1", "--batch-size", "4", "--seq-length", "16", "--log-every", "5",
    "--learning-rate", "0.01", "--forget-bias", "1", "--dropout", "0", "--schedule", "constant", "--threads", "1",
    "--output-bias", "zero", "--temporal-regularization", "0",
  ]

  /// The files in the folder after a run, including its text.
  static let files = ["checkpoint.bin", "checkpoint.last.bin", "loss.csv", "text.txt"]

  /// The same words in a changing order: 2,160 characters, vocabulary size 13.
  static let text: String = {
    let words = ["sea", "wind", "rose", "and", "the", "tide"]
    return (0..<80).map { (line: Int) -> String in
      let first = line * line + line / 3
      return (0..<6).map { words[(first + 5 * $0) % words.count] }.joined(separator: " ") + "\n"
    }.joined()
  }()
}

extension WorkFolder {
  /// Trains on `text.txt`, which is created if it does not exist, with `TinyTraining.options` followed by `options`.
  @discardableResult
  func train(
    _ options: String..., texts: [String] = ["text.txt"], input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try train(options, texts: texts, input: input, environment: environment)
  }

  /// - Parameter bounded: Whether to pass the number of epochs.
  @discardableResult
  func train(
    _ options: [String], texts: [String] = ["text.txt"], input: String? = nil, bounded: Bool = true,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    if texts == ["text.txt"], try !names().contains("text.txt") { try write(TinyTraining.text, to: "text.txt") }
    var common = bounded ? TinyTraining.options : TinyTraining.unbounded
    // A cell without a forget gate has no forget-gate bias.
    if !Set(options).isDisjoint(with: ["--forget-gate", "gru", "mgu", "rnn"]),
      let index = common.firstIndex(of: "--forget-bias")
    {
      common.removeSubrange(index...index + 1)
    }
    return try run(.train, common + options + texts, input: input, environment: environment)
  }

  /// Trains on a text and generates from the model; returns nil if the output is not UTF-8.
  func textGenerated(from text: String, length: Int, _ options: String...) throws -> String? {
    try write(text, to: "text.txt")
    let training = try train(options)
    #expect(training.status == 0, "\(training.error)")
    let outcome = try run(.sample, ["--length", String(length), "--seed", "1", "checkpoint.bin"])
    #expect(outcome.status == 0, "\(outcome.error)")
    return String(data: outcome.outputBytes, encoding: .utf8)
  }
}

extension Outcome {
  @discardableResult
  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) -> Outcome {
    #expect(status == 0, "\(error)", sourceLocation: sourceLocation)
    return self
  }

  /// Expects this status and exactly these bytes of both outputs.
  func expect(
    status: Int32, output: String = "", error: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, sourceLocation: sourceLocation)
    #expect(self.output == output, sourceLocation: sourceLocation)
    #expect(self.error == error, sourceLocation: sourceLocation)
  }
}
