extension WittenBellModel {
  /// Returns the probability of a character after a context, by the model of the highest order.
  ///
  /// - Parameters:
  ///   - character: The token ID of a character.
  ///   - context: The preceding characters; those beyond the order are ignored.
  public func probability(of character: Int32, after context: some BidirectionalCollection<Int32>) -> Double {
    var reader = WittenBellReader(self)
    for before in context.suffix(order - 1) { reader.read(before) }
    reader.read(character)
    return reader.probabilities[order - 1]
  }

  /// Computes the mean cross-entropy of a part of a corpus in nats per character.
  ///
  /// The same characters count as in an ``Evaluation``. Each is predicted from the preceding characters in its range or
  /// record: the first character of a range is not counted, and the first of a record is predicted from the end mark.
  ///
  /// - Parameters:
  ///   - corpus: The corpus, with the vocabulary of the counted text.
  ///   - part: The part of the corpus.
  ///   - isCancelled: Called periodically; evaluation stops if it returns true.
  /// - Returns: The loss of each order from 1 up; nil if there is nothing to predict or the evaluation was cancelled.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func losses(
    on corpus: Corpus, in part: CorpusPart, isCancelled: () -> Bool = { false }
  ) throws(CorpusError) -> [Double]? {
    var reader = WittenBellReader(self, endMark: part.areRecords ? corpus.vocabulary.endMark : nil)
    var sums = [Double](repeating: 0, count: order)
    var count = 0
    var wasCancelled = false
    let unknown = corpus.vocabulary.unknownID
    let natsOfFolding = corpus.vocabulary.natsOfFolding
    try corpus.forEachPiece(of: part) { characters, isStart in
      var rest = characters
      if isStart, let first = rest.popFirst() {
        reader.begin()
        reader.read(first)
      }
      for character in rest {
        reader.read(character)
        for index in sums.indices { sums[index] -= Mathematics.logarithm(reader.probabilities[index]) }
        if character == unknown { for index in sums.indices { sums[index] += natsOfFolding } }
      }
      count += rest.count
      wasCancelled = isCancelled()
      return !wasCancelled
    }
    return wasCancelled || count == 0 ? nil : sums.map { $0 / Double(count) }
  }
}
