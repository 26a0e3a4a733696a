/// A source of text for a corpus.
public enum TextSource: Sendable, Equatable {
  /// A file, read piece by piece on demand; an input that cannot be read twice, such as a pipe, is held in memory.
  case file(String)
  /// Standard input: a redirected file from its current offset on, like `file`; otherwise held in memory.
  case standardInput
  /// Bytes that are already in memory.
  case bytes([UInt8])

  /// Returns a source for a string that is already in memory.
  public static func text(_ text: String) -> TextSource { .bytes(Array(text.utf8)) }

  /// The name of the source in error messages.
  public var path: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .bytes: "the given text"
    }
  }
}

extension TextSource {
  /// Reads the whole source into memory, without a byte-order mark.
  ///
  /// - Throws: `CorpusError` if it cannot be opened or read.
  public func readBytes() throws(CorpusError) -> [UInt8] {
    let source = try SourceBytes(self)
    var bytes = [UInt8](repeating: 0, count: source.byteCount)
    // The method of `Array` does not propagate typed errors.
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(CorpusError) in try source.read(at: 0, into: buffer) }
    }
    try result.get()
    return bytes
  }
}
