internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

@main
enum LSTMSample {
  static func main() {
    Tool.run(sampleCommand) { options, files, given in
      try options.checkConflicts()
      guard let path = files.first, files.count == 1, !path.isEmpty else {
        throw UsageError.operands("give one checkpoint that lstm-train wrote")
      }
      try reportingEngineErrors {
        try Run(options, given, options.mixture.checkpoints(with: Checkpoint(path: path), path: path)).write()
      }
      return .ok
    }
  }
}

/// The options resolved for one model.
private struct Run {
  private let options: SampleOptions
  private let mixture: ModelMixture
  private let prompt: Prompt
  private let sampling: SamplingOptions
  private let stop: StopText
  private let seed: UInt64
  private let threadCount: Int

  /// - Parameter checkpoints: The models, whose probabilities are mixed; all predict the same characters.
  /// - Throws: `UsageError`, `ToolError` or `CorpusError`
  init(_ options: SampleOptions, _ given: GivenOptions, _ checkpoints: [Checkpoint]) throws {
    self.options = options
    let checkpoint = checkpoints[0]
    let vocabulary = checkpoint.model.vocabulary
    sampling = try options.samplingOptions(vocabulary: vocabulary)
    // A model trained on records generates records.
    let endMark = vocabulary.endMark
    stop = try options.stopText(vocabulary: vocabulary, endMark: endMark)
    try options.checkDelimiters(vocabulary: vocabulary)
    let prompt = try Prompt(
      options, vocabulary: vocabulary, startCharacter: checkpoint.startCharacter, endMark: endMark)
    self.prompt = prompt
    let rows =
      options.beamWidth
      ?? (options.isInteractive || options.showsProbabilities || options.readsRequests
        ? 1 : TextSeries(options, vocabulary: vocabulary, stop: stop).groupSize)
    try checkMemory(
      .sum(of: checkpoints.map { MemoryEstimate(generating: rows, with: $0.model.configuration) }),
      for: "generation", remedy: "lower --count or --beam")
    seed = options.seed ?? UInt64.random(in: .min ... .max)
    let threadCount = usableThreadCount(options.threads) { Tool.printNotice($0, of: sampleCommand.name) }
    self.threadCount = threadCount
    mixture = ModelMixture(
      try checkpoints.map { try options.model(of: $0, adaptedTo: prompt, threadCount: threadCount) },
      weights: options.mixture.weights)
    printNotices(about: given)
  }

  private func printNotices(about given: GivenOptions) {
    sampleCommand.printNotices(about: given, in: options)
    for (option, text) in options.texts {
      if let hint = escapeHint(text, option: option) {
        Tool.printNotice("\(option): \(hint)", of: sampleCommand.name)
      }
    }
    if options.seed == nil, options.isLeftToChance, !options.readsRequests, OutputDescriptor.standardError.isTerminal {
      Tool.printNotice("--seed \(seed) repeats this text", of: sampleCommand.name)
    }
  }

  /// - Throws: `OutputError` or `ToolError`
  func write() throws {
    var output = TextWriter(to: .standardOutput)
    if options.showsProbabilities {
      try writeTable(to: &output)
    } else if options.readsRequests {
      var answers = RequestAnswers(options, mixture, sampling, prompt.start, stop, threadCount: threadCount)
      try RequestLoop.run { try answers.answer($0) }
    } else if options.isInteractive {
      try converse(&output)
    } else if let width = options.beamWidth {
      try writeLikeliest(width, to: &output)
    } else {
      try writeTexts(to: &output)
    }
    try output.finish()
  }

  private func writeTexts(to output: inout TextWriter) throws {
    if options.showsScores, options.hasHeader { try output.write(ScoredText.header) }
    let series = TextSeries(options, vocabulary: mixture.vocabulary, stop: stop, echo: prompt.echo)
    let generator = TextGenerator(
      mixture, batchSize: series.groupSize, prompt: prompt.characters, options: sampling, seed: seed,
      measuresProbabilities: options.showsScores, threadCount: threadCount)
    try series.write(from: generator, to: &output)
  }

  private func writeLikeliest(_ width: Int, to output: inout TextWriter) throws {
    let search = BeamSearch(
      mixture, width: width, bestCount: options.bestCount ?? 1, prompt: prompt.characters, options: sampling,
      stop: stop, threadCount: threadCount)
    let text = BeamText(
      search: search, vocabulary: mixture.vocabulary, length: options.textLength, endMark: stop.endMark)
    let delimiters = options.delimiters(after: mixture.vocabulary.separator)
    if options.showsScores {
      if options.hasHeader { try output.write(ScoredText.header) }
      for found in text.all() { try output.write(ScoredText.row(found.text, found.logProbability, echo: prompt.echo)) }
    } else if options.bestCount ?? 1 > 1 {
      for (index, found) in text.all().enumerated() {
        if index > 0 { try output.write(delimiters.separator) }
        try output.write(prompt.echo + found.text + delimiters.end)
      }
    } else {
      try output.write(prompt.echo)
      try text.write(to: &output)
      try output.write(delimiters.end)
    }
  }

  private func writeTable(to output: inout TextWriter) throws {
    var table = ProbabilityTable(
      sampler: makeSampler(), random: RandomGenerator(seed: seed), length: options.textLength, stop: stop)
    if options.hasHeader { try output.write(ProbabilityTable.header) }
    try table.write(after: prompt.characters, to: &output)
  }

  private func converse(_ output: inout TextWriter) throws {
    try output.write(prompt.echo)
    try output.flush()
    var conversation = Conversation(
      makeSampler(), prompt: prompt, stop: stop, random: RandomGenerator(seed: seed), options)
    var lines = InputLines.standardInput()
    try conversation.run(&lines, &output)
  }

  private func makeSampler() -> Sampler { Sampler(mixture, options: sampling, threadCount: threadCount) }
}
