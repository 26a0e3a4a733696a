internal import RecurrentEngine

extension Bench {
  /// Measures the scan of a text file before training, relative to plain reading of the file.
  ///
  /// - Throws: `OutputError`, `ToolError` or `CorpusError`
  func measureLoading() throws {
    let file = try RandomTextFile(megabytes: options.loadingSize, characters: options.vocabularySize)
    let pairs = try samples(forSeconds: options.seconds) {
      let scan = try secondsOf { _ = try Corpus(sources: [.file(file.path)], unit: training.unit) }
      return (scan, try secondsOf { try file.read() })
    }
    let seconds = median(pairs.map(\.0))
    let plainSeconds = median(pairs.map(\.1))
    let megabytes = Double(file.byteCount) * 1e-6
    try report.add("loading", seconds, decimals: 6, unit: "s")
    try report.add(
      "loading_rate", megabytes / seconds, decimals: 2, unit: "MB/s",
      share: .init(value: plainSeconds / seconds, limit: "plain reading"))
    try report.add("plain_reading", megabytes / plainSeconds, decimals: 2, unit: "MB/s")
  }
}
