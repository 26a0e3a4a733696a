/// A text to train or evaluate on: one or more sources, concatenated in order.
///
/// Files are not kept in memory. Creating a corpus scans them once, and readers read them again piece by piece. The
/// memory in use grows by 8 bytes for every 65,536 characters. A UTF-8 byte-order mark at the start of a source is not
/// part of the text.
public final class Corpus: Sendable {
  /// The sizes of the read buffers in bytes, which affect only speed.
  struct BufferSizes {
    var scan = 262_144
    var reader = 8_192
  }

  /// The vocabulary: all units of the text, or the given one.
  public let vocabulary: Vocabulary
  /// The number of occurrences of each vocabulary entry, indexed by token ID.
  public let counts: [Int]
  /// The malformed UTF-8 sequences that were replaced or skipped; nil if there were none.
  public let malformed: MalformedSequences?
  /// The units that were left out because they are not in the vocabulary; nil if there were none.
  public let unknown: UnknownUnits?
  /// The line endings of the text.
  public let lineEndings: LineEndings
  /// The fingerprint that identifies the text.
  public let fingerprint: CorpusFingerprint

  let sources: [SourceBytes]
  /// Whether carriage returns at the ends of lines are removed.
  let dropsCarriageReturns: Bool
  let idTable: UnitTable<Int32>
  let readerBufferSize: Int
  /// The bytes that readers substitute for a malformed sequence; nil if the text has none.
  let replacement: [UInt8]?
  /// The index of each source's first character.
  let characterStarts: [Int]
  /// About every 65,536th character.
  private let marks: [ScanFindings.Mark]

  /// Opens the sources and scans them once; the vocabulary consists of all units of the text.
  ///
  /// - Parameters:
  ///   - sources: The parts of the text, in order. No unit spans two sources.
  ///   - unit: The unit of text that counts as a character.
  ///   - malformedUTF8: The handling of malformed UTF-8.
  ///   - maximumVocabulary: The maximum vocabulary size, above which the text is rejected; by default 65,536 for
  ///     graphemes, and no limit for other units.
  ///   - dropsCarriageReturns: Whether carriage returns at the ends of lines are removed, so that line endings are the
  ///     same in all texts.
  /// - Throws: `CorpusError` of any case but `tooShort`.
  public convenience init(
    sources: [TextSource], unit: TextUnit = .character, malformedUTF8: MalformedUTF8Policy = .error,
    maximumVocabulary: Int? = nil, dropsCarriageReturns: Bool = false
  ) throws(CorpusError) {
    try self.init(
      sources: sources, unit: unit, malformedUTF8: malformedUTF8, maximumVocabulary: maximumVocabulary,
      dropsCarriageReturns: dropsCarriageReturns, bufferSizes: BufferSizes())
  }

