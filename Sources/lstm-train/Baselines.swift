internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// N-gram models of the training set, as baselines for the validation loss of a network.
struct Baselines {
  /// Validation losses in nats per character, for orders from 1.
  let losses: [Double]

  private static let greatestOrder = 5
  private static let byteLimit = 1 << 30

  /// - Returns: Nil if the validation set is too small, or after a signal.
  /// - Throws: `CorpusError` if the text can no longer be read.
  init?(_ corpus: Corpus, _ split: CorpusSplit) throws {
    let hasStopped = { StopSignal.status != nil }
    var model = WittenBellModel(
      vocabularySize: corpus.vocabulary.count, order: Self.greatestOrder,
      byteLimit: min(Self.byteLimit, max(0, (Machine.availableMemory ?? .max) - Machine.reservedMemory) / 2))
    guard !split.validation.isEmpty else { return nil }
    try model.count(corpus, in: split.training, isCancelled: hasStopped)
    guard !hasStopped(),
      let losses = try model.losses(on: corpus, in: split.validation, isCancelled: hasStopped)
    else { return nil }
    self.losses = losses
  }

  /// Notice about orders that were left out for lack of memory; nil if there are none.
  var notice: String? {
    guard losses.count < Self.greatestOrder else { return nil }
    return
      "n-grams of more than \(NumberText.counted(losses.count, "character")) need more memory than there is for them"
  }

  /// - Parameter loss: The validation loss of the network, in nats per character; nil if unknown.
  func table(_ model: ModelConfiguration, loss: Double?) -> [String] {
    var rows = [["", "nats", "bits"]]
    func append(_ name: String, _ loss: Double) {
      rows.append([name] + [loss, loss * bitsPerNat].map { NumberText.fixed($0, decimals: 4) })
    }
    for (index, loss) in losses.enumerated() { append("n-grams of order \(index + 1)", loss) }
    if let loss {
      append("\(model.cell.title), \(model.layerCount) × \(model.hiddenSize) units", loss)
    }
    return TextTable.lines(rows, indent: 2)
  }
}
