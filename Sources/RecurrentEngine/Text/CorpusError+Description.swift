#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension CorpusError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let errno):
      "\(path): cannot open (\(Self.reason(errno))); check the path and its permissions"
    case .isDirectory(let path):
      "\(path): is a directory; name the files in it"
    case .readFailed(let path, let errno):
      "\(path): cannot read (\(Self.reason(errno))); check the disk or copy the file elsewhere"
    case .empty(let paths) where paths.isEmpty:
      "no text; name at least one file, or - for standard input"
    case .empty(let paths):
      "\(paths.joined(separator: ", ")): empty; give some text"
    case .malformedUTF8(let path, let byteOffset):
      "\(path): not valid UTF-8 at byte \(byteOffset.grouped); convert it, or use --invalid replace, "
        + "--invalid skip or --unit byte"
    case .graphemeTooLong(let path, let byteOffset):
      "\(path): a grapheme of more than \(TextUnit.grapheme.maximumByteCount) bytes at byte \(byteOffset.grouped); "
        + "use --unit character"
    case .unknownSymbol(let path, let byteOffset, let symbol, let unit):
      "\(path): \(unit.name(of: symbol)) at byte \(byteOffset.grouped) is not in the model's vocabulary; "
        + "use --unknown skip or --unknown charge"
    case .vocabularyTooLarge(let unit, let limit):
      "the text has more than \(limit.grouped) different \(unit.rawValue)s; raise --max-vocabulary, "
        + "or use --unit \(unit == .grapheme ? TextUnit.character.rawValue : TextUnit.byte.rawValue)"
    case .changed(let path):
      "\(path): changed after it was first read; leave a text alone while it is in use"
    case .tooShort(let characterCount, let streamCount):
      "the text to train on has \(characterCount.grouped) characters, too few for \(streamCount.grouped) streams; "
        + "use a longer text or a smaller --batch-size"
    }
  }

  private static func reason(_ errno: Int32) -> String {
    strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
  }
}
