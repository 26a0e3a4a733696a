internal import Checksums

/// The result of a scan: the units of a text and their counts, its length, and the positions at which readers can start.
struct ScanFindings: Codable {
  /// A position at which a reader can start.
  struct Mark: Codable {
    var characterIndex: Int
    var byteOffset: Int
  }

  /// The text of one source, or the part of it that was scanned.
  struct Piece: Codable {
    var sourceIndex: Int
    /// The index of the first character.
    var characterStart: Int
    /// The number of bytes that the checksum covers.
    var byteCount = 0
    /// The CRC-32C of these bytes.
    var checksum: UInt32 = 0
  }

  /// A unit of text and its number of occurrences.
  struct Entry: Codable {
    var bytes: [UInt8]
    var count: Int
  }

  /// Every unit in the text, in ascending order of the bytes.
  var entries: [Entry] = []
  var characterCount = 0
  var pieces: [Piece] = []
  /// About every 65,536th character, in ascending order.
  var marks: [Mark] = []
  /// The malformed sequences that were replaced or skipped; nil if there were none.
  var malformed: MalformedSequences?
  /// The units that are left out because they are not in the vocabulary; nil if there are none.
  var unknown: UnknownUnits?
  var lineEndings = LineEndings()

  /// Adds the findings of the text after this.
  mutating func append(_ next: ScanFindings) {
    pieces += next.pieces.map { piece in
      var piece = piece
      piece.characterStart += characterCount
      return piece
    }
    marks += next.marks.map { Mark(characterIndex: $0.characterIndex + characterCount, byteOffset: $0.byteOffset) }
    characterCount += next.characterCount
    entries = Self.merged(entries, next.entries)
    if let other = next.malformed {
      malformed = .init(
        count: (malformed?.count ?? 0) + other.count, path: malformed?.path ?? other.path,
        byteOffset: malformed?.byteOffset ?? other.byteOffset)
    }
    if let other = next.unknown {
      if unknown == nil {
        unknown = other
      } else {
        unknown?.count += other.count
        unknown?.byteCount += other.byteCount
      }
    }
    lineEndings.add(next.lineEndings)
  }

  private static func merged(_ first: [Entry], _ second: [Entry]) -> [Entry] {
    var counts: [[UInt8]: Int] = [:]
    for entry in first + second { counts[entry.bytes, default: 0] += entry.count }
    return counts.map { Entry(bytes: $0.key, count: $0.value) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Counts the line feeds that end a line alone.
  mutating func countLineFeeds(unit: TextUnit) {
    // As a grapheme, a carriage return with its line feed is another unit.
    let pairCount = unit == .grapheme ? 0 : lineEndings.pairCount
    let lineFeed = entries.first { $0.bytes == [UInt8(ascii: "\n")] }
    lineEndings.lineFeedCount = max(0, (lineFeed?.count ?? 0) - pairCount)
  }

  /// Lets the sources remember their checksums, and returns that of the whole text and the index of each source's first
  /// character.
  func settle(
    _ sources: [SourceBytes], dropsCarriageReturns: Bool
  ) -> (checksum: UInt32, characterStarts: [Int]) {
    var checksum = CRC32C()
    var characterStarts: [Int] = []
    var rest = pieces[...]
    for (index, source) in sources.enumerated() {
      characterStarts.append(rest.first?.characterStart ?? characterCount)
      let before = checksum
      while let piece = rest.first, piece.sourceIndex == index {
        checksum.append(checksum: piece.checksum, byteCount: piece.byteCount)
        rest.removeFirst()
      }
      source.remember(.init(before: before, value: checksum.value, dropsCarriageReturns: dropsCarriageReturns))
    }
    return (checksum.value, characterStarts)
  }
}
