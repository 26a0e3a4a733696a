internal import CommandLineSupport
internal import KernelTemplates
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMBench {
  static func main() {
    Tool.run(benchCommand) { options, operands in
      try reportingEngineErrors { try run(options, operands: operands) }
    }
  }

  /// The roof first, then ever larger parts of training against it.
  private static func run(_ options: BenchOptions, operands: [String]) throws -> ExitStatus {
    if let operand = operands.first { throw UsageError.operands("there are no operands, but '\(operand)' was given") }
    let training = try options.trainingConfiguration()
    try checkMemory(training, vocabularySize: options.vocabularySize)
    let roof = Roof(
      kernels: try KernelSelection.current.get(),
      executor: ParallelExecutor(threadCount: options.threads ?? Machine.availableCPUs))

    let report = Report(isCSV: options.isCSV)
    try report.begin()
    try report.add("kernels", roof.kernels.name)
    try report.add("threads", String(roof.executor.threadCount))
    try report.add("roof", median(samples(forSeconds: options.seconds, roof.read)), decimals: 2, unit: "GFLOP/s")
    try measureProducts(training, options, roof, report)
    try measureTraining(training, options, roof, report)
    return .ok
  }

  private static func measureProducts(
    _ training: TrainingConfiguration, _ options: BenchOptions, _ roof: Roof, _ report: Report
  ) throws {
    let products = LayerProducts(
      training.modelConfiguration(vocabularySize: options.vocabularySize), batchSize: training.batchSize,
      stepCount: training.chunkLength, kernels: roof.kernels, executor: roof.executor)
    func measure(_ name: String, _ product: () -> Void) throws {
      let (times, roofs) = samples(forSeconds: options.seconds, against: roof) { secondsOf(product) }
      try report.add(name, gigaflops: products.operations * 1e-9 / median(times), roof: median(roofs))
    }
    try measure("recurrent_step_product", products.multiplyStates)
    try measure("state_gradient_product", products.multiplyGateGradients)
    try measure("weight_gradient_product", products.multiplyWeightGradients)
  }

  private static func measureTraining(
    _ training: TrainingConfiguration, _ options: BenchOptions, _ roof: Roof, _ report: Report
  ) throws {
    var step = try TrainingStep(
      training, vocabularySize: options.vocabularySize, threadCount: roof.executor.threadCount)
    let (steps, roofs) = samples(forSeconds: options.seconds, against: roof) { step.run() }
    let rate = step.characters / median(steps.map(\.seconds))
    let model = training.modelConfiguration(vocabularySize: options.vocabularySize)
    try report.add("training_step", rate, decimals: 0, unit: "characters/s")
    try report.add(
      "useful_operations", gigaflops: rate * model.operationsPerTrainedCharacter * 1e-9, roof: median(roofs))
    for (name, phase) in ChunkTrainer.PhaseTimes.phases {
      let share = median(steps.map { $0.phases[keyPath: phase] / $0.seconds })
      try report.add(name, share, decimals: 3, unit: "of the step")
    }
  }
}
