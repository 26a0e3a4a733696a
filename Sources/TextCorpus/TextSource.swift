/// Where a part of a corpus comes from.
public enum TextSource: Sendable, Equatable {
  /// A file, read piece by piece when it is needed; what cannot be read twice, such as a pipe, is held in memory.
  case file(String)
  /// Standard input, held in memory.
  case standardInput
  /// What a program has in memory already.
  case bytes([UInt8])

  /// A text that a program has in memory already.
  public static func text(_ text: String) -> TextSource { .bytes(Array(text.utf8)) }

  /// The name by which errors call the source.
  public var path: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .bytes: "the given text"
    }
  }
}

extension TextSource {
  /// All of its bytes but a byte-order mark, for a text that is held in memory.
  ///
  /// - Throws: `CorpusError` if it cannot be opened or read.
  public func readBytes() throws(CorpusError) -> [UInt8] {
    let source = try SourceBytes(self)
    var bytes = [UInt8](repeating: 0, count: source.byteCount)
    // The array passes on no typed error.
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(CorpusError) in try source.read(at: 0, into: buffer) }
    }
    try result.get()
    return bytes
  }
}
