internal import RecurrentEngine

extension Bench {
  /// One text, character by character, against the bandwidth of a buffer with the size of the weights: each character
  /// reads all of them and does little with them.
  ///
  /// - Throws: `OutputError` or `KernelSelectionError`
  func measureGeneration() throws {
    let weightBytes = Double(MemoryLayout<Float>.size) * model.productWeights
    // As many threads as a sampler has.
    let bandwidth = Limit.bandwidth(bytes: weightBytes, kernels, ParallelExecutor(threadCount: 1))
    let sampler = Sampler(try .random(model, training.initialization))
    var random = RandomGenerator(seed: 1)
    let characters = 128
    sampler.read(0)

    let pairs = samples(forSeconds: options.seconds) {
      let seconds = secondsOf {
        for _ in 0..<characters { sampler.read(sampler.draw(temperature: 1, using: &random)) }
      }
      return (seconds, bandwidth.read())
    }
    let rate = Double(characters) / median(pairs.map(\.0))
    let reading = median(pairs.map(\.1))
    let gigabytes = rate * weightBytes * 1e-9
    try report.add("generation", rate, decimals: 0, unit: "characters/s")
    try report.add("weights", weightBytes * 1e-6, decimals: 3, unit: "MB/character")
    try report.add(
      "weights_read", gigabytes, decimals: 2, unit: "GB/s",
      share: .init(value: gigabytes / reading, limit: bandwidth.name))
    try report.add("weight_bandwidth", reading, decimals: 2, unit: "GB/s")
  }
}
