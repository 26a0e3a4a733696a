/// A text to learn from or to measure: several sources read as one, in order.
///
/// Files are not held in memory. Making a corpus reads them once, and readers read them again piece by piece. Memory
/// grows by the 8 bytes that are noted for every 65,536 characters. A UTF-8 byte-order mark at the start of a source is
/// no part of the text.
public final class Corpus: Sendable {
  /// The sizes of the buffers for reading, in bytes. They change nothing but speed.
  struct BufferSizes {
    var scan = 262_144
    var reader = 8_192
  }

  /// Every unit of the text, or what was given.
  public let vocabulary: Vocabulary
  /// How often each entry of the vocabulary occurs; indexed by id.
  public let counts: [Int]
  /// What was replaced or skipped because it is not UTF-8; nil if nothing was.
  public let malformed: MalformedSequences?
  /// What was left out because it is not in the vocabulary; nil if nothing was.
  public let unknown: UnknownUnits?
  /// What tells this text from others.
  public let fingerprint: CorpusFingerprint

  let sources: [SourceBytes]
  /// Whether a carriage return at the end of a line is no part of the text.
  let dropsCarriageReturns: Bool
  let idTable: UnitTable<Int32>
  let readerBufferSize: Int
  /// What readers put in the place of a malformed sequence; nil if there is none.
  let replacement: [UInt8]?
  /// The index of each source's first character.
  let characterStarts: [Int]
  /// The byte of the text at which every 65,536th character starts.
  private let marks: [Int]

  /// Opens the sources and scans them once.
  ///
  /// - Parameters:
  ///   - sources: the parts of the text, in order. No unit goes on from one to the next.
  ///   - unit: what counts as a character.
  ///   - malformedUTF8: what becomes of bytes that are not UTF-8.
  ///   - maximumVocabulary: the number of different units above which the text is refused; by default 65,536 for
  ///     graphemes, and no limit for other units.
  ///   - dropsCarriageReturns: whether a carriage return at the end of a line is no part of the text, so that lines end
  ///     in the same way in all texts.
  /// - Throws: `CorpusError` of any case but `tooShort`.
  public convenience init(
    sources: [TextSource], unit: TextUnit = .character, malformedUTF8: MalformedUTF8Policy = .error,
    maximumVocabulary: Int? = nil, dropsCarriageReturns: Bool = false
  ) throws(CorpusError) {
    try self.init(
      sources: sources, unit: unit, malformedUTF8: malformedUTF8, maximumVocabulary: maximumVocabulary,
      dropsCarriageReturns: dropsCarriageReturns, bufferSizes: BufferSizes())
  }

  /// Opens the sources and scans them once, as a text in the ids of a vocabulary that a model has.
  ///
  /// - Parameters:
  ///   - leavesOutUnknown: Whether the text is read as if units that are not in the vocabulary were not there. Otherwise
  ///     such a unit is an error.
  ///   - dropsCarriageReturns: Whether a carriage return at the end of a line is no part of the text.
  /// - Throws: `CorpusError` of any case but `tooShort` and `vocabularyTooLarge`. A text in which nothing is known is
  ///   an error in any case.
  public convenience init(
    sources: [TextSource], vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy = .error,
    leavesOutUnknown: Bool = false, dropsCarriageReturns: Bool = false
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .given(vocabulary, leavesOutUnknown: leavesOutUnknown),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns, bufferSizes: BufferSizes())
  }

  convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy = .error, maximumVocabulary: Int? = nil,
    dropsCarriageReturns: Bool = false, bufferSizes: BufferSizes
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .own(unit, maximumCount: maximumVocabulary ?? unit.defaultMaximumVocabulary),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns, bufferSizes: bufferSizes)
  }

  init(
    sources: [TextSource], vocabulary origin: CorpusVocabulary, malformedUTF8: MalformedUTF8Policy,
    dropsCarriageReturns: Bool = false, bufferSizes: BufferSizes
  ) throws(CorpusError) {
    var opened: [SourceBytes] = []
    for source in sources {
      opened.append(try SourceBytes(source))
    }
    let scan = try CorpusScan(
      opened, vocabulary: origin, malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns,
      bufferSize: bufferSizes.scan)
    guard scan.characterCount > 0 else {
      // Nothing but what was left out is no empty file.
      if let unknown = scan.unknown {
        throw .unknownSymbol(
          path: unknown.path, byteOffset: unknown.byteOffset, symbol: unknown.symbol, unit: origin.unit)
      }
      guard let malformed = scan.malformed else { throw .empty(paths: sources.map(\.path)) }
      throw .malformedUTF8(path: malformed.path, byteOffset: malformed.byteOffset)
    }

    (vocabulary, counts) = Self.vocabularyAndCounts(of: scan.entries, origin)
    malformed = scan.malformed
    unknown = scan.unknown
    fingerprint = scan.fingerprint
    self.sources = opened
    self.dropsCarriageReturns = dropsCarriageReturns
    idTable = vocabulary.makeIDTable()
    readerBufferSize = bufferSizes.reader
    replacement = scan.malformed == nil ? nil : malformedUTF8.replacement
    characterStarts = scan.characterStarts
    marks = scan.marks
  }

  private static func vocabularyAndCounts(
    of entries: [(bytes: [UInt8], value: Int)], _ origin: CorpusVocabulary
  ) -> (Vocabulary, [Int]) {
    guard let given = origin.given else {
      return (Vocabulary(unit: origin.unit, validEntries: entries.map(\.bytes)), entries.map(\.value))
    }
    var counts = [Int](repeating: 0, count: given.count)
    for entry in entries {
      if let id = given.id(of: entry.bytes) { counts[Int(id)] = entry.value }
    }
    return (given, counts)
  }

  /// How many sources the text has.
  public var sourceCount: Int { sources.count }
  /// The length of the text in units, without those that are left out.
  public var characterCount: Int { fingerprint.characterCount }
  /// The length of the sources in bytes, without byte-order marks.
  public var byteCount: Int { fingerprint.byteCount }

  /// The bytes of all characters that a reader reads.
  public var readByteCount: Int { zip(counts, vocabulary.entries).reduce(0) { $0 + $1.0 * $1.1.count } }

  /// The id of the unit that occurs most often; the smallest of several.
  public var commonestID: Int32 {
    let most = counts.max()
    return Int32(counts.firstIndex { $0 == most } ?? 0)
  }

  /// The character after which generation starts without a prompt: a line feed, or the commonest character where there
  /// is none.
  public var startCharacter: Int32 { vocabulary.newlineID ?? commonestID }

  /// Makes a reader whose first character is the one at `characterIndex`, which must be in `0...characterCount`.
  ///
  /// It reads over at most 65,535 characters to get there.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func makeReader(at characterIndex: Int) throws(CorpusError) -> CharacterReader {
    precondition((0...characterCount).contains(characterIndex), "no such character")
    let mark = characterIndex / CorpusScan.charactersPerMark
    let reader = CharacterReader(corpus: self, at: mark * CorpusScan.charactersPerMark, byte: marks[mark])
    try reader.skip(characterIndex - reader.characterIndex)
    return reader
  }
}
