/// An error of creating or reading a corpus. Byte offsets are zero-based from the start of the file.
public enum CorpusError: Error, Equatable, Sendable {
  /// A file that is missing or not readable.
  case cannotOpen(path: String, errno: Int32)
  /// A directory instead of a file.
  case isDirectory(path: String)
  /// A system error while the file was read.
  case readFailed(path: String, errno: Int32)
  /// Sources without any text.
  case empty(paths: [String])
  /// A file of another format than text in UTF-8.
  case foreignFormat(path: String, ForeignFormat)
  /// Malformed UTF-8, which the policy does not allow.
  ///
  /// - Parameter isRare: Whether at most one byte in a thousand is malformed, so that nearly all of the text is UTF-8.
  case malformedUTF8(path: String, byteOffset: Int, isRare: Bool = false)
  /// A grapheme cluster of more than 64 bytes.
  case graphemeTooLong(path: String, byteOffset: Int)
  /// A unit, given by its bytes, that is not in the model's vocabulary.
  case unknownSymbol(path: String, byteOffset: Int, symbol: [UInt8], unit: TextUnit)
  /// More distinct units than the limit.
  case vocabularyTooLarge(unit: TextUnit, limit: Int)
  /// A file that changed after the scan: it has another size, is malformed, or has units that are not in the
  /// vocabulary.
  case changed(path: String)
  /// A training set without a character to predict in any stream.
  case tooShort(characterCount: Int, streamCount: Int)
  /// An error of reading in another process, on another node; its whole message, and its category.
  case onOtherNode(String, Kind)
}

extension CorpusError {
  /// The category of an error, for choosing an exit status.
  public enum Kind: Int, Sendable {
    /// A text that cannot be opened.
    case unopenableInput
    /// A text whose contents are not usable.
    case badData
    /// A failure of reading.
    case inputOutput
  }

  /// The category of the error.
  public var kind: Kind {
    switch self {
    case .cannotOpen, .isDirectory: .unopenableInput
    case .empty, .foreignFormat, .malformedUTF8, .graphemeTooLong, .unknownSymbol, .vocabularyTooLarge, .tooShort:
      .badData
    case .readFailed, .changed: .inputOutput
    case .onOtherNode(_, let kind): kind
    }
  }
}
