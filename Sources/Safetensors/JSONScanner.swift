/// A strict, forward-only scanner of one JSON text from an untrusted file.
///
/// The caller requests the expected values one by one, so anything else is an error at once: values nest no deeper than
/// the caller's own calls, nothing is kept that was not requested, and duplicate names in an object are rejected. Every
/// method throws `damaged` with the offset of the unexpected byte.
package struct JSONScanner {
  private var bytes: [UInt8]
  private var position = 0
  private let part: String
  private let path: String

  /// The byte range of the last string read, between its quotes.
  package private(set) var lastString = 0..<0

  /// - Parameters:
  ///   - bytes: The text, which is consumed instead of copied.
  ///   - part: The name of the text in error messages, such as `header`.
  ///   - path: The path of the file that contains the text, for error messages.
  package init(_ bytes: consuming [UInt8], part: String, path: String) {
    self.bytes = bytes
    self.part = part
    self.path = path
  }

  /// Reads an object. `member` gets each name and must read the value.
  package mutating func readObject(
    atMost limit: Int,
    of contents: String,
    member: (_ name: String, _ scanner: inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var names: Set<String> = []
    try read("{", "an object")
    if skip("}") { return }
    repeat {
      guard names.count < limit else { throw .unsupported(path: path, .memberCount(part: contents, limit: limit)) }
      skipSpace()
      let start = position
      let name = try readString()
      guard names.insert(name).inserted else { throw damage("a new name", at: start) }
      try read(":", "a colon")
      try member(name, &self)
    } while skip(",")
    try read("}", "a comma or the object's end")
  }

  /// Reads an array. `element` must read one element.
  package mutating func readArray(
    atMost limit: Int,
    of contents: String,
    element: (_ scanner: inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try read("[", "an array")
    if skip("]") { return }
    var count = 0
    repeat {
      guard count < limit else { throw .unsupported(path: path, .memberCount(part: contents, limit: limit)) }
      count += 1
      try element(&self)
    } while skip(",")
    try read("]", "a comma or the array's end")
  }

  /// Returns whether the next value is a string.
  package mutating func isBeforeString() -> Bool {
    skipSpace()
    return peek() == UInt8(ascii: "\"")
  }

  /// Skips a value of any kind. Objects and arrays nest at most `depth` deep.
  ///
  /// Numbers, `true`, `false` and `null` are not validated; a caller that needs such a value must read it.
  package mutating func skipValue(depth: Int) throws(CheckpointError) {
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"):
      guard depth > 0 else { throw damage("a value that is nested less deeply") }
      try readObject(atMost: .max, of: part) { (_, scanner) throws(CheckpointError) in
        try scanner.skipValue(depth: depth - 1)
      }
    case UInt8(ascii: "["):
      guard depth > 0 else { throw damage("a value that is nested less deeply") }
      try readArray(atMost: .max, of: part) { (scanner) throws(CheckpointError) in
        try scanner.skipValue(depth: depth - 1)
      }
    case UInt8(ascii: "\""): _ = try readString()
    default:
      let start = position
      while let byte = peek(), isInWord(byte) { position += 1 }
      guard position > start else { throw damage("a value") }
    }
  }

  /// Whether a byte can be part of a number, of `true`, of `false` or of `null`.
  private func isInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  /// Reads a non-negative integer that fits `Int`.
  package mutating func readInteger() throws(CheckpointError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      let isLeadingZero = position > start && value == 0
      if overflowed || carried || isLeadingZero { throw damage("a plain whole number", at: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw damage("a whole number") }
    return value
  }

  package mutating func readByte() throws(CheckpointError) -> UInt8 {
    skipSpace()
    let start = position
    guard let byte = UInt8(exactly: try readInteger()) else { throw damage("a byte", at: start) }
    return byte
  }

  /// Checks that only white space is left.
  package mutating func readEnd() throws(CheckpointError) {
    skipSpace()
    if position < bytes.count { throw damage("its end") }
  }

  package mutating func readString() throws(CheckpointError) -> String {
    try read("\"", "a string")
    let start = position
    // The decoded text is never longer than the encoded text, so it is written over it: a third copy of a header of
    // many megabytes is avoided.
    var end = start
    while true {
      guard let byte = peek(), byte >= 0x20 else { throw damage("a character of a string") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
          throw damage("well-formed UTF-8", at: start)
        }
        lastString = start..<(position - 1)
        return text
      case UInt8(ascii: "\\"):
        for unit in try readEscape().utf8 {
          bytes[end] = unit
          end += 1
        }
      default:
        bytes[end] = byte
        end += 1
      }
    }
  }

  private mutating func readEscape() throws(CheckpointError) -> Unicode.Scalar {
    let start = position - 1
    guard let letter = peek() else { throw damage("an escaped character") }
    position += 1
    if let scalar = JSONEscape.scalar(of: letter) { return scalar }
    guard letter == UInt8(ascii: "u") else { throw damage("an escaped character", at: start) }
    let unit = try readHexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    try readSurrogateMark("\\")
    try readSurrogateMark("u")
    let trail = try readHexadecimalUnit()
    guard let scalar = JSONEscape.scalar(lead: unit, trail: trail) else { throw damage("a surrogate pair", at: start) }
    return scalar
  }

  private mutating func readSurrogateMark(_ mark: Unicode.Scalar) throws(CheckpointError) {
    guard let byte = peek(), byte == UInt8(ascii: mark) else { throw damage("the rest of a surrogate pair") }
    position += 1
  }

  private mutating func readHexadecimalUnit() throws(CheckpointError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw damage("a hexadecimal digit")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private func peek() -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = peek(), byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func read(_ character: Unicode.Scalar, _ expected: String) throws(CheckpointError) {
    guard skip(character) else { throw damage(expected) }
  }

  /// Returns the error of an unexpected byte, by default the next one.
  package func damage(_ expected: String, at offset: Int? = nil) -> CheckpointError {
    .damaged(path: path, .malformedJSON(part: part, offset: offset ?? position, expected: expected))
  }
}
