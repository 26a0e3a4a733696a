/// What becomes of bytes in a text that are not UTF-8. Where the unit is the byte, there are none.
public enum MalformedUTF8Policy: String, CaseIterable, Codable, Sendable {
  /// The text is refused.
  case error
  /// Each malformed sequence becomes one U+FFFD.
  case replace
  /// The text is read as if they were not there.
  case skip
}

extension MalformedUTF8Policy {
  /// What stands in the place of a malformed sequence; nil if it may not be there.
  var replacement: [UInt8]? {
    switch self {
    case .error: nil
    case .replace: Array("\u{FFFD}".utf8)
    case .skip: []
    }
  }
}

/// The sequences in a text that are not UTF-8, each as long as `String(decoding:as:)` replaces by one character.
public struct MalformedSequences: Equatable, Sendable {
  /// How many sequences there are.
  public let count: Int
  /// The source of the first one.
  public let path: String
  /// Where in that source the first one starts.
  public let byteOffset: Int
}
