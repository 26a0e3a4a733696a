import Foundation
import Testing

/// Tests of the options that change the computation.
struct TrainOptionTests {
  /// The options of a run, and options that each change its model.
  private static let cases: [(with: [String], tried: [[String]])] = [
    (
      [],
      [
        ["--cell", "rnn"], ["--cell", "gru"], ["--layers", "2"], ["--forget-bias", "0.5"], ["--learning-rate", "0.02"],
        ["--beta1", "0.8"], ["--beta2", "0.9"], ["--epsilon", "0.001"], ["--clip", "0.01"], ["--seed", "2"],
        ["--batch-size", "3"], ["--shards", "2"], ["--seq-length", "15"], ["--optimizer", "sgd"],
        ["--optimizer", "rmsprop"],
        ["--val-fraction", "0.2"], ["--steps", "10"], ["--lines"], ["--split", "interleaved"],
        ["--records", "newline"], ["--min-count", "100"],
        ["--test-fraction", "0.2"], ["--val-file", "text.txt"], ["--optimizer", "adamw"], ["--weight-decay", "0.5"],
        ["--schedule", "cosine"], ["--schedule", "linear"], ["--schedule", "wsd"], ["--warmup", "5"],
        ["--average", "0.5"], ["--dropout", "0.3"],
        ["--input-dropout", "0.2"], ["--recurrent-dropout", "0.2"], ["--state-reset", "0.5"],
        ["--label-smoothing", "0.1"], ["--temporal-regularization", "4"],
        ["--init", "orthogonal"], ["--init", "identity"], ["--embedding", "5"], ["--layer-norm"],
        ["--forget-gate", "coupled"], ["--forget-gate", "off"],
        ["--peepholes"],
      ]
    ),
    (["--forget-gate", "off"], [["--peepholes"]]), (["--forget-gate", "coupled"], [["--peepholes"]]),
    (["--cell", "gru"], [["--gru-reset", "after"]]),
    (["--cell", "rnn"], [["--activation", "relu"]]),
    (["--lines"], [["--val-lines", "20"], ["--val-fraction", "0.3"]]),
    (["--schedule", "wsd"], [["--decay-steps", "9"]]),
    (
      ["--schedule", "step", "--steps", "100"],
      [["--decay-rate", "0.5"], ["--decay-every", "2"], ["--decay-after", "2"]]
    ),
    (["--schedule", "plateau", "--learning-rate", "3", "--val-every", "2"], [["--decay-rate", "0.1"]]),
    (["--dropout", "0.3"], [["--dropout", "0.4"], ["--dropout-mask", "sequence"]]),
    (["--embedding", "8"], [["--tie"]]),
    (
      ["--layers", "2"],
      [
        ["--connection", "residual"], ["--connection", "leaky"], ["--connection", "leaky", "--leak", "0.3"],
        ["--connection", "highway"], ["--connection", "gated"],
      ]
    ),
    (["--layers", "2", "--connection", "leaky"], [["--leak", "0.3"]]),
    (["--optimizer", "sgd", "--learning-rate", "0.5"], [["--momentum", "0.5"]]),
    (["--optimizer", "rmsprop"], [["--rmsprop-decay", "0.8"], ["--epsilon", "0.001"]]),
  ]

  @Test(arguments: cases.indices)
  func eachMakesAnotherModel(index: Int) throws {
    let (start, tried) = Self.cases[index]
    let plain = try Self.weights(start)
    #expect(try Self.weights(start) == plain)
    for options in tried {
      #expect(try Self.weights(start + options) != plain, "\(options)")
    }
  }

  /// An option of one optimizer does not change the steps of another.
  @Test(arguments: [["--beta1", "0.5"], ["--beta2", "0.5"], ["--momentum", "0.5"], ["--rmsprop-decay", "0.5"]])
  func optimizersLeaveOthersOptionsAlone(option: [String]) throws {
    let owners = ["--beta1": "adam", "--beta2": "adam", "--momentum": "sgd", "--rmsprop-decay": "rmsprop"]
    for optimizer in ["adam", "rmsprop", "sgd"] where optimizer != owners[option[0]] {
      let start = ["--optimizer", optimizer]
      #expect(try Self.weights(start + option) == Self.weights(start), "\(optimizer)")
    }
  }

  @Test func zeroIsNoEmbedding() throws {
    #expect(try Self.weights(["--embedding", "0"]) == Self.weights([]))
  }

  /// The bytes after the header of a checkpoint.
  private static func weights(_ options: [String]) throws -> Data {
    let folder = try WorkFolder()
    try folder.train(["--steps", "20", "--quiet"] + options).expectSuccess()
    let bytes = try folder.bytes(of: "checkpoint.bin")
    let headerCount = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return bytes.dropFirst(8 + headerCount)
  }
}
