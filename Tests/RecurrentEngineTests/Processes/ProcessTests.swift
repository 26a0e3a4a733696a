import Foundation
import Testing

@testable import MessagePassing
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import SystemCalls
@testable import TextCorpus

/// Training by several processes: the same bytes for every number of them.
@Suite struct ProcessTests {
  /// A run that differs from others in what depends on rows.
  struct Run: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var configuration: TrainingConfiguration

    init(_ name: String, _ change: (inout TrainingConfiguration) -> Void = { _ in }) {
      testDescription = name
      configuration = TrainingConfiguration(
        hiddenSize: 20, layerCount: 2, batchSize: 16, shards: 8, chunkLength: 7,
        optimizer: OptimizerConfiguration(learningRate: 0.01), clip: 1, validationFraction: 0.2)
      change(&configuration)
    }
  }

  static let runs = [
    Run("LSTM"),
    Run("GRU, reset before") { $0.cell = .gru(reset: .before) },
    Run("RNN with SGD") {
      $0.cell = .rnn()
      $0.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.1, momentum: 0.9)
    },
    Run("all masks, and an average") {
      $0.regularization = Regularization(
        dropout: 0.2, dropoutMask: .sequence, inputDropout: 0.1, recurrentDropout: 0.2, stateReset: 0.2, temporal: 1)
      $0.averageDecay = 0.9
    },
    Run("lines") {
      $0.division.records = .newline
      $0.regularization.dropout = 0.2
    },
    Run("layer normalization and peepholes") {
      $0.cell = .lstm(peepholes: true)
      $0.normalization = .layer
      $0.embedding = Embedding(size: 9)
    },
    Run("tied embeddings and a gated connection") {
      $0.embedding = Embedding(size: 20, isTied: true)
      $0.connection = .gated
    },
    Run("interleaved split, initial bias from frequencies") {
      $0.division.split = .interleaved
      $0.initialization.outputBias = .frequencies
    },
  ]

  private static let text = (0..<900).map { "line \($0 % 37) says \($0 * $0 % 101)\n" }.joined()

  /// Trains and validates, and returns the bytes of the training state and the losses.
  private static func train(
    _ run: Run, processes: any ProcessGroup, steps: Int = 5, from state: String? = nil
  ) throws -> (state: [UInt8], losses: [Double]) {
    let corpus = try Corpus(
      sources: [.bytes(Array(text.utf8))], records: run.configuration.division.records)
    let (configuration, split) = try run.configuration.fitted(to: corpus)
    let trainer =
      try state.map {
        try Trainer(
          resuming: SavedRun(path: $0), corpus: corpus, split: split, threadCount: 1, processes: processes)
      }
      ?? Trainer(corpus: corpus, split: split, configuration: configuration, threadCount: 1, processes: processes)
    guard processes.isLeader else {
      _ = trainer.follow()
      return ([], [])
    }
    defer { trainer.release(status: 0) }
    var losses: [Double] = []
    while trainer.progress.step < steps {
      try trainer.advance()
      losses.append(trainer.progress.interval.lossSum)
      if trainer.progress.step == 3 { losses.append(try #require(try trainer.validate())) }
    }
    losses += [try #require(try trainer.validate()), try trainer.validationBytesPerCharacter()]
    let folder = try TemporaryFolder()
    let path = folder.path(of: "state.bin")
    try trainer.save(to: path)
    return (Array(try Data(contentsOf: URL(filePath: path))), losses)
  }

  @Test(arguments: runs)
  func anyNumberOfProcessesComputesTheSame(run: Run) throws {
    let alone = try Self.train(run, processes: SingleProcess())
    #expect(!alone.state.isEmpty && alone.losses.allSatisfy(\.isFinite))
    for count in [2, 4, 8] {
      let results = try ThreadProcesses.run(count) { try Self.train(run, processes: $0) }
      #expect(results[0].losses == alone.losses, "\(count) processes")
      #expect(results[0].state == alone.state, "\(count) processes")
    }
  }

  /// A run is resumed by another number of processes.
  @Test func theNumberOfProcessesMayChange() throws {
    let run = Self.runs[3]
    let whole = try Self.train(run, processes: SingleProcess(), steps: 6)
    let folder = try TemporaryFolder()
    let first = try ThreadProcesses.run(4) { try Self.train(run, processes: $0, steps: 3) }
    let path = try folder.write(first[0].state, to: "state.bin")
    let rest = try ThreadProcesses.run(2) { try Self.train(run, processes: $0, steps: 6, from: path) }
    // The first part ended with one more validation than the whole.
    #expect(Array(rest[0].losses.suffix(2)) == Array(whole.losses.suffix(2)))
  }

  /// One shard is what a run without shards computes; more shards differ in rounding alone.
  @Test func shardsChangeNothingButRounding() throws {
    func gradients(shards: Int?) throws -> [Float] {
      let corpus = try Corpus(sources: [.bytes(Array(Self.text.utf8))])
      var configuration = Self.runs[0].configuration
      configuration.shards = shards
      configuration.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 1)
      configuration.clip = nil
      let trainer = try Trainer(corpus: corpus, configuration: configuration, threadCount: 2)
      try trainer.advance()
      return trainer.chunkTrainer.pyTorchGradients.flatMap { $0.elements }
    }
    let one = try gradients(shards: nil)
    let largest = one.reduce(0) { max($0, abs($1)) }
    for shards in [2, 16] {
      let other = try gradients(shards: shards)
      #expect(other != one)
      #expect(zip(one, other).allSatisfy { abs($0 - $1) < 2e-6 * largest })
    }
  }

  /// The tree adds neighbours first.
  @Test func shardsAreAddedInATree() {
    let values = [1e16, 1, -1e16, 1]
    #expect(Shards.sum(values[...]) == (1e16 + 1) + (-1e16 + 1))
    #expect(Shards.sum([3][...]) == 3)
    #expect((1...9).filter(Shards.isPossible) == [1, 2, 4, 8])
  }

  /// If one process cannot read its rows, all of them throw, and the leader's error names the node.
  @Test func anErrorOfOneProcessReachesAll() throws {
    let errors = try ThreadProcesses.run(4) { processes in
      do {
        _ = try processes.agree { () throws(CorpusError) in
          if processes.index == 2 { throw .changed(path: "corpus.txt") }
          return 1
        }
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(errors[0] == "corpus.txt: changed after it was first read on node2; leave a text alone while it is in use")
    #expect(errors[1] == errors[0] && errors[3] == errors[0])
    #expect(errors[2] == "corpus.txt: changed after it was first read; leave a text alone while it is in use")
  }

  @Test func valuesAreCollectedInOrder() throws {
    let values = try ThreadProcesses.run(4) { processes in
      try processes.agree { processes.index * 10 } + [processes.broadcast(processes.index + 5)]
    }
    #expect(values.allSatisfy { $0 == [0, 10, 20, 30, 5] })
  }

  /// A process alone that is one of several, by its environment, would train the same model as the others.
  @Test func shardsCanBeSharedEvenlyOnly() {
    var configuration = TrainingConfiguration()
    configuration.shardCount = 8
    #expect((1...9).filter(configuration.allows(processCount:)) == [1, 2, 4, 8])
    configuration.shardCount = 1
    #expect(configuration.shards == nil && configuration.allows(processCount: 1))
  }
}
