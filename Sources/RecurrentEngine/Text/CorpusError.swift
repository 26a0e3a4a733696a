/// Why a corpus cannot be made or read. Byte offsets count from zero at the start of the file.
public enum CorpusError: Error, Equatable, Sendable {
  case cannotOpen(path: String, errno: Int32)
  case isDirectory(path: String)
  case readFailed(path: String, errno: Int32)
  /// There is no text in any of the sources.
  case empty(paths: [String])
  case malformedUTF8(path: String, byteOffset: Int)
  case graphemeTooLong(path: String, byteOffset: Int)
  /// A unit, given by its bytes, is not in the vocabulary of the model that the text is for.
  case unknownSymbol(path: String, byteOffset: Int, symbol: [UInt8], unit: TextUnit)
  case vocabularyTooLarge(unit: TextUnit, limit: Int)
  /// The file is no longer what the scan saw: another size, malformed, or with units that are not in the vocabulary.
  case changed(path: String)
  /// The training part has no character to predict in any stream.
  case tooShort(characterCount: Int, streamCount: Int)
}

extension CorpusError {
  /// What a program that reports the error wants to tell apart.
  public enum Kind: Sendable {
    case unopenableInput
    case badData
    case inputOutput
  }

  public var kind: Kind {
    switch self {
    case .cannotOpen, .isDirectory: .unopenableInput
    case .empty, .malformedUTF8, .graphemeTooLong, .unknownSymbol, .vocabularyTooLarge, .tooShort: .badData
    case .readFailed, .changed: .inputOutput
    }
  }
}
