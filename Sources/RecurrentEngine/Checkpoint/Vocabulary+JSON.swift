extension Vocabulary {
  /// A vocabulary as stored in a checkpoint: a JSON array of strings, or of integers if the unit is the byte.
  ///
  /// The type is deliberately not `Equatable`: equality of strings is not equality of bytes.
  public enum JSONEntries: Encodable, Sendable {
    /// The values of bytes.
    case bytes([UInt8])
    /// Characters or graphemes.
    case strings([String])

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .bytes(let bytes): try container.encode(bytes)
      case .strings(let strings): try container.encode(strings)
      }
    }
  }

  /// The entries in the order of their token IDs.
  public var jsonEntries: JSONEntries {
    switch unit {
    case .byte: .bytes(entries.flatMap(\.self))
    case .character, .grapheme: .strings(entries.map { String(decoding: $0, as: UTF8.self) })
    }
  }

  /// - Throws: `damaged` if the text is no array as in ``JSONEntries``, `unsupported` for more than `limit` entries.
  static func entries(
    from scanner: inout JSONScanner, unit: TextUnit, atMost limit: Int
  ) throws(CheckpointError) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    try scanner.readArray(atMost: limit, of: "vocabulary") { (scanner) throws(CheckpointError) in
      entries.append(unit == .byte ? [try scanner.readByte()] : Array(try scanner.readString().utf8))
    }
    try scanner.readEnd()
    return entries
  }
}