  /// Opens the sources and scans them once, encoding the text in a model's vocabulary.
  ///
  /// - Parameters:
  ///   - leavesOutUnknown: Whether units that are not in the vocabulary are left out. Otherwise such a unit is an
  ///     error.
  ///   - dropsCarriageReturns: Whether carriage returns at the ends of lines are removed, even if the vocabulary has
  ///     one.
  /// - Throws: `CorpusError` of any case but `tooShort` and `vocabularyTooLarge`. A text whose units are all left out
  ///   is no error; it has no characters.
  public convenience init(
    sources: [TextSource], vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy = .error,
    leavesOutUnknown: Bool = false, dropsCarriageReturns: Bool = false
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .given(vocabulary, leavesOutUnknown: leavesOutUnknown),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns || !vocabulary.hasCarriageReturn,
      bufferSizes: BufferSizes())
  }

  /// Opens the sources and scans them once, with several processes if each has a share; the vocabulary consists of all
  /// units of the text.
  package convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy, maximumVocabulary: Int?,
    dropsCarriageReturns: Bool, share: ScanShare?
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .own(unit, maximumCount: maximumVocabulary ?? unit.defaultMaximumVocabulary),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns, bufferSizes: BufferSizes(), share: share
    )
  }

  /// Opens the sources and scans them once, with several processes if each has a share, in a model's vocabulary.
  package convenience init(
    sources: [TextSource], vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy, leavesOutUnknown: Bool,
    dropsCarriageReturns: Bool, share: ScanShare?
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .given(vocabulary, leavesOutUnknown: leavesOutUnknown),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns || !vocabulary.hasCarriageReturn,
      bufferSizes: BufferSizes(), share: share)
  }

  convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy = .error, maximumVocabulary: Int? = nil,
    dropsCarriageReturns: Bool = false, bufferSizes: BufferSizes
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .own(unit, maximumCount: maximumVocabulary ?? unit.defaultMaximumVocabulary),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns, bufferSizes: bufferSizes)
  }

  /// - Parameter share: The share of this process in the scan; nil if it scans all of the text.
  init(
    sources: [TextSource], vocabulary origin: CorpusVocabulary, malformedUTF8: MalformedUTF8Policy,
    dropsCarriageReturns: Bool = false, bufferSizes: BufferSizes, share: ScanShare? = nil
  ) throws(CorpusError) {
    var opened: [SourceBytes] = []
    func scan() throws(CorpusError) -> ScanFindings {
      opened = try Self.open(sources, isText: origin.unit != .byte && malformedUTF8 == .error)
      let part = if let share { try share.part(of: opened) } else { ScanPart(opened) }
      return try CorpusScan(
        part, of: opened, vocabulary: origin, malformedUTF8: malformedUTF8, dropsCarriageReturns: dropsCarriageReturns,
        bufferSize: bufferSizes.scan
      ).findings
    }
    var findings = if let share { try share.findings(scan) } else { try scan() }
    findings.countLineFeeds(unit: origin.unit)
    try origin.check(count: findings.entries.count)
    guard findings.characterCount > 0 || findings.unknown != nil else {
      guard let malformed = findings.malformed else { throw .empty(paths: sources.map(\.path)) }
      throw .malformedUTF8(path: malformed.path, byteOffset: malformed.byteOffset)
    }

    (vocabulary, counts) = Self.vocabularyAndCounts(of: findings.entries, origin)
    malformed = findings.malformed
    unknown = findings.unknown
    lineEndings = findings.lineEndings
    let (checksum, characterStarts) = findings.settle(opened, dropsCarriageReturns: dropsCarriageReturns)
    self.characterStarts = characterStarts
    fingerprint = CorpusFingerprint(
      byteCount: opened.reduce(0) { $0 + $1.byteCount }, characterCount: findings.characterCount, checksum: checksum)
    self.sources = opened
    self.dropsCarriageReturns = dropsCarriageReturns
    idTable = vocabulary.makeIDTable()
    readerBufferSize = bufferSizes.reader
    replacement = findings.malformed == nil ? nil : malformedUTF8.replacement
    marks = findings.marks
  }

  /// - Parameter isText: Whether the sources must be text in UTF-8.
  private static func open(_ sources: [TextSource], isText: Bool) throws(CorpusError) -> [SourceBytes] {
    var opened: [SourceBytes] = []
    for source in sources {
      opened.append(try SourceBytes(source))
    }
    if isText {
      for case (let path, let format?) in opened.map({ ($0.path, $0.foreignFormat) }) {
        throw .foreignFormat(path: path, format)
      }
    }
    return opened
  }

  private static func vocabularyAndCounts(
    of entries: [ScanFindings.Entry], _ origin: CorpusVocabulary
  ) -> (Vocabulary, [Int]) {
    guard let given = origin.given else {
      return (Vocabulary(unit: origin.unit, validEntries: entries.map(\.bytes)), entries.map(\.count))
    }
    var counts = [Int](repeating: 0, count: given.count)
    for entry in entries {
      if let id = given.id(of: entry.bytes) { counts[Int(id)] = entry.count }
    }
    return (given, counts)
  }

  /// The path and the format of the first source that is not text in UTF-8; nil if there is none.
  ///
  /// Such a source is an error unless the unit is the byte, or malformed UTF-8 is replaced or skipped.
  public var foreignSource: (path: String, format: ForeignFormat)? {
    sources.lazy.compactMap { source in source.foreignFormat.map { (source.path, $0) } }.first
  }

  /// The number of sources.
  public var sourceCount: Int { sources.count }
  /// The length of the text in units, without those that are left out.
  public var characterCount: Int { fingerprint.characterCount }
  /// The length of the sources in bytes, without byte-order marks.
  public var byteCount: Int { fingerprint.byteCount }

  /// The length in bytes of all characters that readers return.
  public var readByteCount: Int { zip(counts, vocabulary.entries).reduce(0) { $0 + $1.0 * $1.1.count } }

  /// The token ID of the most frequent unit; the smallest in a tie.
  public var commonestID: Int32 {
    let most = counts.max()
    return Int32(counts.firstIndex { $0 == most } ?? 0)
  }

  /// The start character of generation without a prompt: a line feed, or the most frequent character if the vocabulary
  /// has no line feed.
  public var startCharacter: Int32 { vocabulary.newlineID ?? commonestID }

  /// Creates a reader whose first character is the one at `characterIndex`, which must be in `0...characterCount`.
  ///
  /// The reader skips at most 65,535 characters to get there.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func makeReader(at characterIndex: Int) throws(CorpusError) -> CharacterReader {
    precondition((0...characterCount).contains(characterIndex), "no such character")
    let mark = marks[marks.lastIndex(ofPrefix: { $0.characterIndex <= characterIndex })]
    let reader = CharacterReader(corpus: self, at: mark.characterIndex, byte: mark.byteOffset)
    try reader.skip(characterIndex - reader.characterIndex)
    return reader
  }
}
