internal import SystemCalls

/// The separator of a text's records: separate texts, such as names, tunes or messages.
///
/// It is one vocabulary entry, the start and end mark of each record, and is never part of a record. A control character
/// separates records wherever it occurs. Any other separator is a line of the text; the line feeds before and after it
/// belong to it. The end of a source ends a record, too.
public struct RecordSeparator: Hashable, Sendable {
  /// A line feed: each line is a record.
  public static let newline = Self(entry: [0x0A])
  /// A NUL byte.
  public static let nul = Self(entry: [0])
  /// One or more empty lines.
  public static let blankLine = Self(entry: [0x0A, 0x0A])

  /// The maximum length of a separator in bytes, which readers have to buffer.
  static let maximumByteCount = 256

  /// The bytes of the vocabulary entry: a control character, or a line with the line feeds before and after it.
  package let entry: [UInt8]

  private init(entry: [UInt8]) { self.entry = entry }

  /// Creates a separator from a text: one control character, or the line that separates records, with or without the
  /// line feeds around it.
  ///
  /// - Returns: Nil if the text is empty, has a carriage return, or is longer than 254 bytes.
  public init?(text: String) {
    var bytes = Array(text.utf8)
    guard let first = bytes.first, !bytes.contains(0x0D) else { return nil }
    if bytes.count > 1 || !(first < 0x20 || first == 0x7F) {
      if bytes.last == 0x0A { bytes.removeLast() }
      if bytes.first == 0x0A { bytes.removeFirst() }
      bytes = [0x0A] + bytes + [0x0A]
    }
    guard bytes.count <= Self.maximumByteCount else { return nil }
    self.init(entry: bytes)
  }

  /// The separator as a text that ``init(text:)`` accepts: the vocabulary entry.
  public var text: String { String(decoding: entry, as: UTF8.self) }

  /// Whether the separator is a line rather than a single character.
  package var isLine: Bool { entry.count > 1 }

  /// Whether records are separated by line feeds, alone or as parts of the separator, so that carriage returns before
  /// line feeds are removed.
  var endsLines: Bool { entry[0] == 0x0A }
}

extension RecordSeparator {
  /// Returns the first separator in the bytes of a text, which start within or after a record.
  ///
  /// Of several separators without text between them, each is found in turn; line feeds in common belong to the last.
  ///
  /// - Parameter isFinal: Whether no text follows these bytes.
  /// - Returns: The index of the separator, and its length; nil instead of the length if that depends on the bytes that
  ///   follow.
  func first(in bytes: UnsafeRawBufferPointer, isFinal: Bool) -> (start: Int, byteCount: Int?)? {
    var position = 0
    while let start = firstIndex(of: entry[0], in: bytes, from: position) {
      // The line feed at the end of a text is not part of the last record.
      guard isLine, !isFinal || start + 1 < bytes.count else { return (start, 1) }
      switch isLine(in: bytes, at: start + 1, isFinal: isFinal) {
      case nil: return (start, nil)
      case true?:
        let end = start + entry.count - 1
        guard end < bytes.count else { return (start, entry.count - 1) }
        guard let isRepeated = isLine(in: bytes, at: end + 1, isFinal: isFinal) else { return (start, nil) }
        return (start, isRepeated ? entry.count - 1 : entry.count)
      case false?: position = start + 1
      }
    }
    return nil
  }

  /// Returns whether a line that starts at an index is the separator; nil if it is not known yet.
  private func isLine(in bytes: UnsafeRawBufferPointer, at start: Int, isFinal: Bool) -> Bool? {
    // With its line feed, which the end of the text replaces.
    let known = min(bytes.count - start, entry.count - 1)
    for offset in 0..<known where bytes[start + offset] != entry[offset + 1] { return false }
    if known == entry.count - 1 { return true }
    return isFinal ? known == entry.count - 2 : nil
  }

  /// Returns the total length of the separators at the start of a text, before which there is no record.
  ///
  /// - Parameter isFinal: Whether no text follows these bytes.
  func leadingByteCount(in bytes: UnsafeRawBufferPointer, isFinal: Bool) -> Int {
    guard isLine else { return 0 }
    let line = entry.dropFirst().dropLast()
    var end = 0
    while end < bytes.count, bytes[end...].starts(with: line) {
      let rest = bytes[(end + line.count)...]
      let length = rest.starts(with: [0x0A]) ? 1 : rest.starts(with: [0x0D, 0x0A]) ? 2 : 0
      guard length > 0 || (isFinal && rest.isEmpty) else { break }
      end += line.count + length
    }
    return end
  }
}

extension RecordSeparator: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let separator = Self(text: text), separator.text.utf8.elementsEqual(text.utf8) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no separator"))
    }
    self = separator
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
