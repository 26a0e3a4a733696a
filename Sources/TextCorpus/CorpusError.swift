/// Why a corpus cannot be made or read. Byte offsets count from zero at the start of the file.
public enum CorpusError: Error, Equatable, Sendable {
  /// The file is missing, or may not be read.
  case cannotOpen(path: String, errno: Int32)
  /// A directory, where a file is needed.
  case isDirectory(path: String)
  /// The system failed while the file was read.
  case readFailed(path: String, errno: Int32)
  /// There is no text in any of the sources.
  case empty(paths: [String])
  /// Bytes that are not UTF-8, which the policy does not allow.
  case malformedUTF8(path: String, byteOffset: Int)
  /// A grapheme cluster of more than 64 bytes.
  case graphemeTooLong(path: String, byteOffset: Int)
  /// A unit, given by its bytes, is not in the vocabulary of the model that the text is for.
  case unknownSymbol(path: String, byteOffset: Int, symbol: [UInt8], unit: TextUnit)
  /// More different units than were to be.
  case vocabularyTooLarge(unit: TextUnit, limit: Int)
  /// The file is no longer what the scan saw: another size, malformed, or with units that are not in the vocabulary.
  case changed(path: String)
  /// The training part has no character to predict in any stream.
  case tooShort(characterCount: Int, streamCount: Int)
}

extension CorpusError {
  /// What a program that reports the error wants to tell apart.
  public enum Kind: Sendable {
    /// The text cannot be opened.
    case unopenableInput
    /// The text is not one that can be used.
    case badData
    /// Reading failed.
    case inputOutput
  }

  /// What sort of failure it is.
  public var kind: Kind {
    switch self {
    case .cannotOpen, .isDirectory: .unopenableInput
    case .empty, .malformedUTF8, .graphemeTooLong, .unknownSymbol, .vocabularyTooLarge, .tooShort: .badData
    case .readFailed, .changed: .inputOutput
    }
  }
}
