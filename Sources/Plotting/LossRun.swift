/// The losses of one run of training, as its loss curve holds them.
package struct LossRun: Sendable, Equatable {
  /// A step that was logged. Losses are in nats per character; nil where there is none.
  package struct Row: Sendable, Equatable {
    package var step: Int
    package var epoch: Double
    package var characters: Int
    /// Of training.
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

  /// The row with the least loss in validation, the first of several.
  package var best: Row? {
    rows.filter { $0.validationLoss != nil }.min { ($0.validationLoss ?? 0) < ($1.validationLoss ?? 0) }
  }

  /// Names for runs by their files: `runs/gru.csv` is `gru`, unless another file would have the same name.
  package static func names(ofFiles paths: [String]) -> [String] { runNames(ofFiles: paths, ending: ".csv") }
}

/// Names for runs by what they have written, without folders and endings where these tell nothing.
package func runNames(ofFiles paths: [String], ending: String) -> [String] {
  let whole = paths.map { $0.hasSuffix(ending) ? String($0.dropLast(ending.count)) : $0 }
  let short = whole.map { path in path.split(separator: "/").last.map(String.init) ?? path }
  return Set(short).count == short.count ? short : whole
}
