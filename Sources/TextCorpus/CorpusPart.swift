/// What is read of a corpus.
public enum CorpusPart: Equatable, Sendable {
  /// Characters by their indices; each range is a text of its own.
  case characters([Range<Int>])
  /// Lines, each a sequence of its own, by the bytes of the text at which they start, in ascending order. A line has at
  /// least one character.
  case lines([Int])

  /// All characters, or all lines that have any character.
  ///
  /// - Throws: Of lines, `CorpusError.readFailed` or `.changed`.
  public static func all(of corpus: Corpus, asLines: Bool) throws(CorpusError) -> CorpusPart {
    asLines
      ? .lines(try corpus.lineStarts(inSources: corpus.sources.indices)) : .characters([0..<corpus.characterCount])
  }

  /// Whether nothing is predicted: the first character of a range has nothing before it.
  public var isEmpty: Bool {
    switch self {
    case .characters(let ranges): ranges.allSatisfy { $0.count < 2 }
    case .lines(let starts): starts.isEmpty
    }
  }

  /// The characters of all ranges; of lines, whose characters are not counted here, their number.
  public var count: Int {
    switch self {
    case .characters(let ranges): ranges.reduce(0) { $0 + $1.count }
    case .lines(let starts): starts.count
    }
  }
}

extension Corpus {
  /// Whether all characters of a range are there.
  func has(_ range: Range<Int>) -> Bool { range.lowerBound >= 0 && range.upperBound <= characterCount }
}
