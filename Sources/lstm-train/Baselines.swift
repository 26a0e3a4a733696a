internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// N-gram models of the training set, to compare a network's validation loss with.
struct Baselines {
  /// In nats per character, of the orders from 1 up.
  let losses: [Double]

  private static let greatestOrder = 5
  private static let byteLimit = 1 << 30

  /// - Returns: Nil if too little is held out, or if a signal came.
  /// - Throws: `CorpusError` if the text cannot be read any more.
  init?(_ corpus: Corpus, _ split: CorpusSplit) throws {
    let hasStopped = { StopSignal.status != nil }
    var model = WittenBellModel(
      vocabularySize: corpus.vocabulary.count, order: Self.greatestOrder,
      byteLimit: min(Self.byteLimit, (Machine.availableMemory ?? .max) / 2))
    guard !split.validation.isEmpty else { return nil }
    try model.count(corpus, in: split.training, isCancelled: hasStopped)
    guard !hasStopped(),
      let losses = try model.losses(on: corpus, in: split.validation, isCancelled: hasStopped)
    else { return nil }
    self.losses = losses
  }

  /// A remark on orders that were left out for want of memory; nil if none were.
  var notice: String? {
    guard losses.count < Self.greatestOrder else { return nil }
    return
      "n-grams of more than \(NumberText.counted(losses.count, "character")) need more memory than there is for them"
  }

  /// A line for each model, with columns of equal widths.
  ///
  /// - Parameter loss: Of the trained model, in nats per character; nil if it is not known.
  func table(_ model: ModelConfiguration, loss: Double?) -> [String] {
    var rows = [["", "nats", "bits"]]
    func append(_ name: String, _ loss: Double) {
      rows.append([name] + [loss, loss * bitsPerNat].map { NumberText.fixed($0, decimals: 4) })
    }
    for (index, loss) in losses.enumerated() { append("n-grams of order \(index + 1)", loss) }
    if let loss {
      append("\(model.cell.name), \(model.layerCount) × \(model.hiddenSize) units", loss)
    }
    return TextTable.lines(rows, indent: 2)
  }
}
