import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct TrainerTests {
  private static let rhyme = "the rain is on the roof again\nand down the lane the rain\n"

  private func makeTrainer(
    _ text: String, cell: RecurrentCell = .lstm(), threads: Int = 1, optimizer: OptimizerConfiguration? = nil,
    regularization: Regularization = Regularization(), seed: UInt64 = 1, validationFraction: Double = 0.2
  ) throws -> Trainer {
    let folder = try TemporaryFolder()
    // The corpus keeps its file open, so it may outlive the folder.
    let corpus = try Corpus(sources: [.file(folder.write(text.utf8))], unit: .character)
    let configuration = TrainingConfiguration(
      cell: cell, hiddenSize: 20, layerCount: 2, batchSize: 7, chunkLength: 10,
      optimizer: optimizer ?? OptimizerConfiguration(learningRate: 0.01), regularization: regularization, clip: 1,
      validationFraction: validationFraction, initialization: Initialization(seed: seed))
    let split = try CorpusSplit(corpus, configuration)
    return try Trainer(corpus: corpus, split: split, configuration: configuration, threadCount: threads)
  }

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  private func bits(_ model: LanguageModel) -> [UInt32] { model.parameters.elements.map(\.bitPattern) }

  @Test(arguments: RecurrentCell.allCases, OptimizerConfiguration.Kind.allCases)
  func theLossFalls(cell: RecurrentCell, kind: OptimizerConfiguration.Kind) throws {
    let rate =
      switch kind {
      case .adam, .adamw: 0.01
      case .rmsprop: 0.005
      // A plain RNN diverges at the learning rate that the gated cells need.
      case .sgd: cell.kind == .rnn ? 0.1 : 0.5
      }
    let trainer = try makeTrainer(
      repeated(Self.rhyme, 16), cell: cell,
      optimizer: OptimizerConfiguration(kind: kind, learningRate: rate, momentum: 0.9))
    let before = try #require(try trainer.validate())
    var losses: [Double] = []
    for _ in 0..<150 {
      let update = try trainer.advance()
      losses.append(update.lossSum / Double(update.countedCharacters))
    }
    let after = try #require(try trainer.validate())
    let first = try #require(losses.first)
    // Without a forget gate, the cell state grows, and gates with peepholes soon saturate at any learning rate of SGD.
    let share = cell == .lstm(forgetGate: .off, peepholes: true) && kind == .sgd ? 0.9 : 0.5
    #expect(losses.suffix(10).reduce(0, +) / 10 < share * first)
    #expect(after < share * before)
    #expect(trainer.progress.step == 150 && trainer.epoch > 3)
  }

  /// The output bias is the logarithm of each frequency in the training set, in which no character has a count of zero.
  @Test func theModelBeginsWithTheFrequenciesOfTheTrainingSet() throws {
    let text = repeated("aab", 400) + repeated("c", 300)
    let corpus = try Corpus(sources: [.text(text)], unit: .character)
    var configuration = TrainingConfiguration(
      hiddenSize: 20, layerCount: 2, batchSize: 1, chunkLength: 10, validationFraction: 0.2,
      initialization: Initialization(seed: 1, outputBias: .frequencies))
    let trainer = try Trainer(corpus: corpus, configuration: configuration, threadCount: 1)
    // The first character is not predicted.
    let expected = [799, 400, 0].map { log(Double($0 + 1) / (1_199 + 3)) }
    func bias(_ trainer: Trainer) throws -> [Float] {
      try #require(trainer.model.pyTorchTensors.first { $0.name == "decoder.bias" }).elements
    }
    let actual = try bias(trainer)
    #expect(zip(actual, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    // Counting does not move the streams, and changes no other parameter.
    configuration.initialization.outputBias = .zero
    let other = try Trainer(corpus: corpus, configuration: configuration, threadCount: 1)
    #expect(try bias(other) == [0, 0, 0])
    let isSame = zip(trainer.model.pyTorchTensors, other.model.pyTorchTensors).allSatisfy {
      $0.name == "decoder.bias" || $0.elements == $1.elements
    }
    #expect(isSame)
    #expect(try trainer.advance().countedCharacters == other.advance().countedCharacters)
    #expect(trainer.streams.position == other.streams.position)
    // A run that restarts before its first validation has the same bias again.
    trainer.restart(from: trainer.restartParameters)
    #expect(try bias(trainer) == actual)
  }

  @Test(arguments: RecurrentCell.allCases)
  func threadsAndRepetitionChangeNoBit(cell: RecurrentCell) throws {
    func train(threads: Int, seed: UInt64 = 1) throws -> [UInt32] {
      let trainer = try makeTrainer(repeated(Self.rhyme, 6), cell: cell, threads: threads, seed: seed)
      for _ in 0..<12 { _ = try trainer.advance() }
      return bits(trainer.model)
    }
    let one = try train(threads: 1)
    for threads in 1...3 { #expect(try train(threads: threads) == one, "\(threads) threads") }
    #expect(try train(threads: 1, seed: 2) != one)
  }

  private static let allRegularization = Regularization(
    dropout: 0.3, inputDropout: 0.3, recurrentDropout: 0.3, stateReset: 0.2, labelSmoothing: 0.1,
    temporal: 1)

  /// Validation uses no dropout.
  @Test(arguments: RecurrentCell.allCases)
  func onlyTrainingIsRegularized(cell: RecurrentCell) throws {
    let text = repeated(Self.rhyme, 20)
    let plain = try makeTrainer(text, cell: cell)
    let regularized = try makeTrainer(text, cell: cell, regularization: Self.allRegularization)
    #expect(try plain.validate() == regularized.validate())
    #expect(try plain.advance().lossSum != regularized.advance().lossSum)
    let copy = LanguageModel(copying: regularized.model)
    let corpus = try Corpus(sources: [.text(text)])
    let heldOut = try CorpusSplit(corpus, regularized.configuration).validation
    #expect(
      try regularized.validate()
        == Evaluation(copy.configuration, corpus: corpus, part: heldOut).loss(of: copy, threadCount: 2))
  }

  /// In a chunk after the first, each stream either continues or starts from a zero state.
  @Test(arguments: RecurrentCell.allCases)
  func someStreamsStartAnew(cell: RecurrentCell) throws {
    func losses(_ regularization: Regularization = Regularization(), resets: Bool = false) throws -> [[Float]] {
      let trainer = try makeTrainer(
        repeated(Self.rhyme, 20), cell: cell, optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0),
        regularization: regularization)
      try trainer.advance()
      if resets { trainer.chunkTrainer.workspace.resetState() }
      try trainer.advance()
      let batchSize = trainer.configuration.batchSize
      let losses = trainer.chunkTrainer.workspace.losses.elements.prefix(batchSize * trainer.configuration.chunkLength)
      return (0..<batchSize).map { row in stride(from: row, to: losses.count, by: batchSize).map { losses[$0] } }
    }
    let (goingOn, fresh) = (try losses(), try losses(resets: true))
    let mixed = try losses(Regularization(stateReset: 0.5))
    #expect(zip(goingOn, fresh).allSatisfy { $0 != $1 })
    let isFresh = mixed.indices.map { mixed[$0] == fresh[$0] }
    #expect(mixed.indices.allSatisfy { isFresh[$0] || mixed[$0] == goingOn[$0] })
    #expect(Set(isFresh).count == 2)
  }

  @Test(arguments: [Regularization(), allRegularization])
  func validationLeavesTrainingAsItIs(regularization: Regularization) throws {
    let text = repeated(Self.rhyme, 40)
    let trainer = try makeTrainer(text, regularization: regularization)
    let validated = try makeTrainer(text, threads: 2, regularization: regularization)
    for step in 0..<25 {
      let update = try trainer.advance()
      #expect(try validated.advance().lossSum == update.lossSum, "step \(step)")
      let loss = try #require(try validated.validate())
      #expect(try validated.validate() == loss, "the same model has the same loss")
    }
    #expect(bits(trainer.model) == bits(validated.model))
  }

  @Test func everyEpochStartsFromZero() throws {
    let trainer = try makeTrainer(
      repeated(Self.rhyme, 6), optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0))
    let epochs = try (0..<3).map { _ in
      try (0..<trainer.stepsPerEpoch).map { _ in try trainer.advance().lossSum }
    }
    #expect(trainer.epoch == 3 && trainer.stepsPerEpoch > 2)
    #expect(epochs[0] == epochs[1] && epochs[1] == epochs[2])
  }

  @Test func theBestModelIsSelected() throws {
    let trainer = try makeTrainer(
      repeated(Self.rhyme, 12), optimizer: OptimizerConfiguration(kind: .sgd, learningRate: 0.5))
    #expect(trainer.selectedModel === trainer.model, "without validation the newest model is selected")
    for _ in 0..<5 { _ = try trainer.advance() }
    let loss = try #require(try trainer.validate())
    let best = bits(trainer.model)
    #expect(trainer.progress.best?.loss == loss && trainer.progress.best?.step == 5)

    // Predictions that are certain and wrong.
    for index in 0..<trainer.model.layout.size { trainer.model.parameters[index] *= -9 }
    _ = try trainer.advance()
    #expect(try #require(try trainer.validate()) > loss)
    #expect(trainer.progress.best?.loss == loss && trainer.progress.best?.step == 5)
    #expect(bits(trainer.selectedModel) == best)
  }

  @Test func withoutHeldOutTextThereIsNoValidation() throws {
    let trainer = try makeTrainer(repeated(Self.rhyme, 6), validationFraction: 0)
    #expect(!trainer.canValidate)
    #expect(try trainer.validate() == nil)
    #expect(trainer.progress.best == nil)
  }

  @Test func forgetGatesStartOpen() throws {
    let model = try makeTrainer(repeated(Self.rhyme, 6)).model
    let hidden = model.configuration.hiddenSize
    let isForgetRow = { (row: Int) in (hidden..<2 * hidden).contains(row) }
    for layer in 0..<2 {
      for name in ["bias_ih", "bias_hh"] {
        let bias = try #require(model.pyTorchTensors.first { $0.name == "rnn.\(name)_l\(layer)" })
        #expect(bias.elements.count == 4 * hidden)
        let isRight = bias.elements.enumerated().allSatisfy { row, value in
          value == (name == "bias_ih" && isForgetRow(row) ? 1 : 0)
        }
        #expect(isRight, "\(bias.name)")
      }
    }
  }

  @Test func aTrainerSplitsTheTextAndFitsItsSizes() throws {
    let corpus = try Corpus(sources: [.text(repeated(Self.rhyme, 3))])
    let asked = TrainingConfiguration(hiddenSize: 8, layerCount: 1, validationFraction: 0.25)
    let trainer = try Trainer(corpus: corpus, configuration: asked, threadCount: 1)
    let trainCount = corpus.characterCount * 3 / 4
    #expect(trainer.configuration == asked.fitted(toTrainingCharacters: trainCount))
    #expect(trainer.charactersPerEpoch == trainCount - trainer.configuration.batchSize)
    #expect(trainer.validationCharacterCount == corpus.characterCount - trainCount - 1)
    #expect(throws: CorpusError.tooShort(characterCount: 1, streamCount: 1)) {
      try Trainer(corpus: Corpus(sources: [.text("ab")]), configuration: asked)
    }
  }
}

