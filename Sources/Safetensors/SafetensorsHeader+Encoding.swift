internal import Checksums

extension SafetensorsHeader {
  /// Returns the JSON text of the header and the position of the checksum's eight digits in it, which are still zeros.
  ///
  /// The metadata comes first, its keys sorted by their bytes, followed by the tensors in data order. Trailing spaces
  /// align the first tensor to a multiple of eight bytes.
  ///
  /// - Parameter path: The path of the file, for error messages.
  /// - Throws: `unsupported` for a header that `init(parsing:path:)` would reject.
  package func encoded(for path: String) throws(CheckpointError) -> (text: [UInt8], digits: Range<Int>) {
    try check(entries.count, atMost: Limit.tensorCount, of: "header", path: path)
    try check(metadata.count + 1, atMost: Limit.metadataCount, of: "metadata", path: path)
    for entry in entries { try check(entry.shape.count, atMost: Limit.dimensionCount, of: "shape", path: path) }

    var text = Array("{\"\(Self.metadataKey)\":{".utf8)
    let placeholder = UInt32(0).hexadecimalDigits
    var members = metadata
    members[Self.checksumKey] = String(decoding: placeholder, as: UTF8.self)
    var digits = 0..<0
    for (index, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }).enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      text.appendJSON(member.key)
      text.append(UInt8(ascii: ":"))
      text.appendJSON(member.value)
      if member.key == Self.checksumKey { digits = (text.count - 1 - placeholder.count)..<(text.count - 1) }
    }
    text.append(UInt8(ascii: "}"))
    for entry in entries {
      text.append(UInt8(ascii: ","))
      text.appendJSON(entry.name)
      let shape = entry.shape.map(String.init).joined(separator: ",")
      let offsets = "\(entry.byteRange.lowerBound),\(entry.byteRange.upperBound)"
      text += ":{\"dtype\":\"\(entry.elementType.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}".utf8
    }
    text.append(UInt8(ascii: "}"))
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)

    guard text.count <= Limit.byteCount else {
      throw .unsupported(path: path, .headerByteCount(UInt64(text.count), limit: Limit.byteCount))
    }
    return (text, digits)
  }

  private func check(
    _ count: Int, atMost limit: Int, of part: String, path: String
  ) throws(CheckpointError) {
    guard count <= limit else { throw .unsupported(path: path, .memberCount(part: part, limit: limit)) }
  }
}

extension [UInt8] {
  /// Appends a JSON string in its shortest form: only quotes, backslashes and control characters are escaped.
  fileprivate mutating func appendJSON(_ string: String) {
    append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case ..<0x20:
        self += "\\u".utf8
        self += UInt32(byte).hexadecimalDigits.suffix(4)
      default:
        append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
