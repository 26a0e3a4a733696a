/// The handling of malformed UTF-8 in a text. It has no effect if the unit is the byte.
public enum MalformedUTF8Policy: String, CaseIterable, Codable, Sendable {
  /// Rejects the text.
  case error
  /// Replaces each malformed sequence by one U+FFFD.
  case replace
  /// Leaves out malformed sequences.
  case skip
}

extension MalformedUTF8Policy {
  /// The bytes substituted for a malformed sequence; nil if it is an error.
  var replacement: [UInt8]? {
    switch self {
    case .error: nil
    case .replace: Array("\u{FFFD}".utf8)
    case .skip: []
    }
  }
}

/// The malformed UTF-8 sequences of a text, delimited as in `String(decoding:as:)`, which replaces each by one
/// character.
public struct MalformedSequences: Codable, Equatable, Sendable {
  /// The number of malformed sequences.
  public let count: Int
  /// The path of the source of the first one.
  public let path: String
  /// The byte offset of the first one in that source.
  public let byteOffset: Int
}
