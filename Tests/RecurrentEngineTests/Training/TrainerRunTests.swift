import Testing

@testable import RecurrentEngine

/// Tests of complete runs with the library alone.
@Suite struct TrainerRunTests {
  private static let text = String(repeating: "the rain is on the roof again\nand down the lane\n", count: 12)

  private func makeTrainer(
    _ schedule: LearningRateSchedule.Kind = .constant, rate: Double = 0.01, decaySteps: Int? = nil
  ) throws -> Trainer {
    try Trainer(
      corpus: Corpus(sources: [.text(Self.text)]),
      configuration: TrainingConfiguration(
        hiddenSize: 12, layerCount: 1, batchSize: 5, chunkLength: 8,
        optimizer: OptimizerConfiguration(kind: rate > 1 ? .sgd : .adam, learningRate: rate),
        schedule: LearningRateSchedule(kind: schedule, decaySteps: decaySteps), clip: rate > 1 ? nil : 5,
        validationFraction: 0.2),
      threadCount: 1)
  }

  @Test func everyEpochAndTheEndAreReported() throws {
    let trainer = try makeTrainer()
    let perEpoch = trainer.stepsPerEpoch
    var reports: [Trainer.Report] = []
    try trainer.train(within: TrainingBudget(steps: 2 * perEpoch + 3)) { reports.append($0) }
    #expect(reports.map(\.step) == [perEpoch, 2 * perEpoch, 2 * perEpoch + 3])
    #expect(reports.allSatisfy { $0.validationLoss != nil && $0.trainingLoss != nil } && reports[0].isBest)
    // A finished run makes no further steps.
    try trainer.train(within: TrainingBudget(epochs: 2)) { report in Issue.record("finished, but reports \(report)") }
    // A longer run continues.
    try trainer.train(within: TrainingBudget(epochs: 3, steps: 1_000_000))
    #expect(trainer.progress.step == 3 * perEpoch)
  }

  @Test func cancellingPatienceAndTimeEndARun() throws {
    let cancelled = try makeTrainer()
    try cancelled.train(
      within: .default, report: { _ in Issue.record("nothing was validated") },
      isCancelled: { cancelled.progress.step == 4 })
    #expect(cancelled.progress.step == 4 && cancelled.progress.best == nil)

    let impatient = try makeTrainer(rate: 0.5)
    try impatient.train(within: TrainingBudget(epochs: 1000, patience: 2))
    #expect(impatient.progress.validationsSinceBest == 2 && impatient.epoch < 1000)

  }

  /// A run with the length that the time limit determined has the same results, and its learning rate decays to its
  /// end.
  @Test(arguments: LearningRateSchedule.Kind.allCases) func timeFixesTheLength(kind: LearningRateSchedule.Kind) throws {
    let timed = try makeTrainer(kind)
    // Enough time to finish on a busy machine.
    try timed.train(within: TrainingBudget(seconds: 0.3))
    let length = try #require(timed.horizon)
    #expect(timed.progress.step <= length && timed.progress.lastReport?.step == timed.progress.step)
    guard timed.progress.step == length else { return }
    if timed.configuration.schedule.needsHorizon { #expect(timed.learningRate == 0) }
    let again = try makeTrainer(kind, decaySteps: timed.configuration.schedule.decaySteps)
    try again.train(within: TrainingBudget(steps: length))
    #expect(again.progress == timed.progress && again.configuration == timed.configuration)
    #expect(again.model.parameters.elements == timed.model.parameters.elements)
  }

  @Test func divergenceIsAnError() throws {
    let trainer = try makeTrainer(rate: 1e38)
    #expect(throws: TrainingError.self) { try trainer.train(within: TrainingBudget(epochs: 50)) }
  }

  @Test func budgets() {
    #expect(TrainingBudget().isUnlimited && TrainingBudget(patience: 3).isUnlimited)
    #expect(!TrainingBudget(steps: 0).isUnlimited && !TrainingBudget(seconds: 1).isUnlimited)
    #expect(TrainingBudget().horizon(stepsPerEpoch: 9) == nil)
    #expect(TrainingBudget(epochs: 2, steps: 50).horizon(stepsPerEpoch: 9) == 18)
    #expect(TrainingBudget(epochs: .max).horizon(stepsPerEpoch: 9) == nil)
  }

  /// The chosen settings, the settings that are kept, and a limit that determines a size.
  @Test func recommendations() throws {
    func recommended(_ characters: Int, keeping kept: Set<TrainingSetting> = [], _ budget: TrainingBudget = .default)
      throws -> RecommendedTraining
    {
      try TrainingConfiguration.recommended(
        characterCount: characters, vocabularySize: 50, isValidated: true, from: TrainingConfiguration(),
        keeping: kept, budget: budget, threadCount: 2, kernelName: "avx2")
    }
    let usual = try recommended(1_000_000)
    #expect(usual.budget.patience == 10 && usual.configuration.schedule.kind == .wsd)
    #expect(usual.chosen.isSuperset(of: [.hiddenSize, .epochs, .patience, .learningRate, .dropout]))
    #expect(
      try recommended(1_000_000, TrainingBudget(seconds: 10)).configuration.hiddenSize
        < usual.configuration.hiddenSize)
    let all = try recommended(1_000, keeping: Set(TrainingSetting.allCases), TrainingBudget(steps: 9))
    #expect(all.configuration == TrainingConfiguration() && all.chosen.isEmpty)
  }
}
