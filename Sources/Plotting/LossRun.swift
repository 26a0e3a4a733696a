/// The losses of one training run, as read from its loss curve.
package struct LossRun: Sendable, Equatable {
  /// A logged step. Losses are in nats per character; nil if there is none.
  package struct Row: Sendable, Equatable {
    package var step: Int
    package var epoch: Double
    package var characters: Int
    /// Training time in seconds.
    package var seconds: Double
    package var trainingLoss: Double?
    package var validationLoss: Double?

    package init(
      step: Int, epoch: Double, characters: Int, seconds: Double, trainingLoss: Double?, validationLoss: Double?
    ) {
      self.step = step
      self.epoch = epoch
      self.characters = characters
      self.seconds = seconds
      self.trainingLoss = trainingLoss
      self.validationLoss = validationLoss
    }
  }

  package var name: String
  package var rows: [Row]

  package init(name: String, rows: [Row]) {
    self.name = name
    self.rows = rows
  }

  /// The row with the lowest validation loss, the first of several.
  package var best: Row? {
    rows.filter { $0.validationLoss != nil }.min { ($0.validationLoss ?? 0) < ($1.validationLoss ?? 0) }
  }

  /// Returns names for runs from their files: `runs/gru.csv` is `gru`, unless another file would have the same name.
  package static func names(ofFiles paths: [String]) -> [String] { runNames(ofFiles: paths, ending: ".csv") }
}

/// Returns names for runs from their files, without folders and endings that do not distinguish them.
package func runNames(ofFiles paths: [String], ending: String) -> [String] {
  let whole = paths.map { $0.hasSuffix(ending) ? String($0.dropLast(ending.count)) : $0 }
  let short = whole.map { path in path.split(separator: "/").last.map(String.init) ?? path }
  return Set(short).count == short.count ? short : whole
}
