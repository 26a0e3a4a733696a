internal import CommandLineSupport
internal import KernelTemplates
internal import RecurrentEngine
internal import ToolSupport

/// The model, kernels, threads and report of all sections.
struct Bench {
  let options: BenchOptions
  let training: TrainingConfiguration
  let kernels: KernelSet
  let executor: ParallelExecutor
  let report: Report

  /// - Throws: `UsageError` or `KernelSelectionError`
  init(_ options: BenchOptions) throws {
    self.options = options
    training = options.configuration
    try training.checkTiedSize()
    try training.checkShards()
    kernels = try KernelSelection.current.get()
    executor = ParallelExecutor(
      threadCount: usableThreadCount(options.threads) { Tool.printNotice($0, of: benchCommand.name) })
    report = Report(isCSV: options.isCSV)
  }

  var model: ModelConfiguration { training.modelConfiguration(vocabularySize: options.vocabularySize) }
  var roof: Limit { .roof(kernels, executor) }

  /// - Throws: `OutputError`
  func measureMachine() throws {
    try report.add("kernels", kernels.name)
    try report.add("threads", String(executor.threadCount))
    try report.add("roof", median(samples(forSeconds: options.seconds, roof.read)), decimals: 2, unit: "GFLOP/s")
  }

  /// - Throws: `OutputError`, and the errors of the engine.
  func measure(_ section: Section) throws {
    switch section {
    case .kernels: try measureKernels()
    case .training: try measureTraining()
    case .generation: try measureGeneration()
    case .loading: try measureLoading()
    }
  }
}
