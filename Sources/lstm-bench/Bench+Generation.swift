internal import RecurrentEngine

extension Bench {
  /// The limit of one text is the bandwidth of a buffer as large as the weights, because each character reads all
  /// of them for little arithmetic. The limit of many texts is the arithmetic roof.
  ///
  /// - Throws: `OutputError` or `KernelSelectionError`
  func measureGeneration() throws {
    let model = try LanguageModel.random(model, training.initialization)
    try measureOneText(model)
    try measureManyTexts(model)
    try measureFormats(model)
  }

  /// Measures other number formats of the weights, each in alternation with float32.
  private func measureFormats(_ language: LanguageModel) throws {
    for weights in WeightFormat.allCases where weights != .float32 {
      let rounded = try language.rounded(to: weights)
      for (texts, characters) in [(1, 128), (64, 8)] where texts == 1 || weights == .int8 {
        let (floats, others) = (makeGenerator(language, texts: texts), makeGenerator(rounded, texts: texts))
        let pairs = samples(forSeconds: options.seconds) {
          (seconds(of: floats, characters: characters), seconds(of: others, characters: characters))
        }
        let name = texts == 1 ? "generation_\(weights.rawValue)" : "generation_of_\(texts)_texts_\(weights.rawValue)"
        try report.add(
          name, Double(characters * texts) / median(pairs.map(\.1)), decimals: 0, unit: "characters/s")
        try report.add("\(name)_speedup", median(pairs.map { $0.0 / $0.1 }), decimals: 2, unit: "times float32")
      }
    }
  }

  private func seconds(of generator: TextGenerator, characters: Int) -> Double {
    secondsOf {
      for _ in 0..<characters { generator.advance() }
    }
  }

  private func measureOneText(_ language: LanguageModel) throws {
    let weightBytes = Double(MemoryLayout<Float>.size) * model.productWeights
    let generator = makeGenerator(language, texts: 1)
    let bandwidth = Limit.bandwidth(bytes: weightBytes, kernels, ParallelExecutor(threadCount: generator.threadCount))
    let (rate, reading) = charactersPerSecond(of: generator, characters: 128, beside: bandwidth)
    let gigabytes = rate * weightBytes * 1e-9
    try report.add("generation", rate, decimals: 0, unit: "characters/s")
    try report.add("generation_threads", String(generator.threadCount))
    try report.add("weights", weightBytes * 1e-6, decimals: 3, unit: "MB/character")
    try report.add(
      "weights_read", gigabytes, decimals: 2, unit: "GB/s",
      share: .init(value: gigabytes / reading, limit: bandwidth.name))
    try report.add("weight_bandwidth", reading, decimals: 2, unit: "GB/s")
  }

  private func measureManyTexts(_ language: LanguageModel) throws {
    let texts = 64
    let generator = makeGenerator(language, texts: texts)
    let roof = Limit.roof(kernels, executor)
    let (rate, most) = charactersPerSecond(of: generator, characters: 8, beside: roof)
    let operations = rate * 2 * model.productWeights * 1e-9
    try report.add("generation_of_\(texts)_texts", rate, decimals: 0, unit: "characters/s")
    try report.add(
      "operations_of_\(texts)_texts", operations, decimals: 2, unit: "GFLOP/s",
      share: .init(value: operations / most, limit: roof.name))
  }

  private func makeGenerator(_ language: LanguageModel, texts: Int) -> TextGenerator {
    TextGenerator(
      language, batchSize: texts, prompt: [0], options: SamplingOptions(), seed: 1, threadCount: executor.threadCount)
  }

  /// Returns the medians of the throughput and of the limit, which are measured in alternation.
  private func charactersPerSecond(
    of generator: TextGenerator, characters: Int, beside limit: Limit
  ) -> (rate: Double, limit: Double) {
    let pairs = samples(forSeconds: options.seconds) {
      (seconds(of: generator, characters: characters), limit.read())
    }
    return (Double(characters * generator.batchSize) / median(pairs.map(\.0)), median(pairs.map(\.1)))
  }
}
