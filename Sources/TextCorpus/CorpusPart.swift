/// A part of a corpus, such as the training set.
public enum CorpusPart: Equatable, Sendable {
  /// Ranges of character indices; each range is a separate text.
  case characters([Range<Int>])
  /// Records as separate sequences, given by their byte offsets in the text, in ascending order. Each record has at least
  /// one character.
  case records([Int])

  /// Returns a part with all characters, or with all non-empty records of a corpus of records.
  ///
  /// - Throws: For records, `CorpusError.readFailed` or `.changed`.
  public static func all(of corpus: Corpus) throws(CorpusError) -> CorpusPart {
    corpus.vocabulary.separator == nil
      ? .characters([0..<corpus.characterCount]) : .records(try corpus.recordStarts(inSources: corpus.sources.indices))
  }

  /// Whether the part has nothing to predict: the first character of a range has no predecessor.
  public var isEmpty: Bool {
    switch self {
    case .characters(let ranges): ranges.allSatisfy { $0.count < 2 }
    case .records(let starts): starts.isEmpty
    }
  }

  /// The number of characters in all ranges, or the number of records, whose characters are not counted here.
  public var count: Int {
    switch self {
    case .characters(let ranges): ranges.reduce(0) { $0 + $1.count }
    case .records(let starts): starts.count
    }
  }
}

extension CorpusPart {
  /// Returns evenly spaced places of the part with about a number of characters or of records, and their share of it.
  package func sample(upTo count: Int) -> (CorpusPart, share: Double) {
    guard self.count > count else { return (self, 1) }
    let sample: CorpusPart
    switch self {
    case .characters(let ranges):
      let pieceCount = max(1, 256 / ranges.count)
      let pieceLength = max(1, count / (pieceCount * ranges.count))
      sample = .characters(
        ranges.flatMap { range in range.divided(into: pieceCount).map { $0.prefix(pieceLength) } }.map { $0 })
    case .records(let starts):
      sample = .records((0..<count).map { starts[$0 * (starts.count / count)] })
    }
    return (sample, Double(sample.count) / Double(self.count))
  }
}

extension Corpus {
  /// Whether a range of characters lies inside the corpus.
  func has(_ range: Range<Int>) -> Bool { range.lowerBound >= 0 && range.upperBound <= characterCount }
}
