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

  /// Every unit of the text.
  public let vocabulary: Vocabulary
  /// How often each entry of the vocabulary occurs; indexed by id.
  public let counts: [Int]
  /// What was replaced or skipped because it is not UTF-8; nil if nothing was.
  public let malformed: MalformedSequences?
  /// What tells this text from others.
  public let fingerprint: CorpusFingerprint

  let sources: [SourceBytes]
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
  /// - Throws: `CorpusError` of any case but `tooShort`.
  public convenience init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy = .error, maximumVocabulary: Int? = nil
  ) throws(CorpusError) {
    try self.init(
      sources: sources, unit: unit, malformedUTF8: malformedUTF8, maximumVocabulary: maximumVocabulary,
      bufferSizes: BufferSizes())
  }

  init(
    sources: [TextSource], unit: TextUnit, malformedUTF8: MalformedUTF8Policy = .error, maximumVocabulary: Int? = nil,
    bufferSizes: BufferSizes
  ) throws(CorpusError) {
    var opened: [SourceBytes] = []
    for source in sources {
      opened.append(try SourceBytes(source))
    }
    let scan = try CorpusScan(
      opened, unit: unit, malformedUTF8: malformedUTF8,
      maximumVocabulary: maximumVocabulary ?? unit.defaultMaximumVocabulary, bufferSize: bufferSizes.scan)
    guard scan.characterCount > 0 else {
      // Nothing but bytes that were skipped is no empty file.
      guard let malformed = scan.malformed else { throw .empty(paths: sources.map(\.path)) }
      throw .malformedUTF8(path: malformed.path, byteOffset: malformed.byteOffset)
    }

    vocabulary = Vocabulary(unit: unit, validEntries: scan.entries.map(\.bytes))
    counts = scan.entries.map(\.value)
    malformed = scan.malformed
    fingerprint = scan.fingerprint
    self.sources = opened
    idTable = vocabulary.makeIDTable()
    readerBufferSize = bufferSizes.reader
    replacement = scan.malformed == nil ? nil : malformedUTF8.replacement
    characterStarts = scan.characterStarts
    marks = scan.marks
  }

  /// The length of the text in units.
  public var characterCount: Int { fingerprint.characterCount }
  /// The length of the text in bytes, without byte-order marks.
  public var byteCount: Int { fingerprint.byteCount }

  /// The id of the unit that occurs most often; the smallest of several.
  public var commonestID: Int32 {
    let most = counts.max()
    return Int32(counts.firstIndex { $0 == most } ?? 0)
  }

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
