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

  /// The vocabulary: of the units of the text, or the given one.
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

  /// The length in bytes of all characters that readers return.
  public let readByteCount: Int

  let sources: [SourceBytes]
  /// Whether carriage returns at the ends of lines are removed.
  let dropsCarriageReturns: Bool
  private let idTable: UnitTable<Int32>
  /// The token ID of units that are not in the vocabulary.
  private let otherID: Int32
  let readerBufferSize: Int
  /// The bytes that readers substitute for a malformed sequence; nil if the text has none.
  let replacement: [UInt8]?
  /// The index of each source's first character.
  let characterStarts: [Int]
  /// About every 65,536th character.
  private let marks: [ScanFindings.Mark]

  /// Opens the sources and scans them once; the vocabulary consists of the units of the text.
  ///
  /// - Parameters:
  ///   - sources: The parts of the text, in order. No unit spans two sources.
  ///   - unit: The unit of text that counts as a character.
  ///   - malformedUTF8: The handling of malformed UTF-8.
  ///   - rule: The rule by which the vocabulary is built.
  ///   - records: The separator of records; nil if the text is one sequence. If it ends lines, carriage returns before
  ///     line feeds are removed, so that line endings are the same in all texts.
  /// - Throws: `CorpusError` of any case but `tooShort`.
  public convenience init(
    sources: [TextSource], unit: TextUnit = .character, malformedUTF8: MalformedUTF8Policy = .error,
    rule: VocabularyRule = VocabularyRule(), records: RecordSeparator? = nil
  ) throws(CorpusError) {
    try self.init(
      sources: sources, unit: unit, malformedUTF8: malformedUTF8, rule: rule, records: records,
      bufferSizes: BufferSizes())
  }

  /// Opens the sources and scans them once, encoding the text in a model's vocabulary.
  ///
  /// - Parameters:
  ///   - vocabulary: The vocabulary, with the separator of records if the model is of records.
  ///   - leavesOutUnknown: Whether units that are not in the vocabulary are left out. Otherwise such a unit is an
  ///     error.
  /// - Throws: `CorpusError` of any case but `tooShort` and `vocabularyTooLarge`. A text whose units are all left out
  ///   is no error; it has no characters.
  public convenience init(
    sources: [TextSource], vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy = .error,
    leavesOutUnknown: Bool = false
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .given(vocabulary, leavesOutUnknown: leavesOutUnknown),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: !vocabulary.hasCarriageReturn, bufferSizes: BufferSizes())
  }

  /// Opens the sources and scans them once, with several processes if each has a share; the vocabulary consists of the
  /// units of the text.
  package convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy, rule: VocabularyRule,
    records: RecordSeparator?, share: ScanShare?
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .own(unit, rule, separator: records), malformedUTF8: malformedUTF8,
      bufferSizes: BufferSizes(), share: share)
  }

  /// Opens the sources and scans them once, with several processes if each has a share, in a model's vocabulary.
  package convenience init(
    sources: [TextSource], vocabulary: Vocabulary, malformedUTF8: MalformedUTF8Policy, leavesOutUnknown: Bool,
    share: ScanShare?
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .given(vocabulary, leavesOutUnknown: leavesOutUnknown),
      malformedUTF8: malformedUTF8, dropsCarriageReturns: !vocabulary.hasCarriageReturn, bufferSizes: BufferSizes(),
      share: share)
  }

  convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy = .error,
    rule: VocabularyRule = VocabularyRule(), records: RecordSeparator? = nil, bufferSizes: BufferSizes
  ) throws(CorpusError) {
    try self.init(
      sources: sources, vocabulary: .own(unit, rule, separator: records), malformedUTF8: malformedUTF8,
      bufferSizes: bufferSizes)
  }

  /// - Parameter share: The share of this process in the scan; nil if it scans all of the text.
  init(
    sources: [TextSource], vocabulary origin: CorpusVocabulary, malformedUTF8: MalformedUTF8Policy,
    dropsCarriageReturns: Bool = false, bufferSizes: BufferSizes, share: ScanShare? = nil
  ) throws(CorpusError) {
    var opened: [SourceBytes] = []
    let dropsCarriageReturns = dropsCarriageReturns || origin.separator?.endsLines == true
    func scan() throws(CorpusError) -> ScanFindings {
      opened = try Self.open(
        sources, separator: origin.separator, isText: origin.unit != .byte && malformedUTF8 == .error)
      let part = if let share { try share.part(of: opened, separator: origin.separator) } else { ScanPart(opened) }
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

    (vocabulary, counts) = try Self.vocabularyAndCounts(of: findings.entries, origin)
    readByteCount = findings.entries.reduce(0) { $0 + $1.count * $1.bytes.count }
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
    otherID = vocabulary.unknownID ?? -1
    readerBufferSize = bufferSizes.reader
    replacement = findings.malformed == nil ? nil : malformedUTF8.replacement
    marks = findings.marks
  }

  /// - Parameter isText: Whether the sources must be text in UTF-8.
  private static func open(
    _ sources: [TextSource], separator: RecordSeparator?, isText: Bool
  ) throws(CorpusError) -> [SourceBytes] {
    var opened: [SourceBytes] = []
    for source in sources {
      opened.append(try SourceBytes(source, separator: separator))
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
  ) throws(CorpusError) -> (Vocabulary, [Int]) {
    switch origin {
    case .own(let unit, let rule, let separator):
      return try rule.vocabulary(of: entries, unit: unit, separator: separator)
    case .given(let given, _):
      var counts = [Int](repeating: 0, count: given.count)
      for entry in entries {
        if let id = given.id(of: entry.bytes) ?? given.unknownID { counts[Int(id)] += entry.count }
      }
      return (given, counts)
    }
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

  /// The mean length in bytes of each vocabulary entry in the text, indexed by token ID.
  package var byteCounts: [Double] {
    var lengths = vocabulary.entries.map { Double($0.count) }
    if let unknown = vocabulary.unknownID.map(Int.init), counts[unknown] > 0 {
      let known = zip(lengths, counts).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      lengths[unknown] = (Double(readByteCount) - known) / Double(counts[unknown])
    }
    return lengths
  }

  /// The token ID of the most frequent unit but the unknown symbol; the smallest in a tie.
  public var commonestID: Int32 {
    let ids = counts.indices.filter { $0 != vocabulary.unknownID.map(Int.init) }
    return Int32(ids.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0)
  }

  /// The number of characters that are read as the unknown symbol.
  public var unknownSymbolCount: Int { vocabulary.unknownID.map { counts[Int($0)] } ?? 0 }

  /// Returns the token ID of a unit; -1 if it is not in the vocabulary and that has no unknown symbol.
  @inline(__always)
  func id(of key: UnitKey) -> Int32 {
    let id = idTable[key] - 1
    return id >= 0 ? id : otherID
  }

  /// The start character of generation without a prompt: the separator of records, a line feed, or the most frequent
  /// character if the vocabulary has no line feed.
  public var startCharacter: Int32 { vocabulary.endMark ?? vocabulary.newlineID ?? commonestID }

  /// The number of separators in the text of records, including those of empty records.
  public var separatorCount: Int { vocabulary.endMark.map { counts[Int($0)] } ?? 0 }

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
