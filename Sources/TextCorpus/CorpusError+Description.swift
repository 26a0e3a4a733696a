internal import SystemCalls

extension CorpusError: CustomStringConvertible {
  /// A message of one line: path, problem, remedy.
  public var description: String {
    if case .onOtherNode(let message, _) = self { return message }
    return "\(problem); \(remedy)"
  }

  /// The path and the problem.
  package var problem: String {
    switch self {
    case .cannotOpen(let path, let errno): "\(path): cannot open (\(SystemError(number: errno)))"
    case .isDirectory(let path): "\(path): is a directory"
    case .readFailed(let path, let errno): "\(path): cannot read (\(SystemError(number: errno)))"
    case .empty(let paths): paths.isEmpty ? "no text" : "\(paths.joined(separator: ", ")): empty"
    case .foreignFormat(let path, let format): "\(path): \(format.phrase)"
    case .malformedUTF8(let path, let byteOffset, _): "\(path): not valid UTF-8 at byte \(byteOffset)"
    case .graphemeTooLong(let path, let byteOffset):
      "\(path): a grapheme of more than \(TextUnit.grapheme.maximumByteCount) bytes at byte \(byteOffset)"
    case .unknownSymbol(let path, let byteOffset, let symbol, let unit):
      "\(path): \(unit.name(of: symbol)) at byte \(byteOffset) is not in the model's vocabulary"
    case .vocabularyTooLarge(let unit, let limit):
      "the text has more than \(limit) different \(unit.rawValue)s"
    case .changed(let path): "\(path): changed after it was first read"
    case .tooShort(let characterCount, let streamCount):
      "the text to train on has \(characterCount) characters, too few for \(streamCount) streams"
    case .onOtherNode(let message, _): message
    }
  }

  /// The remedy in general terms; a program with options for it can be more specific.
  package var remedy: String {
    switch self {
    case .cannotOpen(_, let errno), .readFailed(_, let errno): SystemError(number: errno).remedy(.reading)
    case .isDirectory: "name the files in it"
    case .empty(let paths): paths.isEmpty ? "name at least one file" : "give some text"
    case .foreignFormat(_, let format): format.command == nil ? "give a text" : "convert it to text in UTF-8"
    case .malformedUTF8: "convert it"
    case .graphemeTooLong: "shorten it"
    case .unknownSymbol: "use only what the model was trained on"
    case .vocabularyTooLarge: "read it in smaller units"
    case .changed: "leave a text alone while it is in use"
    case .tooShort: "use a longer text"
    case .onOtherNode: "see to that node"
    }
  }
}