@Suite struct TrainingConfigurationTests {
  @Test(arguments: [
    // characters, then the requested sizes, then the sizes that fit
    (1_000_000, 50, 50, 50, 50),
    (2_550, 50, 50, 50, 50),
    (2_549, 50, 50, 49, 50),
    (102, 50, 50, 2, 50),
    (101, 50, 50, 1, 50),
    (51, 50, 50, 1, 50),
    (50, 50, 50, 1, 49),
    (2, 50, 50, 1, 1),
    (2, 1, 1, 1, 1),
    (100, 3, 7, 3, 7),
  ])
  func aShortTextMakesTheBatchSmaller(
    characters: Int, batchSize: Int, chunkLength: Int, fittedBatchSize: Int, fittedChunkLength: Int
  ) throws {
    var configuration = TrainingConfiguration(batchSize: batchSize, chunkLength: chunkLength)
    let fitted = try #require(configuration.fitted(toTrainingCharacters: characters))
    (configuration.batchSize, configuration.chunkLength) = (fittedBatchSize, fittedChunkLength)
    #expect(fitted == configuration)
    let corpus = try Corpus.ascending(count: min(characters, 3_000), in: TemporaryFolder())
    _ = try TrainingStreams(
      corpus: corpus, range: 0..<corpus.characterCount, batchSize: fitted.batchSize, chunkLength: fitted.chunkLength)
  }

  @Test(arguments: [0, 1])
  func oneCharacterIsTooShort(characters: Int) {
    #expect(TrainingConfiguration().fitted(toTrainingCharacters: characters) == nil)
  }
}
