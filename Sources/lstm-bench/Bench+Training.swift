internal import RecurrentEngine

extension Bench {
  /// - Throws: `OutputError` or `KernelSelectionError`
  func measureTraining() throws {
    let roof = roof
    let momentCount = training.optimizer.kind.momentCount
    // Weights, gradients and moments: the data of the phases without matrix products.
    let bandwidth = Limit.bandwidth(
      bytes: Double(MemoryLayout<Float>.size * (2 + momentCount)) * Double(model.parameterCount), kernels, executor)
    var step = try TrainingStep(training, model, threadCount: executor.threadCount)
    let samples = samples(forSeconds: options.seconds) {
      (step: step.run(), roof: roof.read(), bandwidth: bandwidth.read())
    }
    let roofReading = median(samples.map(\.roof))
    let bandwidthReading = median(samples.map(\.bandwidth))

    let rate = step.characters / median(samples.map(\.step.seconds))
    let gigaflops = rate * model.operationsPerTrainedCharacter * 1e-9
    try report.add("training_step", rate, decimals: 0, unit: "characters/s")
    try report.add(
      "useful_operations", gigaflops, decimals: 2, unit: "GFLOP/s",
      share: .init(value: gigaflops / roofReading, limit: roof.name))
    for phase in TrainingPhase.allCases {
      let seconds = median(samples.map { $0.step.phases[keyPath: phase.seconds] })
      let shareOfStep = median(samples.map { $0.step.phases[keyPath: phase.seconds] / $0.step.seconds })
      let share: Report.Share =
        switch phase.work(model, characters: step.characters, momentCount: momentCount) {
        case .operations(let count): .init(value: count * 1e-9 / seconds / roofReading, limit: roof.name)
        case .bytes(let count): .init(value: count * 1e-9 / seconds / bandwidthReading, limit: bandwidth.name)
        }
      try report.add(phase.rawValue, shareOfStep, decimals: 3, unit: "of the step", share: share)
    }
    try report.add("parameter_bandwidth", bandwidthReading, decimals: 2, unit: "GB/s")
  }
}
