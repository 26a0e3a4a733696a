extension WittenBellModel {
  /// How likely a character is after others, by the model of the greatest order.
  ///
  /// - Parameter context: The characters before it; those that are further back than the order reaches do not matter.
  public func probability(of character: Int32, after context: some BidirectionalCollection<Int32>) -> Double {
    var reader = WittenBellReader(self)
    for before in context.suffix(order - 1) { reader.read(before) }
    reader.read(character)
    return reader.probabilities[order - 1]
  }

  /// The mean cross-entropy of a part of a corpus in nats per character.
  ///
  /// It is that of the characters whose loss an ``Evaluation`` tells, and each is predicted from what stands before it in
  /// its range or line: the first one of a range is not counted, and of a line it is predicted from the end mark.
  ///
  /// - Parameters:
  ///   - corpus: Must be in the ids of the text that was counted.
  ///   - isCancelled: Asked now and then; measuring ends when it says so.
  /// - Returns: One for each order from 1 up; nil if there is nothing to predict, or if it was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func losses(
    on corpus: Corpus, in part: CorpusPart, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> [Double]? {
    var reader = WittenBellReader(self, endMark: part.areLines ? corpus.vocabulary.newlineID : nil)
    var sums = [Double](repeating: 0, count: order)
    var count = 0
    var wasCancelled = false
    try corpus.forEachPiece(of: part) { characters, isStart in
      var rest = characters
      if isStart, let first = rest.popFirst() {
        reader.begin()
        reader.read(first)
      }
      for character in rest {
        reader.read(character)
        for index in sums.indices { sums[index] -= Mathematics.logarithm(reader.probabilities[index]) }
      }
      count += rest.count
      wasCancelled = isCancelled()
      return !wasCancelled
    }
    return wasCancelled || count == 0 ? nil : sums.map { $0 / Double(count) }
  }
}
