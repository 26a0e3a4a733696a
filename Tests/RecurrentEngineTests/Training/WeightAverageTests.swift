import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of weight averages, weight decay and learning-rate schedules in a trainer.
@Suite struct WeightAverageTests {
  private static let text = String(repeating: "the rain is on the roof again\nand down the lane\n", count: 12)

  private func makeTrainer(
    _ optimizer: OptimizerConfiguration = OptimizerConfiguration(learningRate: 0.01),
    schedule: LearningRateSchedule = LearningRateSchedule(), averageDecay: Double? = nil
  ) throws -> Trainer {
    try Trainer(
      corpus: Corpus(sources: [.text(Self.text)]),
      configuration: TrainingConfiguration(
        hiddenSize: 12, layerCount: 1, batchSize: 5, chunkLength: 8, optimizer: optimizer, schedule: schedule,
        averageDecay: averageDecay, validationFraction: 0.2),
      threadCount: 2)
  }

  private func weights(_ model: LanguageModel) -> [Float] { Array(model.parameters.elements) }

  @Test func theAverageIsOfAllUpdates() throws {
    let decay = 0.6
    let trainer = try makeTrainer(averageDecay: decay)
    let plain = try makeTrainer()
    var expected = weights(trainer.model).map(Double.init)
    for n in 1...9 {
      try trainer.advance()
      try plain.advance()
      let share = 1 - min(decay, Double(1 + n) / Double(10 + n))
      for (index, value) in weights(trainer.model).enumerated() {
        expected[index] += share * (Double(value) - expected[index])
      }
    }
    // Averaging does not change training.
    #expect(weights(trainer.model) == weights(plain.model))
    let average = weights(trainer.validatedModel)
    #expect(average != weights(trainer.model))
    #expect(zip(average, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })

    // The average is validated and selected.
    let loss = try #require(try trainer.validate())
    #expect(weights(trainer.selectedModel) == average)
    #expect(try plain.validate() != loss)
  }

  /// Weight decay is compared with a step of the optimizer without it, for both kinds of decay.
  @Test(arguments: OptimizerConfiguration.Kind.allCases)
  func weightDecayIsApartFromTheGradient(kind: OptimizerConfiguration.Kind) throws {
    let (rate, decay) = (0.01, 0.3)
    let plain = try makeTrainer(OptimizerConfiguration(kind: kind, learningRate: rate))
    let decayed = try makeTrainer(OptimizerConfiguration(kind: kind, learningRate: rate, weightDecay: decay))
    let start = weights(plain.model)
    try plain.advance()
    try decayed.advance()
    for (index, value) in weights(decayed.model).enumerated() {
      let expected = weights(plain.model)[index] - Float(rate * decay) * start[index]
      #expect(abs(value - expected) < 1e-6)
      if start[index] != 0, abs(value - expected) >= 1e-6 { return }
    }
    #expect(weights(decayed.model) != weights(plain.model))
  }

  @Test func theRateFollowsTheSchedule() throws {
    let trainer = try makeTrainer(schedule: LearningRateSchedule(kind: .linear))
    trainer.horizon = 4
    var rates: [Double] = []
    for _ in 0..<4 {
      rates.append(trainer.learningRate)
      try trainer.advance()
    }
    #expect(zip(rates, [0.01, 0.0075, 0.005, 0.0025]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// A run that gets its length late makes the same steps as one with that length from the start.
  @Test func aDecayMayBeginAtAnyTime() throws {
    let late = try makeTrainer(schedule: LearningRateSchedule(kind: .wsd))
    for _ in 0..<7 { try late.advance() }
    late.decay(over: 5)
    for _ in 0..<5 { try late.advance() }
    let known = try makeTrainer(schedule: LearningRateSchedule(kind: .wsd, decaySteps: 5))
    known.horizon = 12
    for _ in 0..<12 { try known.advance() }
    #expect(weights(late.model) == weights(known.model))
    #expect(late.configuration == known.configuration && late.horizon == known.horizon)
  }

  @Test func thePlateauOfValidation() throws {
    // The weights do not change, so the first validation stays the best.
    let trainer = try makeTrainer(
      OptimizerConfiguration(kind: .sgd, learningRate: 1e-30),
      schedule: LearningRateSchedule(kind: .plateau, decayRate: 0.1, decayEvery: 2))
    var rates: [Double] = []
    for _ in 0..<6 {
      try trainer.validate()
      rates.append(trainer.learningRate / 1e-30)
    }
    #expect(zip(rates, [1, 1, 0.1, 0.1, 0.01, 0.01]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(trainer.progress.validationsSinceBest == 5)
  }
}
