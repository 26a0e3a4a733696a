extension Vocabulary {
  /// An entry as stored in a checkpoint, which has a JSON array of them.
  ///
  /// The type is deliberately not `Equatable`: equality of strings is not equality of bytes.
  public enum JSONEntry: Encodable, Sendable {
    /// The value of a byte: an integer.
    case byte(UInt8)
    /// A character, a grapheme, a separator of several units, or, empty, the unknown symbol: a string.
    case string(String)

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .byte(let byte): try container.encode(byte)
      case .string(let string): try container.encode(string)
      }
    }
  }

  /// The entries in the order of their token IDs.
  public var jsonEntries: [JSONEntry] {
    entries.map { entry in
      unit == .byte && entry.count == 1 ? .byte(entry[0]) : .string(String(decoding: entry, as: UTF8.self))
    }
  }

  /// - Throws: `damaged` if the text is no array of ``JSONEntry``, `unsupported` for more than `limit` entries.
  static func entries(
    from scanner: inout JSONScanner, unit: TextUnit, atMost limit: Int
  ) throws(CheckpointError) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    try scanner.readArray(atMost: limit, of: "vocabulary") { (scanner) throws(CheckpointError) in
      if unit == .byte, !scanner.isBeforeString() { return entries.append([try scanner.readByte()]) }
      let text = Array(try scanner.readString().utf8)
      guard unit != .byte || text.count != 1 else { throw scanner.damage("a byte") }
      entries.append(text)
    }
    try scanner.readEnd()
    return entries
  }
}
