internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// One of the cells that are compared, with nothing left open.
struct Contender {
  var options: TrainOptions
  let configuration: TrainingConfiguration
  let model: ModelConfiguration

  var name: String { options.cell.name.rawValue }

  init(_ options: TrainOptions, vocabularySize: Int) throws(UsageError) {
    self.options = options
    configuration = try options.trainingConfiguration()
    model = configuration.modelConfiguration(vocabularySize: vocabularySize)
  }

  /// All of them. The first has the sizes that are given or chosen, and decides about what is the same for all.
  ///
  /// - Throws: `UsageError` if options contradict each other.
  static func all(
    _ given: TrainOptions, by rule: SettingsRule, vocabularySize: Int
  ) throws(UsageError) -> [Contender] {
    var first = try rule.completed(given.ofFirstCell)
    // All runs have the same length.
    first.patience = nil
    let leader = try Contender(first, vocabularySize: vocabularySize)
    return try [leader]
      + given.comparedCells.dropFirst().map { cell throws(UsageError) in
        let own = given.ofCell(cell)
        var options = first
        (options.cell, options.forgetBias, options.learningRate) = (own.cell, own.forgetBias, own.learningRate)
        if given.comparison != .hidden {
          let candidate = try Contender(options, vocabularySize: vocabularySize)
          options.setHiddenSize(
            hiddenSize(forParameters: leader.model.parameterCount) { candidate.parameterCount(hiddenSize: $0) })
        }
        return try Contender(rule.completed(options), vocabularySize: vocabularySize)
      }
  }

  private func parameterCount(hiddenSize: Int) -> Int {
    var model = model
    model.hiddenSize = hiddenSize
    if model.embedding?.isTied == true { model.embedding?.size = hiddenSize }
    return model.parameterCount
  }
}

extension TrainOptions {
  /// Embeddings that are tied have the same size.
  fileprivate mutating func setHiddenSize(_ size: Int) {
    hiddenSize = size
    if tiesEmbedding { embeddingSize = size }
  }
}
