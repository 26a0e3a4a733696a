internal import Safetensors

/// A strict parser of one JSON text, in time and memory proportional to its length.
struct JSONParser {
  /// The text is not JSON, or nests too deeply.
  struct Failure: Error {}

  private static let deepestNesting = 16

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// - Throws: `Failure`
  static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == bytes.count else { throw Failure() }
    return value
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value() throws(Failure) -> JSONValue {
    skipSpace()
    guard let first = peek else { throw Failure() }
    switch first {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("true", JSONValue.boolean(true)), ("false", .boolean(false)), ("null", .null)]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      throw Failure()
    }
  }

  private mutating func object() throws(Failure) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    try nest(end: "}") { (parser) throws(Failure) in
      parser.skipSpace()
      let name = try parser.string()
      try parser.read(":")
      // Which of two values is meant nobody knows.
      guard members.updateValue(try parser.value(), forKey: name) == nil else { throw Failure() }
    }
    return members
  }

  private mutating func array() throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    try nest(end: "]") { (parser) throws(Failure) in elements.append(try parser.value()) }
    return elements
  }

  /// Reads the elements of an array or object, whose opening bracket is the next byte.
  private mutating func nest(
    end: Unicode.Scalar, _ element: (inout JSONParser) throws(Failure) -> Void
  ) throws(Failure) {
    position += 1
    depth += 1
    guard depth <= Self.deepestNesting else { throw Failure() }
    defer { depth -= 1 }
    if skip(end) { return }
    repeat { try element(&self) } while skip(",")
    try read(end)
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = position
    _ = skipByte("-")
    let first = peek
    let digits = skipDigits()
    guard digits > 0, digits == 1 || first != UInt8(ascii: "0") else { throw Failure() }
    let integerEnd = position
    if skipByte("."), skipDigits() == 0 { throw Failure() }
    if skipByte("e") || skipByte("E") {
      if !skipByte("+") { _ = skipByte("-") }
      guard skipDigits() > 0 else { throw Failure() }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if position == integerEnd, let integer = UInt64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw Failure() }
    // 5.0 and 1e3 are whole numbers, too.
    return UInt64(exactly: number).map(JSONValue.integer) ?? .number(number)
  }

  private mutating func string() throws(Failure) -> String {
    guard skipByte("\"") else { throw Failure() }
    var decoded: [UInt8] = []
    while true {
      let run = bytes[position...].prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 >= 0x20 }
      decoded += run
      position = run.endIndex
      if skipByte("\"") { break }
      guard skipByte("\\") else { throw Failure() }
      decoded += Array(String(try escape()).utf8)
    }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw Failure() }
    return text
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard let letter = peek else { throw Failure() }
    position += 1
    if let scalar = JSONEscape.scalar(of: letter) { return scalar }
    guard letter == UInt8(ascii: "u") else { throw Failure() }
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard skipByte("\\"), skipByte("u"),
      let scalar = JSONEscape.scalar(lead: unit, trail: try hexadecimalUnit())
    else { throw Failure() }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(Failure) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Failure() }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Skips digits, and returns their number.
  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func skipByte(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return skipByte(character)
  }

  private mutating func read(_ character: Unicode.Scalar) throws(Failure) {
    guard skip(character) else { throw Failure() }
  }
}
