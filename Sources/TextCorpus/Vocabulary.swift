internal import SystemCalls

/// The vocabulary of a model: units of text in the order of their token IDs, and the separator of records.
///
/// An entry is the UTF-8 encoding of its unit. Entries are compared as bytes: as `String` or `Character`, canonically
/// equivalent texts are equal, so that composed and decomposed Korean would share an ID.
public struct Vocabulary: Sendable, Equatable {
  /// The unit of each entry.
  public let unit: TextUnit
  /// The bytes of each unit, strictly ascending; an entry's index is its token ID.
  public let entries: [[UInt8]]
  /// The separator of records, which is an entry even if it has several units; nil for a model of texts that are one
  /// sequence.
  public let separator: RecordSeparator?
  /// The number of kinds of characters that are read as one unknown symbol, because they are rare; 0 for a vocabulary
  /// without that symbol. Its entry has no bytes, and so is the first one.
  public let foldedCount: Int

  /// Creates a vocabulary of entries from an external source.
  ///
  /// - Throws: `VocabularyError` unless there are entries, each is one whole unit, the separator, or the unknown symbol of
  ///   at least one kind of characters, and they strictly ascend by bytes.
  public init(
    unit: TextUnit, entries: [[UInt8]], separator: RecordSeparator? = nil, foldedCount: Int = 0
  ) throws(VocabularyError) {
    guard entries.count > (foldedCount > 0 ? 1 : 0) else { throw .empty }
    let segmenter = TextSegmenter(unit: unit)
    for (index, entry) in entries.enumerated() {
      let isUnknown = index == 0 && foldedCount > 0
      guard isUnknown ? entry.isEmpty : entry == separator?.entry || segmenter.isOneUnit(entry) else {
        throw .invalidEntry(index: index, unit: unit)
      }
      guard index == 0 || entries[index - 1].lexicographicallyPrecedes(entry) else {
        throw .notAscending(index: index)
      }
    }
    self.init(unit: unit, validEntries: entries, separator: separator, foldedCount: foldedCount)
  }

  /// Creates a vocabulary of entries that are known to meet the conditions of the other initializer.
  init(unit: TextUnit, validEntries: [[UInt8]], separator: RecordSeparator? = nil, foldedCount: Int = 0) {
    self.unit = unit
    self.entries = validEntries
    self.separator = separator
    self.foldedCount = foldedCount
  }

  /// The vocabulary size; token IDs are in `0..<count`.
  public var count: Int { entries.count }

  /// The token ID of the line feed, if it is an entry.
  public var newlineID: Int32? { id(of: [UInt8(ascii: "\n")]) }

  /// The token ID of the separator, before and after each record; nil for a model of texts that are one sequence.
  public var endMark: Int32? { separator.flatMap { id(of: $0.entry) } }

  var segmenter: TextSegmenter { TextSegmenter(unit: unit, separator: separator) }

  /// The token ID of the unknown symbol, as which all characters outside the vocabulary are read; nil if there is none.
  public var unknownID: Int32? { foldedCount > 0 ? 0 : nil }

  /// The difference in nats between the cost of a character that is read as the unknown symbol and the cost of that
  /// symbol, whose probability all folded kinds of characters share evenly.
  package var natsOfFolding: Double { foldedCount > 0 ? Mathematics.logarithm(Double(foldedCount)) : 0 }

  /// Whether any entry has a carriage return. If none has, carriage returns at the ends of lines are not read.
  package var hasCarriageReturn: Bool { entries.contains { $0.contains(UInt8(ascii: "\r")) } }

  /// Returns the bytes of the unit with a token ID, which must be in `0..<count`; for the unknown symbol, U+FFFD.
  public func bytes(of id: Int32) -> [UInt8] { id == unknownID ? [0xEF, 0xBF, 0xBD] : entries[Int(id)] }

  /// Returns the token ID of the unit with exactly these bytes, or nil if it is not an entry.
  public func id(of bytes: some Collection<UInt8>) -> Int32? {
    var candidates = entries.indices
    while !candidates.isEmpty {
      let middle = candidates.lowerBound + candidates.count / 2
      if entries[middle].lexicographicallyPrecedes(bytes) {
        candidates = middle + 1..<candidates.upperBound
      } else {
        candidates = candidates.lowerBound..<middle
      }
    }
    let index = candidates.lowerBound
    return index < count && entries[index].elementsEqual(bytes) ? Int32(index) : nil
  }
}

