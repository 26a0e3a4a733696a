import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import TextCorpus

@Suite struct PassDivisionTests {
  private static let characters: Range<Int32> = 0..<11

  /// Returns the parameters after two updates on random characters.
  private func train(
    _ model: ModelConfiguration, regularization: Regularization, threads: Int, _ division: PassDivision?
  ) throws -> [UInt32] {
    let (batchSize, stepCount) = (11, 20)
    let vocabulary = try Vocabulary(unit: .byte, entries: (0..<model.vocabularySize).map { [UInt8($0)] })
    let trainer = ChunkTrainer(
      try LanguageModel(model, vocabulary: vocabulary, initialization: Initialization(seed: 3)),
      optimizer: OptimizerConfiguration(learningRate: 0.01), clip: 1, regularization: regularization,
      batchSize: batchSize, chunkLength: stepCount, threadCount: threads)
    if let division { trainer.useOnly(division) }
    var random = RandomGenerator(seed: 5)
    func text() -> [Int32] { (0..<batchSize * stepCount).map { _ in .random(in: Self.characters, using: &random) } }
    for update in 0..<2 {
      _ = trainer.update(
        Chunk(
          stepCount: stepCount, batchSize: batchSize, inputs: text(), targets: text(), isFirstOfEpoch: update == 0))
    }
    return trainer.model.parameters.elements.map(\.bitPattern)
  }

  private static let variants: [(cell: RecurrentCell, connection: Connection, embedding: Embedding?)] =
    RecurrentCell.allCases.map { ($0, .plain, nil) } + [
      (.lstm(), .residual, nil), (.gru(reset: .before), .gated, Embedding(size: 7, isTied: false)),
      (.rnn(), .highway, Embedding(size: 400, isTied: true)),
    ]

  /// Hidden sizes of several blocks for each thread, of which the last one is not full.
  @Test(arguments: variants.indices, [2, 3])
  func bothDivisionsComputeTheSameBits(variant: Int, threads: Int) throws {
    let (cell, connection, embedding) = Self.variants[variant]
    let model = ModelConfiguration(
      cell: cell, vocabularySize: Self.characters.count, hiddenSize: 400, layerCount: 2, embedding: embedding,
      connection: connection)
    let regularization = Regularization(dropout: 0.2, inputDropout: 0.1)
    let rows = try train(model, regularization: regularization, threads: threads, .rows)
    #expect(try train(model, regularization: regularization, threads: threads, .units) == rows)
    #expect(try train(model, regularization: regularization, threads: threads, nil) == rows)
  }
}

@Suite struct DivisionChoiceTests {
  /// Returns how often each division was used in the last `count` of some updates.
  private func use(
    _ choice: inout DivisionChoice, updates: Int, rows: Double, units: Double, countingLast count: Int
  ) -> (rows: Int, units: Int) {
    var uses: [PassDivision] = []
    for _ in 0..<updates {
      uses.append(choice.current)
      choice.note(secondsPerStep: choice.current == .rows ? rows : units)
    }
    let last = uses.suffix(count)
    return (last.count { $0 == .rows }, last.count { $0 == .units })
  }

  @Test func theFasterDivisionIsUsedAndTheOtherOneTriedRarely() {
    var choice = DivisionChoice(PassDivision.allCases)
    let fasterUnits = use(&choice, updates: 1000, rows: 2, units: 1, countingLast: 500)
    #expect(fasterUnits.units > 490 && fasterUnits.rows > 0)
    // From now on, another process takes a CPU from the threads half of the time.
    let fasterRows = use(&choice, updates: 1000, rows: 3, units: 5, countingLast: 500)
    #expect(fasterRows.rows > 490 && fasterRows.units > 0)
    let again = use(&choice, updates: 1000, rows: 2, units: 1, countingLast: 500)
    #expect(again.units > 490)
  }

  @Test func withoutAChoiceNothingChanges() {
    var choice = DivisionChoice([.rows])
    #expect(use(&choice, updates: 10, rows: 1, units: 1, countingLast: 10).rows == 10)
    var fixed = DivisionChoice(PassDivision.allCases)
    fixed.useOnly(.units)
    #expect(use(&fixed, updates: 10, rows: 1, units: 2, countingLast: 10).units == 10)
  }
}
