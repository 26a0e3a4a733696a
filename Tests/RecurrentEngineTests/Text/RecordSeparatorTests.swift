import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import TextCorpus

/// Tests of records of several lines: where they end, whatever the buffers are, and what separates them.
@Suite struct RecordSeparatorTests {
  private static let rule = RecordSeparator(text: "---")
  private static let separators = [RecordSeparator.newline, .nul, .blankLine, rule, RecordSeparator(text: "a")]
    .compactMap(\.self)

  // MARK: The option's text

  @Test func textsOfSeparators() throws {
    func entry(_ text: String) -> String? { RecordSeparator(text: text)?.text }
    #expect(entry("\n") == "\n" && entry("\0") == "\0" && entry("\u{1E}") == "\u{1E}" && entry("\u{7F}") == "\u{7F}")
    #expect(entry("---") == "\n---\n" && entry("\n---\n") == "\n---\n" && entry("---\n") == "\n---\n")
    #expect(entry("\n\n") == "\n\n" && entry("%") == "\n%\n" && entry("가") == "\n가\n" && entry("a\nb") == "\na\nb\n")
    #expect(entry("") == nil && entry("a\r\n") == nil)
    #expect(entry(String(repeating: "x", count: 254)) != nil && entry(String(repeating: "x", count: 255)) == nil)
    for separator in Self.separators { #expect(RecordSeparator(text: separator.text) == separator) }
  }

  // MARK: Reading

  /// The records of a source by their definition: the lines between two separating lines, or the text between two
  /// separating characters.
  private static func records(of text: String, _ separator: RecordSeparator) -> [String] {
    let bytes = Array(text.utf8)
    func split(_ bytes: [UInt8], at byte: UInt8) -> [[UInt8]] {
      bytes.split(separator: byte, omittingEmptySubsequences: false).map { Array($0) }
    }
    var records: [[UInt8]] = []
    if separator.entry.count == 1, separator != .newline {
      records = split(bytes, at: separator.entry[0])
    } else {
      var lines = split(bytes, at: 0x0A).map { $0.last == 0x0D ? Array($0.dropLast()) : $0 }
      if lines.last == [] { lines.removeLast() }
      if separator == .newline {
        records = lines
      } else {
        let separating = Array(separator.entry.dropFirst().dropLast())
        records = lines.split(separator: separating).map { Array($0.joined(separator: [0x0A])) }
      }
    }
    return records.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Texts of parts that make up separators, nearly separators, and line endings of both kinds.
  private static func texts(_ separator: RecordSeparator, seed: UInt64) -> [String] {
    var random = RandomGenerator(seed: seed)
    let parts = ["a", "-", "---", "\n", "\n", "\r\n", "\n---\n", "가", "e\u{301}", "\n---", "---\n", separator.text]
    return (0..<60).map { _ in
      (0..<random.next(below: 14)).map { _ in parts[random.next(below: parts.count)] }.joined()
    }
  }

  private static func corpus(
    _ sources: [String], _ separator: RecordSeparator, unit: TextUnit, bufferSize: Int
  ) throws -> Corpus {
    var sizes = Corpus.BufferSizes()
    (sizes.scan, sizes.reader) = (bufferSize, bufferSize)
    return try Corpus(sources: sources.map(TextSource.text), unit: unit, records: separator, bufferSizes: sizes)
  }

  /// No record extends over the end of a source; the separators that straddle the ends of buffers are found.
  @Test(arguments: separators, TextUnit.allCases)
  func recordsEndAtTheirSeparators(separator: RecordSeparator, unit: TextUnit) throws {
    let texts = Self.texts(separator, seed: 7)
    for (index, text) in texts.enumerated() {
      let sources = [text, texts[(index + 1) % texts.count], "b"]
      let expected = sources.flatMap { Self.records(of: $0, separator) }
      for bufferSize in [1, 7, 1000] {
        let corpus = try Self.corpus(sources, separator, unit: unit, bufferSize: bufferSize)
        let endMark = try #require(corpus.vocabulary.endMark)
        #expect(corpus.vocabulary.bytes(of: endMark) == separator.entry)

        guard case .records(let starts) = try CorpusPart.all(of: corpus) else { return }
        var read: [String] = []
        let reader = RecordReader(corpus, bufferSize: bufferSize)
        for start in starts {
          reader.seek(to: start)
          var ids: [Int32] = []
          while try !reader.read(atMost: 3, into: &ids) {}
          #expect(!ids.contains(endMark))
          read.append(corpus.vocabulary.text(of: ids))
        }
        #expect(read == expected, "\(sources) at \(bufferSize)")

        // As units of a text, separators are single units wherever reading starts.
        var ids: [Int32] = []
        let characters = try corpus.makeReader(at: 0)
        for _ in 0..<corpus.characterCount {
          var id: Int32 = 0
          try withUnsafeMutablePointer(to: &id) {
            try characters.read(into: UnsafeMutableBufferPointer(start: $0, count: 1))
          }
          ids.append(id)
        }
        #expect(ids.count { $0 == endMark } == corpus.separatorCount)
        for start in stride(from: 0, to: corpus.characterCount, by: 3) {
          var rest = [Int32](repeating: 0, count: corpus.characterCount - start)
          let reader = try corpus.makeReader(at: start)
          try rest.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
          #expect(rest[...] == ids[start...])
        }
        var cursor = UnitCursor(corpus)
        var units: [UnitCursor.Unit] = []
        while let unit = try cursor.next() { units.append(unit) }
        #expect(units.map(\.isSeparator) == ids.map { $0 == endMark } && units.allSatisfy(\.isKnown))
        #expect(units.filter { !$0.isSeparator }.flatMap(\.bytes) == expected.flatMap(\.utf8))
      }
    }
  }

  /// A part of a separator in a record is no separator, and the vocabulary has only the characters of records.
  @Test func vocabularyOfRecords() throws {
    let text = "---\none\n--- \n----\ntwo\n---\n---\nthree\n\n---\n"
    let corpus = try Corpus(sources: [.text(text)], records: Self.rule)
    #expect(corpus.vocabulary.entries.map { String(decoding: $0, as: UTF8.self) }.contains("\n---\n"))
    #expect(Self.records(of: text, try #require(Self.rule)) == ["one\n--- \n----\ntwo", "three\n"])
    let tunes = try Corpus(sources: [.text("AB\nBA\n\nAA\n\n\n\nB\n")], records: .blankLine)
    #expect(tunes.vocabulary.entries == ["\n", "\n\n", "A", "B"].map { Array($0.utf8) })
    let lines = try Corpus(sources: [.text("AB\n\nBA")], records: .blankLine)
    #expect(lines.vocabulary.entries == ["\n\n", "A", "B"].map { Array($0.utf8) })
    #expect(lines.byteCount == 6 && lines.characterCount == 5)
  }

  /// Training on records predicts each of their characters and each end once, from the separator on.
  @Test(arguments: separators)
  func trainingOnRecords(separator: RecordSeparator) throws {
    let text = "ab\nb" + separator.text + "bb\nab\na" + separator.text + "b"
    let corpus = try Self.corpus([text], separator, unit: .character, bufferSize: 5)
    let endMark = try #require(corpus.vocabulary.endMark)
    let streams = try ValidationStreams(corpus: corpus, part: .all(of: corpus), chunkLength: 4, streamCount: 1)
    var (chunk, targets, starts): (Chunk, [Int32], [Int32]) = (Chunk(), [], [])
    while try streams.next(into: &chunk) {
      targets += chunk.targets
      starts += zip(chunk.inputs, chunk.sequenceStarts).filter(\.1).map(\.0)
    }
    let records = Self.records(of: text, separator)
    #expect(starts == records.map { _ in endMark })
    #expect(corpus.vocabulary.text(of: targets) == records.map { $0 + separator.text }.joined())

    var sums: [String: Int] = [:]
    try corpus.forEachPiece(of: .all(of: corpus)) { ids, _ in
      sums[corpus.vocabulary.text(of: ids), default: 0] += 1
      return true
    }
    #expect(sums == [([""] + records).map { $0 + separator.text }.joined(): 1])
  }

  /// A text of a given vocabulary has the separator of the vocabulary.
  @Test func separatorsOfVocabularies() throws {
    let entries = ["\n", "\n\n", "a"].map { Array($0.utf8) }
    #expect(throws: VocabularyError.invalidEntry(index: 1, unit: .character)) {
      try Vocabulary(unit: .character, entries: entries)
    }
    let vocabulary = try Vocabulary(unit: .character, entries: entries, separator: .blankLine)
    #expect(vocabulary.endMark == 1 && vocabulary.newlineID == 0)
    #expect(try vocabulary.encode("a\n\na") == [2, 0, 0, 2])
    let corpus = try Corpus(sources: [.text("\n\r\na\r\na\n\r\n\na\n")], vocabulary: vocabulary)
    #expect(corpus.counts == [1, 3, 3])
  }
}