extension Vocabulary {
  /// Returns the token IDs of a whole text in memory, such as a prompt.
  ///
  /// - Throws: `VocabularyError.malformedUTF8`, `.graphemeTooLong`, or `.unknownSymbols` with every unit of the text
  ///   that is not an entry, once each, in the order of first appearance.
  public func encode(_ bytes: [UInt8]) throws(VocabularyError) -> [Int32] {
    try encode(bytes, unknown: .error).ids
  }

  /// Returns the token IDs of a text.
  ///
  /// - Throws: `VocabularyError.graphemeTooLong` or `.unknownSymbols`.
  public func encode(_ text: String) throws(VocabularyError) -> [Int32] { try encode(Array(text.utf8)) }

  /// Returns the text of token IDs, which must be in `0..<count`. Bytes that are not UTF-8 are replaced by U+FFFD.
  public func text(of ids: some Sequence<Int32>) -> String {
    String(decoding: ids.flatMap(bytes(of:)), as: UTF8.self)
  }

  /// Encodes a whole text in memory.
  ///
  /// - Throws: The errors of `encode(_:)`; `.unknownSymbols` only if the policy is `error`.
  public func encode(_ bytes: [UInt8], unknown policy: UnknownCharacterPolicy) throws(VocabularyError) -> EncodedText {
    if policy == .nearest, unit != .byte, let string = String(validating: bytes, as: UTF8.self) {
      let nearest = nearestText(to: string)
      var text = try encode(nearest.text, unknown: .skip)
      text.replacedCount = nearest.replacedCount
      return text
    }
    var text = EncodedText()
    var unknown: [[UInt8]] = []
    text.ids.reserveCapacity(bytes.count)

    let result = bytes.withUnsafeBytes { buffer in
      var position = 0
      return TextSegmenter(unit: unit).forEachUnit(in: buffer, limit: .max, isFinal: true) { key in
        let symbol = buffer[position..<position + key.byteCount(in: unit)]
        position = symbol.endIndex
        if let id = id(of: symbol) {
          text.ids.append(id)
        } else if isCarriageReturn(symbol, before: buffer[symbol.endIndex...]) {
          if symbol.count > 1, let newlineID { text.ids.append(newlineID) }
        } else if let unknownID {
          text.ids.append(unknownID)
          text.unknownCount += 1
        } else if policy == .error {
          unknown.append(Array(symbol))
        } else {
          text.skippedCount += 1
        }
      }
    }

    switch result.stop {
    case .malformed(let byteOffset): throw .malformedUTF8(byteOffset: byteOffset)
    case .clusterTooLong: throw .graphemeTooLong(byteOffset: result.byteCount)
    case .limit, .exhausted: break
    }
    guard unknown.isEmpty else { throw .unknownSymbols(unknown.uniqued(), unit: unit) }
    return text
  }

  /// Whether a symbol is a carriage return at the end of a line, alone or with its line feed, that a model can do
  /// without.
  private func isCarriageReturn(_ symbol: some Collection<UInt8>, before rest: some Collection<UInt8>) -> Bool {
    symbol.first == UInt8(ascii: "\r") && !hasCarriageReturn
      && (symbol.count > 1 || rest.isEmpty || rest.first == UInt8(ascii: "\n"))
  }

  /// Returns a table with the token ID plus one for each entry, and zero for units that are not entries.
  func makeIDTable() -> UnitTable<Int32> {
    var table = UnitTable<Int32>()
    let segmenter = segmenter
    for (index, entry) in entries.enumerated() {
      entry.withUnsafeBytes { bytes in
        guard !bytes.isEmpty else { return }
        guard entry != segmenter.separator?.entry else { return table.add(Int32(index + 1), to: .cluster(bytes)) }
        _ = segmenter.forEachUnitOfRecord(in: bytes, limit: 1, isFinal: true) { key in
          table.add(Int32(index + 1), to: key)
        }
      }
    }
    return table
  }
}

extension TextSegmenter {
  fileprivate func isOneUnit(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty, bytes.count <= unit.maximumByteCount else { return false }
    let first = bytes.withUnsafeBytes { forEachUnit(in: $0, limit: 1, isFinal: true) { _ in } }
    return first.unitCount == 1 && first.byteCount == bytes.count
  }
}

extension UnitKey {
  func byteCount(in unit: TextUnit) -> Int {
    switch self {
    case .scalar(let code): unit == .byte ? 1 : Unicode.Scalar(code)?.utf8.count ?? 1
    case .cluster(let bytes): bytes.count
    }
  }
}

extension [[UInt8]] {
  /// Returns the distinct elements in the order of first appearance.
  fileprivate func uniqued() -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return filter { seen.insert($0).inserted }
  }
}
