extension Vocabulary {
  /// A vocabulary as a checkpoint holds it: a JSON array of strings, or of integers where the unit is the byte.
  ///
  /// It is deliberately not `Equatable`: equality of strings is not equality of bytes.
  public enum JSONEntries: Codable, Sendable {
    case bytes([UInt8])
    case strings([String])

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let strings = try? container.decode([String].self) {
        self = .strings(strings)
      } else {
        self = .bytes(try container.decode([UInt8].self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .bytes(let bytes): try container.encode(bytes)
      case .strings(let strings): try container.encode(strings)
      }
    }
  }

  public var jsonEntries: JSONEntries {
    switch unit {
    case .byte: .bytes(entries.flatMap(\.self))
    case .character, .grapheme: .strings(entries.map { String(decoding: $0, as: UTF8.self) })
    }
  }

  /// Makes a vocabulary of the entries in a checkpoint.
  ///
  /// - Throws: `VocabularyError` as `init(unit:entries:)` does, and where the entries are not of the unit's kind.
  public init(unit: TextUnit, jsonEntries: JSONEntries) throws(VocabularyError) {
    let entries: [[UInt8]]
    switch jsonEntries {
    case .bytes(let bytes) where unit == .byte || bytes.isEmpty: entries = bytes.map { [$0] }
    case .strings(let strings) where unit != .byte || strings.isEmpty: entries = strings.map { Array($0.utf8) }
    case .bytes, .strings: throw .wrongJSONType(unit: unit)
    }
    try self.init(unit: unit, entries: entries)
  }
}
