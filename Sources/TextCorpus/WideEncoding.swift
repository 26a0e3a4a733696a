/// UTF-16 or UTF-32, recognized by a byte-order mark, or by the zeros that text in UTF-8 does not have.
struct WideEncoding: Equatable {
  /// The number of bytes in a code unit.
  let unitSize: Int
  let isBigEndian: Bool

  private static let all = [4, 2].flatMap { size in
    [false, true].map { WideEncoding(unitSize: size, isBigEndian: $0) }
  }

  private init(unitSize: Int, isBigEndian: Bool) {
    self.unitSize = unitSize
    self.isBigEndian = isBigEndian
  }

  /// - Parameter bytes: The start of a text.
  init?(of bytes: [UInt8]) {
    let encoding = Self.all.first { bytes.starts(with: $0.byteOrderMark) } ?? Self.all.first { $0.isEvident(in: bytes) }
    guard let encoding else { return nil }
    self = encoding
  }

  private var byteOrderMark: [UInt8] {
    let bytes = [0xFF, 0xFE] + [UInt8](repeating: 0, count: unitSize - 2)
    return isBigEndian ? bytes.reversed() : bytes
  }

  /// Whether the text can hardly be anything else, though it has no byte-order mark.
  private func isEvident(in bytes: [UInt8]) -> Bool {
    // A few different characters in turn with zeros may as well be data.
    guard bytes.contains(0), Set(bytes).count > 8 else { return false }
    let units = stride(from: 0, to: bytes.count - unitSize + 1, by: unitSize).map { start in
      let unit = bytes[start..<start + unitSize]
      return (isBigEndian ? Array(unit) : unit.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard units.allSatisfy({ $0 != 0 && $0 <= 0x10_FFFF }) else { return false }
    if unitSize == 4 { return true }
    // In most scripts all letters have one upper byte, and spaces, digits and line feeds have the upper byte zero.
    var upperCounts = [Int](repeating: 0, count: 256)
    for unit in units { upperCounts[Int(unit >> 8)] += 1 }
    let basicCount = upperCounts[0]
    let scriptCount = upperCounts[1..<0x20].max() ?? 0
    let ideographCount = units.count { (0x3000..<0xA000).contains($0) || (0xAC00..<0xD7A4).contains($0) }
    if 2 * basicCount > units.count { return true }
    if 10 * (basicCount + scriptCount) > 9 * units.count { return basicCount > 0 && scriptCount > basicCount }
    // Ideographs have all bytes, which is not so in UTF-8.
    return 10 * (basicCount + ideographCount) > 9 * units.count && basicCount > 0
      && bytes.withUnsafeBytes { wellFormedPrefix(of: $0).endsAtMalformed }
  }
}
